"""Standing up, with a phone of 360 pixels."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import evidence

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
FINGER = 44  # CSS pixels: the smallest target that a thumb hits


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_an_auditor_works_standing_up(visit, site):
    visitor = visit("qualite", **PHONE)
    page = visitor.page
    before, row, after = site.rows[33:36]

    # Opens the grid from the list of what is under way, and a requirement in it.
    visitor.go("/")
    page.tap(f"main a[href^='/audits/{site.audit}/']")
    page.wait_for_url(re.compile(site.audit))
    assert fits(page)
    visitor.go(f"/audits/{site.audit}/?exigence={before}")
    page.tap(f"#r{row} [data-crc-open]")
    panel = page.locator("#detail [data-crc-detail]")
    expect(panel).to_have_attribute("data-crc-detail", str(row))
    expect(page.locator("#detail-title")).to_be_in_viewport()

    # Rates with the big buttons of the panel; the list above says the same.
    level = page.locator("#detail .segmented button[value=P]")
    assert level.bounding_box()["height"] >= FINGER
    level.tap()
    expect(level).to_have_attribute("aria-pressed", "true")
    expect(page.locator(f"#r{row} button[value=P]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#detail .verdict-part").first).to_be_visible()
    page.locator("#detail .segmented button[value=C]").tap()
    expect(page.locator(f"#r{row} button[value=C]")).to_have_attribute("aria-pressed", "true")

    # Adds a file of the phone; a picture would come from its camera.
    with page.expect_file_chooser() as chooser:
        page.tap("[data-crc-dropzone] .dropzone")
    chooser.value.set_files(
        {"name": "Affichette.txt", "mimeType": "text/plain", "buffer": b"Horaires du service\n"}
    )
    expect(evidence(page)).to_have_count(1)
    with page.expect_file_chooser() as chooser:
        page.tap(".dropzone-camera label")
    assert chooser.value.element.get_attribute("capture") == "environment"
    assert fits(page)

    # Writes a finding and comes back.
    page.tap("#detail [data-crc-key=f]")
    page.wait_for_url(re.compile(r"/constats/nouveau/$"))
    assert fits(page)
    page.locator(".segmented-choice label").nth(2).tap()
    page.fill("[name=title]", "Horaires affichés trop petit")
    page.fill("[name=found]", "Affichette illisible à deux mètres.")
    page.tap("main form button[type=submit]")
    page.wait_for_url(re.compile(r"/constats/[0-9a-f-]{36}/$"))
    assert fits(page)
    visitor.go(f"/audits/{site.audit}/?exigence={row}")
    expect(page.locator(f"#r{row} .verdict-link")).to_have_count(1)

    # Goes on to the next requirement: its panel comes into sight.
    page.tap("[data-crc-step=next]")
    expect(panel).to_have_attribute("data-crc-detail", str(after))
    expect(page.locator("#detail-title")).to_be_in_viewport()
    assert fits(page)
    assert visitor.axe() == []
