"""The day of an external auditor: invited, independent, reviews, writes findings, concludes."""

import re
from datetime import timedelta

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

from tests.browser.steps import look, message_to, submit, tab_to

pytestmark = [pytest.mark.browser, pytest.mark.any_database]
ADDRESS = "sacha.dehors@ailleurs.test"
PASSWORD = "quatre mots pris au hasard"
LINKS = "Cliente du service depuis 2020."
SUMMARY = "Chaque engagement a été vu ; le taux n'est pas tenu."


def test_an_invited_lead_auditor_reviews_writes_findings_and_concludes(visit, site):
    manager, auditor = visit("audite"), visit(None)
    invite(manager, site)
    enter(auditor, message_to(site.outbox, ADDRESS))
    declare_independence(auditor, site)
    see_nothing_else(auditor, site)
    review_everything(auditor, site)
    present(auditor, manager, site)
    conclude(auditor, site)


def invite(manager, site) -> None:
    """Somebody who has no account is named lead auditor, from today on, for a month."""
    page = manager.page
    manager.go(f"/audits/{site.certification}/equipe/")
    page.fill("[name=email]", ADDRESS)
    page.select_option("[name=role]", "LEAD")
    page.fill("[name=opens_on]", localdate().isoformat())
    page.fill("[name=closes_on]", (localdate() + timedelta(days=30)).isoformat())
    page.fill("[name=first_name]", "Sacha")
    page.fill("[name=last_name]", "Dehors")
    page.click("text=Ajouter à l’équipe")
    expect(page.locator("main table", has_text=ADDRESS)).to_contain_text("à déclarer")


def enter(auditor, message: str) -> None:
    """The links of the message, in its order: a password is chosen, then one signs in."""
    page = auditor.page
    password, _another_link, declaration = re.findall(rf"{auditor.address}/\S+", message)
    page.goto(password)
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.press("[name=password2]", "Enter")
    page.wait_for_url("**/mot-de-passe/nouveau/fait/")
    page.goto(declaration)
    page.fill("[name=login]", ADDRESS)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(declaration)


def declare_independence(auditor, site) -> None:
    """Nothing is open before; what was typed comes back with what is asked."""
    page = auditor.page
    audit = f"/audits/{site.certification}/"
    assert auditor.go(audit).status == 404

    auditor.go("/")
    page.click("text=Centre audité d'essai")
    page.fill("[name=links]", LINKS)
    submit(page)
    expect(page.locator("#error_1_id_is_independent")).to_contain_text("Cochez la case")
    expect(page.locator("[name=links]")).to_have_value(LINKS)
    page.check("[name=is_independent]")
    submit(page)
    page.wait_for_url(auditor.address + audit)
    expect(page.locator("#rows-title")).to_be_visible()


def see_nothing_else(auditor, site) -> None:
    """Neither another organisation's audit nor the diagnosis of this one."""
    for other in (site.audit, site.before):
        assert auditor.go(f"/audits/{other}/").status == 404
    auditor.go("/")
    expect(auditor.page.locator("[aria-labelledby=audits-title] li")).to_have_count(1)


def review_everything(auditor, site) -> None:
    """Ten pieces without touching the mouse, the last two with a finding each."""
    page = auditor.page
    auditor.go(f"/audits/{site.certification}/")
    tab_to(page, f"a[href='/audits/{site.certification}/revue/']")
    page.keyboard.press("Enter")
    expect(page.locator(".review-queue a")).to_have_count(10)
    expect(page.locator(".evidence-table td").first).to_have_text("M1")
    for left in range(9, 1, -1):
        accept(page, left=left)
    write_finding(page, grade="NC_MAJ", level="3", title="Taux sous l'objectif")
    write_finding(page, grade="NC_MIN", level="2", title="Relevé incomplet")
    expect(page.locator(".filter-chips a", has_text="À compléter")).to_contain_text("2")
    assert auditor.axe() == []


def accept(page: Page, *, left: int) -> None:
    """Accept the piece, rate and go on; the head of the page counts those that are left."""
    page.wait_for_load_state()
    page.keyboard.press("a")
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".filter-chips a", has_text="À revoir")).to_have_text(
        re.compile(rf"À revoir\s+{left}$")
    )


def write_finding(page: Page, *, grade: str, level: str, title: str) -> None:
    """Read the second page, ask to complete the piece, rate, and write a finding beside it."""
    keys = page.keyboard
    expect(page.locator(".pdf[data-ready=yes]")).to_be_visible()
    tab_to(page, "[data-pdf-next]")
    keys.press("Enter")
    expect(page.locator("[data-pdf-number]")).to_have_value("2")
    keys.press("c")
    tab_to(page, "[name=reason]")
    keys.type("Il manque un mois.")
    keys.press("Tab")
    keys.press(level)
    keys.press("f")
    expect(page.locator("[name=grade]").first).to_be_focused()
    keys.press("Space")
    if grade == "NC_MIN":
        keys.press("ArrowRight")
    expect(page.locator(f"[name=grade][value={grade}]")).to_be_checked()
    tab_to(page, "[name=title]", at_most=1)
    keys.type(title)
    tab_to(page, "[name=found]", at_most=2)
    keys.type("Deux relevés sur dix sous l'objectif.")
    expect(page.locator("[name=page]")).to_have_value("2")
    keys.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("constat F-")


def present(auditor, manager, site) -> None:
    """Drafts are the team's own affair until they are presented, with the page they rest on."""
    page, theirs = auditor.page, manager.page
    manager.go("/constats/")
    expect(theirs.locator("main")).not_to_contain_text("Taux sous l'objectif")
    auditor.go(f"/audits/{site.certification}/constats/presenter/")
    submit(page)
    expect(page.locator("#messages")).to_contain_text("2 constats sont présentés")

    manager.go("/constats/")
    expect(theirs.locator("main")).to_contain_text("Relevé incomplet")
    theirs.click("text=Taux sous l'objectif")
    expect(theirs.locator("main")).to_contain_text("Page 2")


def conclude(auditor, site) -> None:
    """What is missing is ticked; a text that was typed comes back with what is asked."""
    page = auditor.page
    auditor.go("/")
    page.click("text=Audit initial >> nth=0")
    expect(page.locator("h1")).to_have_text("Conclure l’audit")
    assert look(auditor, "/conclure/", 1440) == []

    page.fill("[name=summary]", SUMMARY)
    page.check("[name=recommendation][value=SUPPLEMENTARY_AUDIT]")
    submit(page)
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("[name=summary]")).to_have_value(SUMMARY)

    for box in page.locator("[name=accepted]").all():
        box.check()
    submit(page)
    page.wait_for_url(re.compile(f"/audits/{site.certification}/conclusion/"))
    expect(page.locator("main")).to_contain_text(SUMMARY)
    assert look(auditor, "/conclusion/", 1440) == []
