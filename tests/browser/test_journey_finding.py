"""The life of a finding once the audit is concluded: answered, accepted, verified, closed."""

import pytest
from playwright.sync_api import expect

from tests.browser.steps import look, submit

pytestmark = [pytest.mark.browser, pytest.mark.any_database]
ACTION = "Recaler les prévisions"


def test_a_finding_is_answered_accepted_verified_and_closed(visit, site):
    auditor, manager = visit("externe"), visit("repond")
    address = f"{manager.address}/constats/{site.answered}/"
    answer(manager, address)
    accept(auditor, address)
    verify_effect(visit("pilote"), manager)
    prove_and_close(auditor, manager, address)


def finding_at_hand(visitor) -> None:
    """The finding stands beside the form of a step; on a phone above it, folded."""
    page, usual = visitor.page, visitor.page.viewport_size
    folds, form = page.locator("main details.fold"), page.locator("main form")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.reload()
    expect(page.locator("main")).to_contain_text("Deux relevés sur dix")
    box, beside = folds.first.bounding_box(), form.bounding_box()
    assert box["x"] + box["width"] <= beside["x"]
    assert look(visitor, page.url, 1440) == []
    page.set_viewport_size({"width": 320, "height": 800})
    page.reload()
    expect(folds.first).not_to_have_attribute("open", "")
    assert folds.last.bounding_box()["y"] < form.bounding_box()["y"] < 800
    for fold in folds.all():
        fold.locator("summary").first.click()
    assert look(visitor, page.url, 320) == []
    page.set_viewport_size(usual)
    page.reload()


def answer(manager, address: str) -> None:
    """The organisation disagrees on nothing, plans an action and answers."""
    page = manager.page
    manager.go("/")
    page.click("text=Taux sous l'objectif")
    assert page.url == address
    page.click("text=Prendre position")
    page.check("[name=position][value=AGREED]")
    submit(page)
    expect(page.locator("#messages")).to_contain_text("La position est conservée")
    page.click("text=Prévoir une action >> nth=0")
    page.fill("[name=title]", ACTION)
    page.select_option("[name=owner]", label="Pilote Essai (pilote@essai.test)")
    page.fill("[name=due_date]", "2030-01-15")
    submit(page)
    expect(page.locator("#messages")).to_contain_text("ACT-")
    page.goto(address)
    page.click("text=Répondre au constat")
    finding_at_hand(manager)
    page.fill("[name=correction]", "Renfort immédiat sur la file.")
    page.fill("[name=extent]", "L'autre file est conforme.")
    page.fill("[name=why_1]", "Les prévisions datent de l'an dernier.")
    expect(page.locator("[name=branch_method]")).to_be_hidden()
    page.fill("[name=root_cause]", "Personne ne révise les prévisions.")
    submit(page)
    expect(page.locator("[aria-current=step]")).to_contain_text("Répondu")


def accept(auditor, address: str) -> None:
    """The auditor of the concluded audit finds the answer at home, and accepts it."""
    page = auditor.page
    auditor.go("/")
    page.click("text=Taux sous l'objectif")
    assert page.url == address
    page.click("text=Avis sur la réponse")
    finding_at_hand(auditor)
    page.check("[name=opinion][value=ACCEPTED]")
    submit(page)
    expect(page.locator("[aria-current=step]")).to_contain_text("Réponse acceptée")


def verify_effect(owner, manager) -> None:
    """The owner does it and cannot verify it; somebody else says what came of it."""
    owner.go("/actions/")
    owner.page.click(f"text={ACTION}")
    owner.page.click("button[name=to][value=DONE]")
    expect(owner.page.locator("#messages")).to_contain_text("ACT-")
    expect(owner.page.locator("button[name=to][value=VERIFIED]")).to_have_count(0)
    page = manager.page
    manager.go("/actions/")
    page.click(f"text={ACTION}")
    page.fill("[name=outcome]", "92 % sur trois mois.")
    page.click("button[name=to][value=VERIFIED]")
    expect(page.locator("#messages")).to_contain_text("ACT-")


def prove_and_close(auditor, manager, address: str) -> None:
    """Proof, then closure: the finding is settled."""
    page, theirs = auditor.page, manager.page
    theirs.goto(address)
    theirs.click("text=Apporter la preuve")
    theirs.fill("[name=statement]", "92 % en moyenne sur trois mois, tous les jours ouvrés.")
    submit(theirs)
    expect(theirs.locator("[aria-current=step]")).to_contain_text("Preuve apportée")
    page.goto(address)
    page.click("text=Refuser la preuve")
    finding_at_hand(auditor)
    page.goto(address)
    page.click("text=Clore le constat")
    finding_at_hand(auditor)
    page.fill("[name=comment]", "Extraction rapprochée, 92 %.")
    submit(page)
    expect(page.locator("[aria-current=step]")).to_contain_text("Clos")
