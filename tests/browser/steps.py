"""What several stories do on a page, in one line each."""

import re
from email import message_from_bytes, policy
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import COLOURS, RULES

DESKTOP = 1440
CHOSEN = "[data-crc-row][aria-current]"
CLOCK = re.compile(r"\d{1,2}\D{1,3}\d{2}")
BETWEEN = b"-" * 79 + b"\n"  # messages of one file, as Django writes them
WIDE = "document.documentElement.scrollWidth > window.innerWidth"
_PANEL_FOLLOWS = """id => {
  const row = document.querySelector("[data-crc-row][aria-current]");
  const panel = document.querySelector("[data-crc-detail]");
  return row && panel && row.id !== id && `r${panel.dataset.crcDetail}` === row.id;
}"""
_DROP = """([selector, files]) => {
  const transfer = new DataTransfer();
  for (const [name, type, text] of files) transfer.items.add(new File([text], name, {type}));
  const zone = document.querySelector(selector);
  const options = {dataTransfer: transfer, bubbles: true, cancelable: true};
  for (const kind of ["dragenter", "dragover", "drop"])
    zone.dispatchEvent(new DragEvent(kind, options));
}"""


RATED = "#grid-figures .kpi-value"


def rated(page: Page) -> int:
    """Requirements rated, as the head of the page says."""
    return int(re.match(r"\d+", page.inner_text(RATED)).group())


def rate_by_key(page: Page, key: str) -> None:
    """Rate the chosen requirement; the head of the page says that it is saved."""
    page.keyboard.press(key)
    expect(page.locator("#grid-saved form")).to_be_visible()


def next_by_key(page: Page) -> None:
    """J: the next requirement is chosen, in the list and in the panel."""
    chosen = page.locator(CHOSEN).get_attribute("id")
    page.keyboard.press("j")
    page.wait_for_function(_PANEL_FOLLOWS, arg=chosen)


def pressed(page: Page, row: str = CHOSEN) -> Locator:
    """The level that a requirement has."""
    return page.locator(f"{row} button[aria-pressed=true]")


def expect_comment_saved(page: Page) -> None:
    expect(page.locator("[data-crc-saved]")).to_have_text(CLOCK)


def drop(page: Page, *files: tuple[str, str, str]) -> None:
    """Drop files (name, type, text) on the panel, as a mouse would."""
    page.evaluate(_DROP, ["[data-crc-dropzone] .dropzone", files])


def evidence(page: Page) -> Locator:
    """The evidence listed in the panel."""
    return page.locator("[data-crc-detail] .file-line a[href*='/preuves/']")


def tab_to(page: Page, selector: str, at_most: int = 80) -> None:
    """Tab until the focus is on an element that matches, as somebody without a mouse does."""
    for _press in range(at_most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached in {at_most} presses of Tab")


def submit(page: Page) -> None:
    """Send the form of the page."""
    page.click("main form button[type=submit]")


def message_to(outbox: Path, address: str) -> str:
    """The text of the one message that the site has sent to somebody."""
    sent = (part for path in outbox.iterdir() for part in path.read_bytes().split(BETWEEN)[:-1])
    read = (message_from_bytes(part, policy=policy.default) for part in sent)
    (message,) = [one for one in read if one["To"] == address]
    return message.get_content()


def look(visitor, screen: str, width: int) -> list[str]:
    """What is wrong with the page as it is, in light and in dark."""
    found = []
    # In the dark the page is the same but for its colours, and these do not depend on its width.
    schemes = (("light", RULES), ("dark", COLOURS)) if width == DESKTOP else (("light", RULES),)
    for scheme, rules in schemes:
        visitor.page.emulate_media(color_scheme=scheme)
        found += [f"{screen} {width} px {scheme} {problem}" for problem in visitor.axe(rules)]
    if visitor.page.evaluate(WIDE):
        found.append(f"{screen} is wider than {width} px")
    return found
