"""The day of an auditor from outside, and what the audited organisation answers to it."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
FOUND = "Deux relevés sur dix sous l'objectif."


def review_by_keys(page: Page, *, left: int) -> None:
    """Accept the piece and go on; the head of the page counts those that are left."""
    page.wait_for_load_state()
    page.keyboard.press("a")
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".filter-chips a", has_text="À revoir")).to_have_text(
        re.compile(rf"À revoir\s+{left}$")
    )


def write_finding(page: Page, *, grade: str, title: str) -> None:
    """Ask to complete the piece and write a finding beside it, without the mouse."""
    page.wait_for_load_state()
    page.keyboard.press("c")
    page.locator("[name=reason]").focus()
    page.keyboard.type("Il manque un mois.")
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("f")
    page.click(f"input[name=grade][value={grade}] + label")
    page.fill("[name=title]", title)
    page.locator("[name=found]").focus()
    page.keyboard.type(FOUND)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("constat F-")


def test_an_auditor_reviews_by_keyboard_and_the_organisation_answers(visit, site):
    auditor, manager = visit("externe"), visit("audite")
    review_everything(auditor, site)
    address = present_and_find(auditor, manager, site)
    answer(manager, address)
    accept_and_verify(auditor, manager, visit("pilote"), address)
    prove_and_close(auditor, manager, address)
    assert auditor.problems == manager.problems == []


def review_everything(auditor, site) -> None:
    """Independence first, then ten pieces, the last two with a finding each."""
    page = auditor.page
    audit = f"/audits/{site.certification}/"
    assert auditor.go(audit).status == 404

    auditor.go("/")
    page.click("text=Centre audité d'essai")
    page.check("[name=is_independent]")
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile(re.escape(audit)))
    page.click("text=Revue des preuves")
    expect(page.locator(".review-queue a")).to_have_count(10)
    expect(page.locator(".evidence-table td").first).to_have_text("M1")
    for left in range(9, 1, -1):
        review_by_keys(page, left=left)
    write_finding(page, grade="NC_MAJ", title="Taux sous l'objectif")
    write_finding(page, grade="PS", title="Relevé incomplet")
    expect(page.locator(".filter-chips a", has_text="À compléter")).to_contain_text("2")
    assert auditor.axe() == []


def present_and_find(auditor, manager, site) -> str:
    """Drafts are the team's own affair until they are presented. Address of the major one."""
    page, theirs = auditor.page, manager.page
    manager.go("/constats/")
    expect(theirs.locator("main")).not_to_contain_text("Taux sous l'objectif")
    auditor.go(f"/audits/{site.certification}/constats/presenter/")
    page.click("main form button[type=submit]")
    expect(page.locator("#messages")).to_contain_text("2 constats sont présentés")

    manager.go("/constats/")
    theirs.click("text=Taux sous l'objectif")
    return theirs.url


def answer(manager, address: str) -> None:
    """The organisation disagrees on nothing, plans an action and answers."""
    theirs = manager.page
    theirs.click("text=Prendre position")
    theirs.check("[name=position][value=AGREED]")
    theirs.click("main form button[type=submit]")
    expect(theirs.locator("#messages")).to_contain_text("La position est conservée")
    theirs.click("text=Prévoir une action >> nth=0")
    theirs.fill("[name=title]", "Recaler les prévisions")
    theirs.select_option("[name=owner]", label="Pilote Essai (pilote@essai.test)")
    theirs.fill("[name=due_date]", "2030-01-15")
    theirs.click("main form button[type=submit]")
    expect(theirs.locator("#messages")).to_contain_text("ACT-")
    theirs.goto(address)
    theirs.click("text=Répondre au constat")
    theirs.fill("[name=correction]", "Renfort immédiat sur la file.")
    theirs.fill("[name=extent]", "L'autre file est conforme.")
    theirs.fill("[name=why_1]", "Les prévisions datent de l'an dernier.")
    expect(theirs.locator("[name=branch_method]")).to_be_hidden()
    theirs.fill("[name=root_cause]", "Personne ne révise les prévisions.")
    theirs.click("main form button[type=submit]")
    expect(theirs.locator("[aria-current=step]")).to_contain_text("Répondu")


def accept_and_verify(auditor, manager, owner, address: str) -> None:
    """The auditor accepts; the action is done by its owner and verified by somebody else."""
    page, theirs = auditor.page, manager.page
    page.goto(address)
    page.click("text=Avis sur la réponse")
    page.check("[name=opinion][value=ACCEPTED]")
    page.click("main form button[type=submit]")
    expect(page.locator("[aria-current=step]")).to_contain_text("Réponse acceptée")
    owner.go("/actions/")
    owner.page.click("text=Recaler les prévisions")
    owner.page.click("button[name=to][value=DONE]")
    expect(owner.page.locator("#messages")).to_contain_text("ACT-")
    manager.go("/actions/")
    theirs.click("text=Recaler les prévisions")
    theirs.fill("[name=outcome]", "92 % sur trois mois.")
    theirs.click("button[name=to][value=VERIFIED]")
    expect(theirs.locator("#messages")).to_contain_text("ACT-")


def prove_and_close(auditor, manager, address: str) -> None:
    """Proof, then closure: the finding is settled."""
    page, theirs = auditor.page, manager.page
    theirs.goto(address)
    theirs.click("text=Apporter la preuve")
    theirs.fill("[name=statement]", "92 % en moyenne sur trois mois, tous les jours ouvrés.")
    theirs.click("main form button[type=submit]")
    expect(theirs.locator("[aria-current=step]")).to_contain_text("Preuve apportée")
    page.goto(address)
    page.click("text=Clore le constat")
    page.fill("[name=comment]", "Extraction rapprochée, 92 %.")
    page.click("main form button[type=submit]")
    expect(page.locator("[aria-current=step]")).to_contain_text("Clos")
