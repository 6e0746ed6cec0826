"""An indicator under its target: a complaint opens, goes up, is planned, and closed by figures."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

LEVEL = ".pagehead .verdict"
STEPS = "tests.browser.world_alerts"


def test_from_the_missed_target_to_the_closing(visit, site):
    manager, director = visit("mesure"), visit("dirige")
    opened_by_itself(manager, site)
    goes_up(manager, site)
    is_planned(manager.page)
    assert manager.axe() == []
    site.run("-m", STEPS, "returned")
    is_closed(director)
    wall_refreshes(manager, site)
    assert manager.problems == []
    assert director.problems == []


def opened_by_itself(visitor, site) -> None:
    """The list is empty; two months are measured under the target; it is there."""
    page = visitor.page
    visitor.go("/alertes/")
    expect(page.locator("#alerts")).to_contain_text("Aucune alerte")
    site.run("-m", STEPS, "missed")
    visitor.go("/")
    expect(page.locator(".pagehead")).to_contain_text("1 alerte ouverte")
    page.click("text=1 alerte ouverte")
    row = page.locator("#alerts tbody tr")
    expect(row).to_contain_text("2 mois sous la cible")
    expect(row).to_contain_text("plan à écrire")
    assert visitor.axe() == []
    row.locator("a").click()
    expect(page.locator(LEVEL).first).to_have_text("Plan à écrire")
    expect(page.locator("svg.chart")).to_be_visible()
    assert visitor.axe() == []


def goes_up(visitor, site) -> None:
    """The plan is not there in time."""
    page = visitor.page
    site.run("-m", STEPS, "late")
    page.reload()
    expect(page.locator(LEVEL).last).to_have_text("Escaladée à la qualité")
    expect(page.locator("main")).to_contain_text("Le plan n’a pas été écrit à temps")


def is_planned(page: Page) -> None:
    """What was found, what is done; one action, done at once."""
    page.click(".pagehead >> text=Écrire le plan")
    page.fill("[name=cause]", "Les absences du lundi ne sont pas remplacées.")
    page.click("text=Enregistrer le plan")
    expect(page.locator("main")).to_contain_text("Dites ce qui sera fait")
    expect(page.locator("[name=cause]")).to_have_value(
        "Les absences du lundi ne sont pas remplacées."
    )
    page.fill("[name=plan]", "Un renfort chaque lundi matin.")
    page.click("text=Enregistrer le plan")
    expect(page.locator(LEVEL).first).to_have_text("Plan écrit")
    page.click("text=Ajouter une action")
    page.fill("[name=title]", "Former quatre personnes aux appels simples")
    page.fill("[name=due_date]", f"{localdate() + timedelta(days=20)}")
    page.click("text=Enregistrer l’action")
    page.click("section >> text=Faite")
    expect(page.locator(LEVEL).first).to_have_text("Plan en cours")
    assert "Clore la réclamation" not in page.inner_text(".pagehead")


def is_closed(visitor) -> None:
    """By somebody else than its owner, once two months are met."""
    page = visitor.page
    visitor.go("/")
    page.click("text=RI-")
    expect(page.locator(LEVEL).first).to_have_text("Retour mesuré")
    page.click("text=Clore la réclamation")
    page.fill("[name=reason]", "Deux mois tenus, renfort en place.")
    page.click("form >> text=Clore la réclamation")
    expect(page.locator(LEVEL).first).to_have_text("Close")
    expect(page.locator("main")).to_contain_text("Deux mois tenus, renfort en place.")
    assert visitor.axe() == []


def wall_refreshes(visitor, site) -> None:
    """Everything is at its objective; a minute later something is not, and nothing scrolls."""
    page = visitor.page
    page.set_viewport_size({"width": 1366, "height": 768})
    page.clock.install()
    visitor.go(f"/supervision/{site.measuring}/")
    expect(page.locator("#wall")).to_contain_text("Tout est à la cible")
    assert visitor.axe() == []
    site.run("-m", STEPS, "wall")
    page.clock.run_for(61_000)
    expect(page.locator("#wall")).to_contain_text("71 %")
    expect(page.locator("#wall")).not_to_contain_text("Essai")
    assert visitor.axe() == []
    tall = "document.documentElement.scrollHeight > window.innerHeight"
    assert not page.evaluate(tall)
