"""Somebody from outside enters an audit."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_guest_declares_independence_and_enters(visit, site):
    visitor = visit("observateur")
    page = visitor.page
    grid = f"/audits/{site.audit}/"
    assert visitor.go(grid).status == 404

    visitor.go("/")
    page.click("text=Opérateur d'essai")
    page.fill("[name=links]", "Cliente du service depuis 2020.")
    page.click("main form button[type=submit]")
    expect(page.locator("#error_1_id_is_independent")).to_contain_text("Cochez la case")
    expect(page.locator("[name=links]")).to_have_value("Cliente du service depuis 2020.")

    page.check("[name=is_independent]")
    page.click("main form button[type=submit]")

    page.wait_for_url(re.compile(re.escape(grid)))
    expect(page.locator("#rows-title")).to_be_visible()
    expect(page.locator("[name=level]")).to_have_count(0)
