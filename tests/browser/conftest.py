"""A real browser against the real server on a scratch installation."""

import json
import os
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.world import PASSWORD
from tests.site import Site, database_beside

AXE = next(Path(__file__).parent.glob("vendor/axe-core-*/axe.min.js")).read_text()
# What passes is told by one example: nobody reads it, and it would be most of the answer.
_ASKED = "resultTypes: ['violations'], runOnly: "
_TAGS = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
RULES = f"{{{_ASKED}{_TAGS}}}"
COLOURS = f"{{{_ASKED}{{type: 'rule', values: ['color-contrast', 'link-in-text-block']}}}}"
# Where pdf.js measures letters; hidden from everybody.
OUTSIDE = "{exclude: ['.hiddenCanvasElement']}"
CHROMIUM = {
    "executable_path": "/usr/bin/chromium",
    "args": [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ],
}
PATIENCE = 20_000  # milliseconds; the machine may be doing other things
EXPECTED = (
    # Refusals (401, 404, 409, 422) and a lost network, as Chromium and htmx note them.
    "Failed to load resource",
    "Response Status Error Code 4",
    "htmx:sendError",
    "htmx:afterRequest",
    # A poll cut short by leaving the page.
    "htmx:sendAbort",
    # A figure that has no place on this page.
    "htmx:oobErrorNoTarget",
)
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def environment() -> Iterator[dict[str, str]]:
    """The services of the pass under way: none, or a database of its own and the broker."""
    address = os.environ.get("DATABASE_URL", "")
    if not address.startswith("postgres"):
        yield {}
        return
    with database_beside(address) as own:
        broker = settings.CELERY_BROKER_URL
        yield {"DATABASE_URL": own, "CELERY_BROKER_URL": broker, "REDIS_URL": settings.REDIS_URL}


@pytest.fixture(scope="session")
def site(tmp_path_factory, environment) -> Iterator[SimpleNamespace]:
    """The served installation, with the keys of what is in it."""
    folder = tmp_path_factory.mktemp("site")
    outbox = folder / "outbox"
    served = Site(folder, EMAIL_URL=f"filemail:///{outbox}", **environment)
    world = json.loads(served.run("-m", "tests.browser.world").splitlines()[-1])
    # With a broker, reports are made by a worker of its own.
    with served.serving(), served.working() if environment else nullcontext():
        yield SimpleNamespace(address=served.address, outbox=outbox, run=served.run, **world)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        yield browser
        browser.close()


class Visitor:
    """One browser window; gathers what a careful developer would see in its console."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context, self.address = context, address
        self.problems: list[str] = []
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.set_default_navigation_timeout(3 * PATIENCE)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("dialog", self._dialog)
        self.page.on("console", self._console)

    def _dialog(self, dialog) -> None:
        self.problems.append(f"{dialog.type} {dialog.message}")
        dialog.accept()

    def _console(self, message) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED):
            self.problems.append(message.text)

    def go(self, path: str):
        return self.page.goto(self.address + path)

    def sign_in(self, name: str) -> None:
        """Without showing the form, which takes as long as the rest: others fill it in."""
        address, request = f"{self.address}/connexion/", self.context.request
        request.get(address)
        (token,) = [one["value"] for one in self.context.cookies() if one["name"] == "csrf"]
        sent = {"login": f"{name}@essai.test", "password": PASSWORD, "csrfmiddlewaretoken": token}
        assert request.post(address, form=sent, max_redirects=0).status == 302

    def axe(self, rules: str = RULES) -> list[str]:
        """What axe finds, as one line each."""
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(AXE)
        found = self.page.evaluate(f"axe.run({OUTSIDE}, {rules}).then(found => found.violations)")
        return [
            f"{rule['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
            for rule in found
            for node in rule["nodes"]
        ]


@pytest.fixture(scope="session")
def signed_in() -> dict[str, dict]:
    """Cookies of those who signed in already, by name."""
    return {}


@pytest.fixture
def visit(browser, site, signed_in):
    """Opens a window: ``visit("qualite")`` signs in, ``visit(None)`` does not."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def open_window(name: str | None, **options) -> Visitor:
        options.setdefault("viewport", {"width": 1440, "height": 900})
        if name in signed_in:
            options["storage_state"] = signed_in[name]
        # Colours on their way from one to the other are neither.
        options |= {"locale": "fr-FR", "reduced_motion": "reduce"}
        context = browser.new_context(accept_downloads=True, **options)
        contexts.append(context)
        visitor = Visitor(context, site.address)
        visitors.append(visitor)
        if name and name not in signed_in:
            visitor.sign_in(name)
            signed_in[name] = context.storage_state()
        return visitor

    yield open_window
    for context in contexts:
        context.close()
    assert [problem for visitor in visitors for problem in visitor.problems] == []
