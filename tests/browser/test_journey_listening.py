"""A contact graded from the keyboard alone, and every screen of listening in every width."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import DESKTOP, look, tab_to

pytestmark = [pytest.mark.browser, pytest.mark.any_database]

SCREENS = (
    "/ecoutes/",
    "/ecoutes/liste/",
    "/ecoutes/plan/",
    "/ecoutes/nouvelle/",
    "/ecoutes/{session}/",
    "/ecoutes/{session}/modifier/",
    "/ecoutes/{session}/effacer/",
    "/ecoutes/grilles/",
    "/ecoutes/grilles/nouvelle/?modele=ecrit",
    "/ecoutes/grilles/{grid}/",
    "/ecoutes/grilles/{draft_grid}/modifier/",
    "/ecoutes/calibrage/",
    "/ecoutes/calibrage/nouveau/",
    "/ecoutes/calibrage/{round}/",
    "/ecoutes/calibrage/{round}/noter/",
    "/ecoutes/calibrage/{compared_round}/",
    "/ecoutes/calibrage/{compared_round}/conclure/",
    "/contacts-mysteres/",
    "/contacts-mysteres/nouvelle/",
    "/contacts-mysteres/scenarios/",
    "/contacts-mysteres/scenarios/nouveau/",
    "/contacts-mysteres/{campaign}/",
    "/contacts-mysteres/contacts/{contact}/noter/",
    "/contacts-mysteres/contacts/{contact}/manque/",
)
SCORE = "[data-crc-score]"
CRITERIA = 13


def chosen(page, place: int):
    """The mark that a criterion has."""
    return page.locator("[data-crc-criterion]").nth(place).locator("input:checked")


@pytest.mark.parametrize("width", [DESKTOP, 768, 360])
def test_every_screen_is_accessible_and_no_wider_than_the_window(visit, site, width):
    visitor = visit("ecoute", viewport={"width": width, "height": 900})
    found = []
    for screen in SCREENS:
        assert visitor.go(screen.format(**site.listening)).status == 200
        found += look(visitor, screen, width)

    assert found == []


def test_a_session_is_graded_by_keyboard_only(visit):
    visitor = visit("ecoute")
    page, keys = visitor.page, visitor.page.keyboard
    visitor.go("/ecoutes/nouvelle/")
    expect(page.locator(SCORE)).to_contain_text("13 critères à noter")

    # Compliant, partly, and so on: each key marks and goes on to the next criterion.
    for key in ("1", "2", "1", "0"):
        keys.press(key)
    expect(chosen(page, 0)).to_have_value("COMPLIANT")
    expect(chosen(page, 1)).to_have_value("PARTLY")
    expect(chosen(page, 3)).to_have_value("NOT_APPLICABLE")
    expect(page.locator(SCORE)).to_contain_text("9 critères à noter")
    # 5 + 2.5 + 10 of 20: what does not apply leaves the weights.
    expect(page.locator(f"{SCORE} [data-value]")).to_have_text("87,5")

    # Back and forth, by letters and by arrows; an arrow moves and marks nothing.
    keys.press("k")
    keys.press("ArrowUp")
    keys.press("ArrowDown")
    keys.press("3")
    expect(chosen(page, 2)).to_have_value("COMPLIANT")
    expect(chosen(page, 3)).to_have_value("NOT_COMPLIANT")

    # What was heard, typed; digits are text there, and Escape gives the keys back.
    keys.press("k")
    keys.press("e")
    keys.type("Coupé 2 fois")
    keys.press("Escape")
    keys.press("j")
    for _criterion in range(CRITERIA - 4):
        keys.press("1")
    expect(page.locator(SCORE)).not_to_contain_text("à noter")

    # A critical criterion that is not compliant fails the whole contact, and back.
    for _criterion in range(6):
        keys.press("k")
    keys.press("3")
    expect(page.locator(f"{SCORE} [data-value]")).to_have_text("0")
    expect(page.locator(SCORE)).to_contain_text("1 erreur critique")
    keys.press("k")
    keys.press("1")
    shown = page.locator(f"{SCORE} [data-value]").inner_text()

    tab_to(page, "[name=agent]")
    keys.type("ab")
    keys.press("Control+Enter")

    page.wait_for_url(re.compile(r"/ecoutes/[0-9a-f-]{36}/$"))
    expect(page.locator(".kpi-large .kpi-value")).to_contain_text(shown)
    expect(page.locator("main")).to_contain_text("Coupé 2 fois")
    expect(page.locator("main")).to_contain_text("aucune erreur critique")


def test_a_session_that_ends_while_grading_loses_nothing(visit):
    visitor = visit(None)
    page = visitor.page
    visitor.sign_in("ecoute")
    visitor.go("/ecoutes/nouvelle/")
    for _criterion in range(CRITERIA):
        page.keyboard.press("1")
    page.fill("[name=comment]", "Gardé malgré tout")
    visitor.context.clear_cookies()

    page.keyboard.press("Control+Enter")
    expect(page.locator("#session-dialog[open]")).to_be_visible()
    page.fill("#session-password", "un mot de passe d'essai")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile(r"/ecoutes/[0-9a-f-]{36}/$"))
    expect(page.locator("main")).to_contain_text("Gardé malgré tout")


def test_a_contact_is_graded_without_javascript(visit):
    visitor = visit("ecoute", java_script_enabled=False)
    page = visitor.page
    visitor.go("/ecoutes/nouvelle/")
    for criterion in page.locator("[data-crc-criterion]").all():
        criterion.locator("label", has_text="En partie").click()

    page.click("main form button[type=submit]")

    expect(page.locator(".kpi-large .kpi-value")).to_contain_text("50,0")


def test_rows_of_a_grid_move_and_their_total_follows(visit, site):
    visitor = visit("ecoute")
    page = visitor.page
    visitor.go(f"/ecoutes/grilles/{site.listening['draft_grid']}/modifier/")
    first = page.input_value("[name=label_0]")
    page.fill("[name=weight_0]", "18")
    expect(page.locator("[data-crc-total]")).to_have_text("110")

    page.click("button[value='down:1']")

    expect(page.locator("[name=label_1]")).to_have_value(first)
    expect(page.locator("[data-crc-total]")).to_have_text("110")
    page.locator("[name=title]").press("Enter")
    page.wait_for_url(re.compile(r"/ecoutes/grilles/[0-9a-f-]{36}/$"))
    expect(page.locator("main")).to_contain_text("total des poids : 110")
