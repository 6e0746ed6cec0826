"""The internal control plan: a month by keyboard, a result, and the direction that approves."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import tab_to

pytestmark = [pytest.mark.browser, pytest.mark.any_database]
ITEM = "[data-crc-control]"


def test_a_contributor_does_a_control_by_keyboard_and_the_direction_approves(visit, site):
    visitor = visit("contributeur")
    month_by_keyboard(visitor, site)
    enter_a_result(visitor, site)
    assert visitor.problems == []
    director = visit("direction")
    approve(director, site)
    assert director.problems == []
    manager = visit("qualite")
    begin_the_next(manager, site)
    assert manager.problems == []


def month_by_keyboard(visitor, site) -> None:
    """Tab to the first control, arrows to the next, Enter opens it beside the month."""
    page = visitor.page
    visitor.go(f"/dossiers/{site.file}/controles/?mois={site.control_month}")
    expect(page.locator("h1")).to_contain_text("Contrôles de")
    tab_to(page, ITEM)
    first = page.evaluate("document.activeElement.id")
    if page.locator(ITEM).count() > 1:
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.id") != first
        page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.id") == first
    page.keyboard.press("Enter")
    expect(page.locator(f"#{first}")).to_have_attribute("aria-current", "true")
    expect(page).to_have_url(re.compile("controle="))
    assert visitor.axe() == []


def enter_a_result(visitor, site) -> None:
    """42 checked, 41 comply: the verdict is said while typing, then kept without a reload."""
    page = visitor.page
    visitor.go(
        f"/dossiers/{site.file}/controles/?mois={site.control_month}&controle={site.control}"
    )
    page.evaluate("window.crcSamePage = true")
    tab_to(page, "#id_checked")
    page.keyboard.type("42")
    page.keyboard.press("Tab")
    page.keyboard.type("41")
    expect(page.locator("#control-judged")).to_contain_text("97,6")
    page.keyboard.press("Enter")
    expect(page.locator("#control .saved").first).to_contain_text("Enregistré")
    expect(page.locator("#control")).to_contain_text("41 sur 42")
    assert page.evaluate("window.crcSamePage") is True
    chosen = page.locator(f"{ITEM}[aria-current]")
    expect(chosen).not_to_have_class(re.compile("verdict-major"))
    assert visitor.axe() == []


def approve(director, site) -> None:
    """What changes is read first; approved, the version is in force."""
    page: Page = director.page
    director.go("/")
    page.click("text=Version 2 du plan de contrôle interne")
    expect(page.locator("main")).to_contain_text("Point de contrôle resserré")
    assert director.axe() == []
    page.click("text=Approuver cette version")
    expect(page.locator("#messages")).to_contain_text("La version 2 est approuvée")
    expect(page.locator(".pagehead")).to_contain_text("version 2")


def begin_the_next(manager, site) -> None:
    """The version that follows begins with the lines of the one in force."""
    manager.go(f"/dossiers/{site.file}/controles/version/nouvelle/")
    manager.page.fill("#id_reason", "Résultats du trimestre")
    manager.page.click("text=Commencer la version")
    expect(manager.page).to_have_url(re.compile("version=brouillon"))
    expect(manager.page.locator("main")).to_contain_text("Point de contrôle resserré")
    assert manager.axe() == []
