"""An audit taken on the road in a workbook, while somebody else goes on with it."""

import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import expect_comment_saved, pressed, rate_by_key

pytestmark = pytest.mark.browser
RATING, COMMENT = "G", "I"  # columns of an audit that is rated as a whole
FINDING = "Affichage absent"


def grid(site, place: int) -> str:
    return f"/audits/{site.offline}/?exigence={site.offline_rows[place]}"


def download(visitor, site, folder: Path, name: str) -> Path:
    """The workbook, as the browser saves it."""
    page = visitor.page
    visitor.go(f"/audits/{site.offline}/classeur/")
    with page.expect_download() as taken:
        page.click("text=Emporter le classeur")
    target = folder / f"{name}.xlsx"
    taken.value.save_as(target)
    return target


def fill_in(
    path: Path, cells: dict[tuple[int, str], str], *, finding: dict[str, str] | None = None
) -> None:
    """Write in the cells of requirements, and a finding by its columns, as a person would."""
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        for row in range(2, sheet.max_row + 1):
            for (key, column), value in cells.items():
                if sheet.cell(row, 1).value == key:
                    sheet[f"{column}{row}"] = value
    for column, value in (finding or {}).items():
        book["Constats"][f"{column}2"] = value
    book.save(path)


def choices(path: Path, column: str, *, title: str = "") -> list[str]:
    """What the list of a column offers: the cells that its validation points to."""
    book = openpyxl.load_workbook(path)
    sheet = book[title] if title else book.worksheets[1]
    rules = (r for r in sheet.data_validations.dataValidation if r.type == "list")
    rule = next(r for r in rules if str(r.sqref).startswith(column))
    title, area = rule.formula1.rsplit("!", 1)
    return [cell.value for (cell,) in book[title.strip("'")][area.replace("$", "")]]


def send(page: Page, site, path: Path) -> None:
    page.goto(re.sub(r"/audits/.*", f"/audits/{site.offline}/classeur/", page.url))
    page.set_input_files("[name=file]", path)
    page.click("main form[enctype] button[type=submit]")


def test_an_audit_is_filled_in_off_line_while_a_colleague_goes_on(visit, site, tmp_path):
    traveller, colleague = visit("nomade"), visit("voisine")
    path = download(traveller, site, tmp_path, "classeur")
    change_online(colleague, site)
    correct_mistakes(traveller, site, path)
    settle_and_write(traveller, site)
    take_back(traveller, site)
    unchanged_brings_nothing(traveller, site, tmp_path)
    assert traveller.problems == colleague.problems == []


def change_online(colleague, site) -> None:
    """The same comment as in the workbook, and a rating that is in nobody's workbook."""
    page = colleague.page
    colleague.go(grid(site, 1))
    page.fill("[data-crc-autosave]", "Vu par la voisine.")
    expect_comment_saved(page)
    colleague.go(grid(site, 5))
    rate_by_key(page, "1")


def correct_mistakes(traveller, site, path: Path) -> None:
    """A level that does not exist, half a finding: named by sheet, row, column, all refused."""
    page, rows = traveller.page, site.offline_rows
    levels = choices(path, RATING)
    grade, *_grades = choices(path, "B", title="Constats")
    code, *_codes = choices(path, "C", title="Constats")
    finding = {"B": grade, "C": code, "E": FINDING}
    book = openpyxl.load_workbook(path)
    sheet = next(s for s in book.worksheets if s.cell(2, 1).value == rows[0])
    mistaken = path.with_name("erreurs.xlsx")
    mistaken.write_bytes(path.read_bytes())
    fill_in(mistaken, {(rows[0], RATING): "Presque conforme"}, finding=finding)

    send(page, site, mistaken)

    problems = page.locator(".problems")
    expect(problems).to_contain_text("2 points à corriger")
    level = problems.locator("tbody tr", has_text="Presque conforme")
    expect(level.locator("th")).to_have_text(sheet.title)
    expect(level).to_contain_text(f"ligne 2, colonne {RATING}")
    expect(level).to_contain_text("n’est pas un niveau de l’échelle")
    half = problems.locator("tbody tr", has_text="Constats")
    expect(half).to_contain_text("ligne 2, colonne G")
    expect(half).to_contain_text("Dites ce qui a été constaté.")
    assert traveller.axe() == []
    traveller.go(grid(site, 0))
    expect(pressed(page)).to_have_count(0)

    cells = {
        (rows[0], RATING): levels[0],
        (rows[1], COMMENT): "Vu sur place, affiche à l'entrée.",
        (rows[2], RATING): levels[-2],
        (rows[2], COMMENT): "Deux postes sur dix.",
    }
    fill_in(path, cells, finding=finding | {"G": "Rien à l'accueil."})
    send(page, site, path)


def settle_and_write(traveller, site) -> None:
    """Three changes, one conflict cell by cell, one finding; nothing is chosen for the person."""
    page = traveller.page
    conflict = page.locator("fieldset.workbook-conflict")
    expect(conflict).to_have_count(1)
    expect(conflict).to_contain_text("Vu par la voisine.")
    expect(conflict).to_contain_text("Vu sur place, affiche à l'entrée.")
    added, changed = page.locator(".workbook-changes tbody").all()
    expect(changed.locator("tr")).to_have_count(3)
    expect(added.locator("tr")).to_have_count(1)
    expect(added.locator("ins").first).to_have_text(FINDING)
    expect(page.locator("main")).to_contain_text(
        "cellule a été modifiée depuis par quelqu’un d’autre"
    )
    assert traveller.axe() == []
    page.click("text=Tout écrire dans l’audit")
    expect(conflict).to_contain_text("Choisissez ce qui reste")
    conflict.locator("input[value=mine]").check()
    page.click("text=Tout écrire dans l’audit")
    expect(page.locator("main dl")).to_contain_text("3 exigences, 1 constat")

    traveller.go(grid(site, 0))
    expect(pressed(page)).to_have_attribute("value", "C")
    traveller.go(grid(site, 1))
    expect(page.locator("[data-crc-autosave]")).to_have_value("Vu sur place, affiche à l'entrée.")
    traveller.go(grid(site, 2))
    expect(page.locator("[data-crc-autosave]")).to_have_value("Deux postes sur dix.")
    traveller.go("/constats/")
    expect(page.locator("main table")).to_contain_text(FINDING)


def take_back(traveller, site) -> None:
    """Everything as it was, without the finding; what the colleague wrote stays."""
    page = traveller.page
    traveller.go(f"/audits/{site.offline}/classeur/")
    page.click("main table >> text=classeur.xlsx")
    page.click("text=Tout annuler")
    expect(page.locator("main dl")).to_contain_text("Annulé")
    traveller.go(grid(site, 0))
    expect(pressed(page)).to_have_count(0)
    traveller.go(grid(site, 1))
    expect(page.locator("[data-crc-autosave]")).to_have_value("Vu par la voisine.")
    traveller.go("/constats/")
    expect(page.locator("main")).not_to_contain_text(FINDING)


def unchanged_brings_nothing(traveller, site, folder: Path) -> None:
    """A workbook saved again as it is has no difference."""
    path = download(traveller, site, folder, "inchangé")
    fill_in(path, {})
    send(traveller.page, site, path)
    expect(traveller.page.locator("#messages")).to_contain_text("Aucune différence")
