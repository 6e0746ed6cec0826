"""The grid as people use it: fast, together, interrupted, without a script."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import (
    CHOSEN,
    drop,
    evidence,
    expect_comment_saved,
    next_by_key,
    pressed,
    rate_by_key,
)
from tests.browser.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.any_database]
COMMENT = "[data-crc-autosave]"


def grid(site, row: int) -> str:
    return f"/audits/{site.audit}/?exigence={site.rows[row]}"


def test_two_people_on_one_requirement_lose_nothing(visit, site):
    first, second = visit("qualite"), visit("collegue")
    first.go(grid(site, 10))
    second.go(grid(site, 10))

    rate_by_key(first.page, "1")
    second.page.keyboard.press("3")

    dialog = second.page.locator("#dialogs dialog[open]")
    expect(dialog).to_contain_text("Qualite Essai")
    assert second.axe() == []
    dialog.locator("button.btn-primary").click()
    expect(second.page.locator("#grid-saved form")).to_be_visible()
    first.go(grid(site, 10))
    expect(pressed(first.page)).to_have_attribute("value", "NC")


def test_two_comments_become_the_one_that_was_put_together(visit, site):
    first, second = visit("qualite"), visit("collegue")
    first.go(grid(site, 44))
    second.go(grid(site, 44))
    first.page.fill(COMMENT, "Annonce absente le samedi.")
    expect_comment_saved(first.page)

    second.page.fill(COMMENT, "Annonce absente le dimanche.")
    dialog = second.page.locator("#dialogs dialog[open]")
    expect(dialog).to_contain_text("Annonce absente le samedi.")
    expect(dialog.locator("textarea")).to_have_value("Annonce absente le dimanche.")
    dialog.locator("textarea").fill("Annonce absente le week-end.")
    dialog.locator("button.btn-primary").click()

    expect(dialog).to_be_hidden()
    expect(second.page.locator(COMMENT)).to_have_value("Annonce absente le week-end.")
    second.page.keyboard.press("Escape")
    next_by_key(second.page)
    first.go(grid(site, 44))
    expect(first.page.locator(COMMENT)).to_have_value("Annonce absente le week-end.")


def test_the_change_of_the_other_arrives_by_itself(visit, site):
    row = site.rows[12]
    first, second = visit("qualite"), visit("collegue")
    first.go(grid(site, 12))
    second.go(grid(site, 12))

    rate_by_key(first.page, "1")

    expect(pressed(second.page, f"#r{row}")).to_have_attribute("value", "C", timeout=30_000)
    expect(second.page.locator(CHOSEN)).to_have_id(f"r{row}")


def test_a_comment_saves_itself_and_survives_the_end_of_the_session(visit, site):
    visitor = visit("qualite")
    page = visitor.page
    visitor.go(grid(site, 14))
    page.fill(COMMENT, "Première version")
    expect_comment_saved(page)

    visitor.context.clear_cookies(name="session")
    page.fill(COMMENT, "Texte écrit après la fin de la session")
    dialog = page.locator("#session-dialog")
    expect(dialog).to_be_visible()
    assert visitor.axe() == []
    dialog.locator("[type=password]").fill(PASSWORD)
    dialog.locator("button").last.click()
    expect(dialog).to_be_hidden()
    expect(page.locator(COMMENT)).to_have_value("Texte écrit après la fin de la session")
    expect_comment_saved(page)

    visitor.go(grid(site, 14))
    expect(page.locator(COMMENT)).to_have_value("Texte écrit après la fin de la session")


def test_a_comment_typed_without_network_is_saved_when_it_is_back(visit, site):
    visitor = visit("qualite")
    page = visitor.page
    visitor.go(grid(site, 40))

    visitor.context.set_offline(True)
    page.fill(COMMENT, "Écrit dans un sous-sol sans réseau")
    banner = page.locator("[data-crc-offline]")
    expect(banner).to_be_visible()
    expect(banner).to_contain_text("1")
    assert visitor.axe() == []
    visitor.context.set_offline(False)

    expect_comment_saved(page)
    expect(banner).to_be_hidden()
    visitor.go(grid(site, 40))
    expect(page.locator(COMMENT)).to_have_value("Écrit dans un sous-sol sans réseau")


def test_a_comment_under_way_and_a_rating_are_no_conflict_with_oneself(visit, site):
    visitor = visit("qualite")
    page = visitor.page
    visitor.go(grid(site, 41))

    page.fill(COMMENT, "Trente écoutes, deux sans annonce.")
    page.click(f"{CHOSEN} button[value=P]")  # leaves the field: both are sent in one breath

    expect(pressed(page)).to_have_attribute("value", "P")
    expect(page.locator(CHOSEN)).to_contain_text("Trente écoutes")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.fill(COMMENT, "Trente écoutes, trois sans annonce.")
    page.click("[data-crc-key=f]")
    page.wait_for_url(re.compile(r"/constats/nouveau/$"))
    visitor.go(grid(site, 41))
    expect(page.locator(COMMENT)).to_have_value("Trente écoutes, trois sans annonce.")
    expect(pressed(page)).to_have_attribute("value", "P")


def test_keys_typed_ahead_rate_what_the_eye_has_chosen(visit, site):
    visitor = visit("collegue")
    page = visitor.page
    visitor.go(grid(site, 27))

    # From one engagement to the next, faster than the server answers.
    for key in "1j2j3j1j2":
        page.keyboard.press(key)

    expect(page.locator(CHOSEN)).to_have_id(f"r{site.rows[31]}")
    expect(pressed(page)).to_have_attribute("value", "P")
    visitor.go(f"/audits/{site.audit}/?filtre=toutes")
    levels = [pressed(page, f"#r{pk}").get_attribute("value") for pk in site.rows[27:32]]
    assert levels == ["C", "P", "NC", "C", "P"]


def test_rating_with_the_keyboard_keeps_the_focus_on_the_level(visit, site):
    visitor = visit("qualite")
    page = visitor.page
    visitor.go(grid(site, 42))
    page.focus(f"{CHOSEN} button[value=P]")

    page.keyboard.press("Enter")

    expect(pressed(page)).to_have_attribute("value", "P")
    expect(page.locator("#grid-saved form")).to_be_visible()
    expect(pressed(page)).to_be_focused()


def test_going_back_shows_what_was_there_and_everything_still_works(visit, site):
    visitor = visit("qualite")
    page = visitor.page
    visitor.go(grid(site, 46))
    next_by_key(page)

    page.go_back()

    expect(page.locator(CHOSEN)).to_have_id(f"r{site.rows[46]}")
    expect(page.locator("[data-crc-detail]")).to_have_attribute(
        "data-crc-detail", str(site.rows[46])
    )
    rate_by_key(page, "2")
    expect(pressed(page, f"#r{site.rows[46]}")).to_have_attribute("value", "P")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()


def test_undo_takes_back_the_last_rating(visit, site):
    visitor = visit("qualite")
    page = visitor.page
    visitor.go(grid(site, 16))

    rate_by_key(page, "3")
    expect(pressed(page)).to_have_attribute("value", "NC")
    page.keyboard.press("u")

    expect(pressed(page)).to_have_count(0)


def test_not_applicable_asks_why_before_it_is_saved(visit, site):
    visitor = visit("qualite")
    page = visitor.page
    visitor.go(grid(site, 18))

    page.keyboard.press("4")
    dialog = page.locator("#dialogs dialog[open]")
    dialog.locator("textarea").fill("Aucun point de vente dans le périmètre")
    assert visitor.axe() == []
    dialog.locator("button.btn-primary").click()

    expect(dialog).to_be_hidden()
    expect(page.locator(CHOSEN)).to_contain_text("Aucun point de vente")


def test_a_refused_file_says_why_and_the_good_ones_stay(visit, site):
    visitor = visit("qualite")
    page = visitor.page
    visitor.go(grid(site, 20))

    drop(
        page,
        ("bon.txt", "text/plain", "Trente écoutes.\n"),
        ("page.html", "text/html", "<script>alert(1)</script>"),
        ("faux.pdf", "application/pdf", "<html><script>alert(1)</script></html>"),
    )

    expect(evidence(page)).to_have_count(1)
    expect(page.locator(".dropzone-file .crc-problem:visible")).to_have_count(2)
    assert visitor.axe() == []


def test_everything_works_without_javascript(visit, site):
    visitor = visit("qualite", java_script_enabled=False)
    page = visitor.page
    row = site.rows[22]
    visitor.go(grid(site, 22))

    page.click(f"#r{row} button[value=P]")
    expect(page.locator(f"#r{row} button[value=P]")).to_have_attribute("aria-pressed", "true")
    page.fill("[name=text]", "Sans script")
    page.click("form:has([name=text]) button")
    expect(page.locator("[name=text]")).to_have_value("Sans script")
    page.set_input_files(
        "#drop-files", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"Texte\n"}
    )
    page.click("[data-crc-dropzone] button")
    visitor.go(grid(site, 22))
    expect(evidence(page)).to_have_count(1)


def test_hostile_text_is_shown_and_never_run(visit, site):
    visitor = visit("qualite")
    page = visitor.page
    text = "<img src=x onerror=alert(1)><script>alert(2)</script>{{ 7|add:7 }}"
    visitor.go(grid(site, 24))
    page.fill(COMMENT, text)
    expect_comment_saved(page)

    for path in (f"/audits/{site.audit}/?filtre=toutes", "/", grid(site, 24)):
        visitor.go(path)

    expect(page.locator(COMMENT)).to_have_value(text)
