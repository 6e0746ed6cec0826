"""Evidence in the page: a PDF, a picture, a table; and the file itself as a download."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import CHOSEN, drop, evidence, next_by_key

pytestmark = [pytest.mark.browser, pytest.mark.any_database]


def test_a_pdf_is_read_in_the_page(visit, site):
    visitor = visit("qualite")
    page = visitor.page

    visitor.go(f"/preuves/{site.evidence['pdf']}/")

    expect(page.locator(".pdf[data-ready=yes]")).to_be_visible()
    expect(page.locator("[data-pdf-total]")).to_have_text("/ 3")
    expect(page.locator(".pdf-page[data-number='1'] canvas")).to_be_visible()
    expect(page.locator(".pdf-page[data-number='1'] .textLayer")).to_contain_text("Consigne 1")
    page.click("[data-pdf-next]")
    expect(page.locator("[data-pdf-number]")).to_have_value("2")
    expect(page.locator(".pdf-page[data-number='2'] .textLayer")).to_contain_text("Consigne 2")
    expect(page.locator("[data-pdf-problem]")).to_be_hidden()
    assert visitor.axe() == []


def test_a_picture_is_shown(visit, site):
    visitor = visit("qualite")

    visitor.go(f"/preuves/{site.evidence['png']}/")

    picture = visitor.page.locator(".evidence-image img")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def test_a_csv_file_is_a_table(visit, site):
    visitor = visit("qualite")

    visitor.go(f"/preuves/{site.evidence['csv']}/")

    table = visitor.page.locator(".evidence-table table")
    expect(table.locator("th")).to_have_text(["Semaine", "Taux"])
    expect(table.locator("td")).to_have_text(["S10", "85,4 %", "S11", "=1+1"])
    assert visitor.axe() == []


@pytest.mark.parametrize("kind", ["pdf", "png", "csv"])
def test_the_file_itself_is_a_download(visit, site, kind):
    visitor = visit("qualite")
    page = visitor.page
    visitor.go(f"/preuves/{site.evidence[kind]}/")
    link = page.locator(".card-foot a[href*='/fichiers/']")

    answer = visitor.context.request.get(site.address + link.get_attribute("href"))
    with page.expect_download() as download:
        link.click()

    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert download.value.suggested_filename == f"Pièce.{kind}"
    assert download.value.path().read_bytes() == answer.body()


def test_readings_tell_the_page_from_the_file(visit, site):
    visitor = visit("qualite")
    page = visitor.page
    address = f"/preuves/{site.evidence['readings']}/"
    visitor.go(address)
    expect(page.locator(".pdf[data-ready=yes]")).to_be_visible()
    link = page.locator(".card-foot a[href*='/fichiers/']").get_attribute("href")

    # The address that the viewer reads, opened by hand: the browser saves it.
    with page.expect_download() as download:
        page.evaluate("address => location.assign(address)", f"{link}?view=1")
    download.value.path()
    visitor.go(address)

    lines = page.locator("section:has(#reads-title) li")
    expect(lines).to_have_count(2)
    expect(lines.nth(0)).to_contain_text("téléchargé")
    expect(lines.nth(1)).to_contain_text("lu à l’écran")


def test_a_stranger_reads_nothing(visit, site):
    owner, stranger = visit("qualite"), visit("etranger")
    owner.go(f"/preuves/{site.evidence['pdf']}/")
    file = owner.page.locator(".card-foot a[href*='/fichiers/']").get_attribute("href")

    for path in (f"/preuves/{site.evidence['pdf']}/", file, f"{file}?view=1"):
        assert stranger.context.request.get(site.address + path).status == 404


def without_evidence(page) -> int:
    """How many requirements the filter under the tree says are without evidence."""
    return int(re.search(r"\d+", page.inner_text("#grid-filters [href*=sans-preuve]")).group())


def test_a_dropped_file_counts_at_once_everywhere_on_the_grid(visit, site):
    visitor = visit("qualite")
    page = visitor.page
    visitor.go(f"/audits/{site.audit}/?exigence={site.rows[30]}")
    chips = page.locator(f"{CHOSEN} .requirement-meta")
    expect(chips).to_contain_text("Aucune preuve")
    before = without_evidence(page)

    drop(page, ("Écoutes.txt", "text/plain", "Trente écoutes.\n"))

    expect(chips).to_contain_text("1 preuve")
    expect(evidence(page)).to_have_count(1)
    expect(page.locator("[data-crc-detail]")).not_to_contain_text("Aucune preuve")
    expect(page.locator("[data-crc-detail] .history")).to_contain_text("preuve ajoutée")
    assert without_evidence(page) == before - 1
    assert visitor.axe() == []


def test_files_dropped_together_are_all_counted(visit, site):
    visitor = visit("qualite")
    page = visitor.page
    visitor.go(f"/audits/{site.audit}/?exigence={site.rows[31]}")
    names = [f"Relevé {number}" for number in range(1, 6)]

    drop(page, *((f"{name}.txt", "text/plain", f"{name}\n") for name in names))

    expect(page.locator(f"{CHOSEN} .requirement-meta")).to_contain_text("5 preuves")
    expect(evidence(page)).to_have_count(5)
    # The same file once more is the evidence that is there already.
    drop(page, ("Relevé 5.txt", "text/plain", "Relevé 5\n"))
    expect(page.locator(".dropzone-file [data-state]:text-is('Ajoutée')")).to_have_count(6)
    expect(evidence(page)).to_have_count(5)


def test_a_file_that_arrives_after_one_moved_on_counts_where_it_was_dropped(visit, site):
    visitor = visit("qualite")
    page = visitor.page
    left, here = (f"#r{site.rows[place]}" for place in (50, 51))
    visitor.go(f"/audits/{site.audit}/?filtre=toutes&exigence={site.rows[50]}")
    arriving = []
    # Playwright marks the function that it is given, which a built-in one does not allow.
    page.route("**/preuves/ajouter/", lambda route: arriving.append(route))  # noqa: PLW0108
    drop(page, ("Trop tard.txt", "text/plain", "Arrivé après.\n"))
    next_by_key(page)

    arriving[0].continue_()

    expect(page.locator(f"{left} .requirement-meta")).to_contain_text("1 preuve")
    expect(page.locator(CHOSEN)).to_have_id(here.removeprefix("#"))
    expect(page.locator(f"{here} .requirement-meta")).to_contain_text("Aucune preuve")
    expect(evidence(page)).to_have_count(0)
