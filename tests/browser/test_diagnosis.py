"""From the file to the report, in a real browser, as one story."""

import re
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import RATED, drop, evidence, next_by_key, rate_by_key, rated, submit

pytestmark = pytest.mark.browser

TITLE = "Service client, parcours complet"
REPORT_PATIENCE = 180_000  # milliseconds
DOWNLOAD = "a[href$='/telecharger/']"


def open_file_and_diagnosis(visitor) -> str:
    """Returns the address of the grid."""
    page = visitor.page
    visitor.go("/dossiers/nouveau/")
    page.fill("[name=title]", TITLE)
    page.fill("[name=scope]", "Appels et courriers entrants")
    page.select_option("[name=edition]", index=1)
    page.check("[name=channels] >> nth=0")
    page.check("[name=sites] >> nth=0")
    submit(page)
    page.wait_for_url(re.compile(r"/dossiers/[0-9a-f-]{36}/$"))
    page.click("a[href$='/audits/nouveau/'] >> nth=0")
    page.wait_for_url(re.compile(r"/audits/nouveau/$"))
    submit(page)
    page.wait_for_url(re.compile(r"/audits/[0-9a-f-]{36}/"))
    return page.url.partition("?")[0].removeprefix(visitor.address)


def rate_ten_by_keyboard(page: Page) -> None:
    assert rated(page) == 0
    for number in range(10):
        if number:
            next_by_key(page)
        rate_by_key(page, "1" if number % 3 else "2")
        expect(page.locator(RATED).first).to_have_text(re.compile(rf"^\s*{number + 1}\b"))


def drop_two_files(page: Page) -> None:
    drop(
        page,
        ("Relevé des délais.csv", "text/csv", "Semaine;Taux\nS10;85,4 %\nS11;84,1 %\n"),
        ("Compte rendu.txt", "text/plain", "Écoutes du mois : 30 appels.\n"),
    )
    expect(evidence(page)).to_have_count(2)
    page.reload()
    expect(evidence(page)).to_have_count(2)


def write_finding(page: Page) -> None:
    page.keyboard.press("f")
    page.wait_for_url(re.compile(r"/constats/nouveau/$"))
    page.locator(".segmented-choice label").nth(1).click()
    page.fill("[name=title]", "Annonce absente le week-end")
    page.fill("[name=found]", "Sur 10 appels tests, 4 sans annonce du temps d'attente.")
    submit(page)
    page.wait_for_url(re.compile(r"/constats/[0-9a-f-]{36}/$"))
    expect(page.locator("h1")).to_contain_text("Annonce absente le week-end")


def validate(visitor, grid: str) -> None:
    page = visitor.page
    visitor.go(grid)
    page.click("a[href$='/valider/']")
    page.check("[name=confirm]")
    submit(page)
    page.wait_for_url(re.compile(re.escape(grid)))
    expect(page.locator("[data-crc-row]").first).to_be_visible()
    assert page.locator(".requirement-rating button").count() == 0


def ask_for_report_twice_in_a_breath(visitor) -> str:
    """A double click; returns the reference of the one report that comes of it."""
    page = visitor.page
    page.click(".pagehead-actions .btn-primary")
    page.wait_for_url(re.compile(r"/rapports/demander/"))
    page.dblclick("main form button[type=submit]")
    page.wait_for_url(re.compile(r"/rapports/[0-9a-f-]{36}/$"))
    expect(page.locator("#report-progress .bar")).to_be_visible()
    assert visitor.axe() == []
    address = page.url
    reference = page.title().rpartition(" · ")[0].rpartition(" ")[2]
    visitor.go("/rapports/")
    expect(page.locator("main tbody tr", has_text=reference)).to_have_count(1)
    page.goto(address)
    return reference


def download(page: Page, link: str) -> Path:
    with page.expect_download() as download:
        page.click(link)
    return download.value.path()


def test_from_the_file_to_the_report_without_leaving_the_browser(visit):
    visitor = visit("qualite")
    page = visitor.page
    grid = open_file_and_diagnosis(visitor)
    rate_ten_by_keyboard(page)
    drop_two_files(page)
    write_finding(page)
    validate(visitor, grid)

    reference = ask_for_report_twice_in_a_breath(visitor)
    expect(page.locator(f"#report-progress {DOWNLOAD}")).to_be_visible(timeout=REPORT_PATIENCE)
    assert visitor.axe() == []
    report = download(page, f"#report-progress {DOWNLOAD}")
    with pikepdf.open(report) as document:
        assert len(document.pages) > 10
        assert "/StructTreeRoot" in document.Root

    # The director sees where the file stands, and downloads the same document from there.
    director = visit("direction")
    director.go("/")
    director.page.click(f"text={TITLE}")
    expect(director.page.locator(".map-line")).to_have_count(6)
    card = "[aria-labelledby=reports-title]"
    expect(director.page.locator(card)).to_contain_text(reference)
    copy = download(director.page, f"{card} {DOWNLOAD}")
    assert copy.read_bytes() == report.read_bytes()

    # A stranger learns nothing.
    stranger = visit("etranger")
    for path in (grid, page.url.removeprefix(visitor.address)):
        assert stranger.go(path).status == 404
