"""The decision maker of the certification body grants; the certificate is read."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import look, submit

pytestmark = [pytest.mark.browser, pytest.mark.any_database]


def test_a_decision_maker_grants_and_the_certificate_is_read(visit, site):
    grant(visit("decide"), site)
    read(visit("certifie"))


def grant(maker, site) -> None:
    """The decision maker finds the audit at home, reads what was concluded, and grants."""
    page = maker.page
    maker.go("/")
    page.click("text=Audit initial")
    expect(page.locator("main")).to_contain_text("Les engagements sont tenus")
    assert look(maker, "/decider/", 1440) == []

    page.check("[name=decision][value=GRANTED]")
    page.fill("[name=reason]", "Lu en comité.")
    page.fill("[name=certificate_number]", "OE-2026-01")
    page.fill("[name=consult]", "www.organisme.test")
    submit(page)
    page.wait_for_url(re.compile(f"/dossiers/{site.certified}/certificat/"))
    expect(page.locator("main")).to_contain_text("En vigueur")


def read(manager) -> None:
    """The quality manager is told at home, and reads the certificate, wide and narrow."""
    page = manager.page
    manager.go("/")
    page.click("text=Certificat accordé")
    expect(page.locator("main")).to_contain_text("OE-2026-01")
    for width in (1440, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert look(manager, "/certificat/", width) == []
