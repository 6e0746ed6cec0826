"""A lead auditor concludes, the certification body decides, the certificate is read."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_screens import look

pytestmark = pytest.mark.browser


def test_an_audit_is_concluded_decided_on_and_its_certificate_read(visit, site):
    lead, maker, manager = visit("conclut"), visit("decide"), visit("certifie")
    assert maker.go(f"/audits/{site.ready}/").status == 404

    conclude(lead, site)
    grant(maker, site)
    read(manager, site)
    assert lead.problems == maker.problems == manager.problems == []


def conclude(lead, site) -> None:
    """What is missing is ticked; a text that was typed comes back with what is asked."""
    page = lead.page
    lead.go("/")
    page.click("text=Audit initial >> nth=0")
    expect(page.locator("h1")).to_have_text("Conclure l’audit")
    assert look(lead, "/conclure/", 1440) == []

    page.fill("[name=summary]", "Chaque engagement est tenu.")
    page.check("[name=recommendation][value=GRANT]")
    page.click("main form button[type=submit]")
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("[name=summary]")).to_have_value("Chaque engagement est tenu.")

    page.check("[name=accepted]")
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile(f"/audits/{site.ready}/conclusion/"))
    assert look(lead, "/conclusion/", 1440) == []


def grant(maker, site) -> None:
    """The decision maker finds the audit at home, reads what was concluded, and grants."""
    page = maker.page
    maker.go("/")
    page.click("text=Audit initial")
    expect(page.locator("main")).to_contain_text("Chaque engagement est tenu.")
    assert look(maker, "/decider/", 1440) == []

    page.check("[name=decision][value=GRANTED]")
    page.fill("[name=reason]", "Lu en comité.")
    page.fill("[name=certificate_number]", "OE-2026-01")
    page.fill("[name=consult]", "www.organisme.test")
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile(f"/dossiers/{site.certified}/certificat/"))
    expect(page.locator("main")).to_contain_text("En vigueur")


def read(manager, site) -> None:
    """The quality manager is told at home, and reads the certificate, wide and narrow."""
    page = manager.page
    manager.go("/")
    page.click("text=Certificat accordé")
    expect(page.locator("main")).to_contain_text("OE-2026-01")
    for width in (1440, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert look(manager, "/certificat/", width) == []
