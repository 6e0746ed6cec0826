"""Without a mouse: Tab, Enter, Escape and the shortcuts of the page."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import CHOSEN, expect_comment_saved, next_by_key, pressed, tab_to
from tests.browser.world import PASSWORD

pytestmark = pytest.mark.browser


def sign_in(visitor) -> None:
    page = visitor.page
    visitor.go("/connexion/")
    tab_to(page, "[name=login]")
    page.keyboard.type("qualite@essai.test")
    tab_to(page, "[name=password]", at_most=1)
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{visitor.address}/")


def open_grid(page, audit: str) -> None:
    """From the list of what is under way; the menu is skipped there."""
    tab_to(page, f"main a[href^='/audits/{audit}/']")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(audit))
    tab_to(page, ".skip-link", at_most=1)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def go_to(page, audit: str, code: str) -> None:
    """To a requirement, through the palette."""
    page.keyboard.press("Control+k")
    page.keyboard.type(code)
    here = f"#palette-results a[href*='{audit}']"
    expect(page.locator(here)).to_contain_text(code)
    tab_to(page, here)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"exigence=\d+"))
    expect(page.locator("#detail")).to_contain_text(code)


def write_finding(page) -> None:
    keys = page.keyboard
    keys.press("f")
    page.wait_for_url(re.compile(r"/constats/nouveau/$"))
    tab_to(page, "[name=grade]")
    keys.press("Space")
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    tab_to(page, "[name=title]", at_most=1)
    keys.type("Rappel non proposé")
    tab_to(page, "[name=found]")
    keys.type("Deux appels sur trente sans proposition de rappel.")
    tab_to(page, "main form button[type=submit]")
    keys.press("Enter")
    page.wait_for_url(re.compile(r"/constats/[0-9a-f-]{36}/$"))
    expect(page.locator("h1")).to_contain_text("Rappel non proposé")


def test_from_the_sign_in_to_a_finding_without_touching_the_mouse(visit, site):
    visitor = visit(None)
    page = visitor.page
    keys = page.keyboard
    sign_in(visitor)
    open_grid(page, site.audit)
    go_to(page, site.audit, "EX-5.1.1")

    # Rates one with Tab and Enter, the next one with a shortcut.
    tab_to(page, f"{CHOSEN} button[value=NC]")
    keys.press("Enter")
    expect(pressed(page)).to_have_attribute("value", "NC")
    next_by_key(page)
    keys.press("2")
    expect(pressed(page)).to_have_attribute("value", "P")

    # Comments, leaves the field with Escape, and looks at where evidence is added.
    keys.press("c")
    expect(page.locator("[data-crc-autosave]")).to_be_focused()
    keys.type("Écoutes de mars : 2 sur 30.")
    keys.press("Escape")
    expect_comment_saved(page)
    keys.press("e")
    expect(page.locator("#drop-files")).to_be_focused()

    write_finding(page)


def test_the_palette_goes_anywhere(visit):
    visitor = visit("qualite")
    page = visitor.page
    visitor.go("/")

    page.keyboard.press("Control+k")
    page.keyboard.type("EX-6.7.1")
    expect(page.locator("#palette-results a").first).to_contain_text("EX-6.7.1")
    assert visitor.axe() == []
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile(r"exigence=\d+"))
    expect(page.locator("#detail")).to_contain_text("EX-6.7.1")


def test_escape_closes_a_question_and_changes_nothing(visit, site):
    visitor = visit("qualite")
    page = visitor.page
    visitor.go(f"/audits/{site.audit}/?exigence={site.rows[48]}")

    page.keyboard.press("4")
    expect(page.locator("#dialogs dialog[open] textarea")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(pressed(page)).to_have_count(0)
    page.keyboard.press("1")
    expect(pressed(page)).to_have_attribute("value", "C")
