"""How far are we, what moved since the diagnosis, and what would it take to be ready."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.any_database]


def score(page: Page):
    """The score of the simulation, as shown."""
    return page.locator("#simulation-result .kpi-large .kpi-value")


def tick(page: Page, code: str, name: str) -> None:
    """Tick one of the boxes of a requirement; the figures follow without a reload."""
    row = page.locator("fieldset.what-if", has_text=code)
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        row.locator(f"input[name={name}]").first.check()
    assert answered.value.ok


def test_a_manager_compares_supposes_and_keeps_the_scenario(visit, site):
    visitor = visit("suivi")
    compare(visitor, site)
    suppose(visitor, site)
    keep_and_open_again(visitor, site)
    assert visitor.problems == []


def compare(visitor, site) -> None:
    """From the dashboard: the totals first, then requirement by requirement."""
    page = visitor.page
    visitor.go(f"/tableau-de-bord/{site.followed}/")
    page.click("text=Évolution >> nth=0")
    page.click(".movement-nav >> text=Comparer")
    whole = page.locator("main table").first.locator("tbody td")
    expect(whole.first).to_have_text(re.compile(r"\d+,\d\s%"))
    expect(whole.nth(2)).to_contain_text("+")
    rows = page.locator("section[aria-labelledby=rows-title] tbody tr")
    expect(rows.first).to_be_visible()
    worse = page.locator("section[aria-labelledby=rows-title] tr", has_text=site.closing)
    expect(worse).to_contain_text("Non conforme")
    assert visitor.axe() == []


def suppose(visitor, site) -> None:
    """An action, then a level, then the proofs: score, domain and verdict move at once."""
    page = visitor.page
    page.click(".movement-nav >> text=Simulation")
    expect(page.locator("#simulation-result")).to_contain_text("comme aujourd’hui")
    expect(page.locator("#simulation-result")).to_contain_text("Pas prêt pour la certification")
    before = score(page).inner_text()

    tick(page, site.closing, "actions")
    expect(score(page)).not_to_have_text(before)
    expect(page.locator("#simulation-result tbody")).to_contain_text("+")
    between = score(page).inner_text()

    page.locator("fieldset.what-if", has_text=site.gap).locator("input[name=levels]").last.check()
    expect(score(page)).to_have_text(re.compile(r"100"))
    assert score(page).inner_text() != between
    page.check("#proven")
    expect(page.locator("#simulation-result")).to_contain_text("Prêt pour la certification")
    expect(page.locator("#simulation-blockers")).to_contain_text("Rien ne bloque")
    assert visitor.axe() == []


def keep_and_open_again(visitor, site) -> None:
    """Kept under a name; found again in the file with its ticks."""
    page = visitor.page
    page.fill("[name=title]", "Répondeur et reste")
    page.click("text=Enregistrer le scénario")
    expect(page.locator("#messages")).to_contain_text("Répondeur et reste")

    visitor.go(f"/dossiers/{site.followed}/simulation/")
    expect(page.locator("#what-if input:checked")).to_have_count(0)
    page.click("section[aria-labelledby=kept-title] >> text=Répondeur et reste")
    expect(page.locator("h1")).to_have_text("Répondeur et reste")
    expect(page.locator("#what-if input:checked")).to_have_count(3)
    expect(page.locator("#simulation-result")).to_contain_text("Prêt pour la certification")
    assert visitor.axe() == []
