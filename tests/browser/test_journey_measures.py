"""Figures of two months, typed as in a spreadsheet, then of a third from a French file."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.world_alerts import months

pytestmark = pytest.mark.browser

SECOND = months()[1]


def test_figures_pasted_then_imported(visit, site):
    visitor = visit("compte")
    pasted(visitor, site)
    imported(visitor, site)
    behind(visitor, site)
    assert visitor.problems == []


def cell(page: Page, figure: int, month: int):
    """Of the first indicator: its nth figure, so many months back from the last that is shown."""
    row = page.locator("[data-crc-sheet] tbody tr").nth(figure)
    return row.locator("input[type=text]").nth(month)


def pasted(visitor, site) -> None:
    """A block of two figures and two months; one cell is wrong, and nothing of it is lost."""
    page = visitor.page
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.go(f"/indicateurs/{site.counting}/saisie/?pas=MONTH")
    block = "850\t87O\r\n1 000\t1 000\r\n"
    page.evaluate("text => navigator.clipboard.writeText(text)", block)
    cell(page, 0, 0).focus()
    page.keyboard.press("Control+v")
    expect(cell(page, 1, 1)).to_have_value("1 000")
    page.click("text=Enregistrer les mesures")
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    expect(cell(page, 0, 1)).to_have_value("87O")
    expect(cell(page, 0, 0)).to_have_value("850")
    assert visitor.axe() == []
    cell(page, 0, 0).select_text()
    page.keyboard.press("ArrowRight")
    page.keyboard.type("870")
    page.keyboard.press("Enter")
    expect(cell(page, 1, 1)).to_be_focused()
    page.click("text=Enregistrer les mesures")
    expect(page.locator(".alert-success")).to_contain_text("mesures")


def imported(visitor, site) -> None:
    """As Excel writes it in France: semicolons, Windows letters, a decimal comma."""
    page = visitor.page
    month = f"{SECOND:%m/%Y}"
    text = (
        f"Période;Site;Indicateur;Numérateur;Dénominateur\n{month};Vénissieux;ACC-01;412,0;1 000\n"
    )
    file = {"name": "Relevé.csv", "mimeType": "text/csv", "buffer": text.encode("cp1252")}
    visitor.go(f"/indicateurs/{site.counting}/fichiers/")
    page.set_input_files("[name=file]", file)
    page.click("form >> text=Envoyer")
    expect(page.locator("h1")).to_have_text("Relevé.csv")
    expect(page.locator("#columns-title")).to_be_visible()
    assert visitor.axe() == []
    page.click("text=Lire le fichier")
    expect(page.locator("#proposed-title")).to_contain_text("1 mesure serait enregistrée")
    assert visitor.axe() == []
    page.click("text=Enregistrer les mesures")
    expect(page.locator("#written-title")).to_have_text("1 mesure enregistrée")
    # The same file once more: it is known, and leads to what it wrote.
    visitor.go(f"/indicateurs/{site.counting}/fichiers/")
    page.set_input_files("[name=file]", file)
    page.click("form >> text=Envoyer")
    expect(page.locator(".invalid-feedback a")).to_have_text("Relevé.csv")


def behind(visitor, site) -> None:
    """From the journey to the series, to the month, to the file that the figure came from."""
    page = visitor.page
    visitor.go(f"/indicateurs/{site.counting}/")
    page.locator("h3 a", has_text="servis").first.click()
    expect(page.locator("main")).to_contain_text("41,2")
    assert visitor.axe() == []
