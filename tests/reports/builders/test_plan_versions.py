"""The internal control plan printed from the approved version; first layout for older requests."""

import dataclasses
from datetime import date

from audits.snapshots import PlanVersionView
from tests.reports import values
from tests.reports.builders import documents

pytestmark = documents.MARKS

VERSION = PlanVersionView(
    number=3,
    reason="Seuils revus",
    submitted_by="Camille Martin-Démo",
    submitted_on=date(2026, 3, 1),
    approved_by="Dominique Bernard-Démo",
    approved_on=date(2026, 3, 9),
    starts_on=date(2026, 3, 16),
    is_in_force=True,
)


def plan(**changes):
    found = values.control_plan()
    line = dataclasses.replace(
        found.lines[0],
        population="Tous les courriers",
        last="97,4 % · conforme",
        trend="mieux qu'avant",
        last_on=date(2026, 3, 20),
        next_due=date(2026, 4, 17),
    )
    return dataclasses.replace(found, lines=(line, *found.lines[1:]), **changes)


def text_of(snapshot, **changes):
    return "".join(page.text for page in documents.read("control_plan", snapshot, **changes))


def squeezed(text):
    return "".join(text.split())


def test_the_approved_version_is_on_the_cover_and_in_the_revisions():
    text = text_of(plan(versions=(VERSION,), uncovered=("EX-9.9.9",)))

    for words in (
        "Version 3, approuvée par Dominique Bernard-Démo le 9 mars 2026",
        "Seuils revus",
        "97,4 % · conforme",
        "mieux qu'avant",
        "dernier : 20 mars 2026",
        "prochain : 17 avr. 2026",
        "Tous les courriers",
        "EX-9.9.9",
    ):
        assert squeezed(words) in squeezed(text).replace("’", "'"), words
    assert "non approuvé" not in text


def test_a_plan_that_nobody_approved_says_so():
    text = text_of(values.control_plan())

    assert squeezed("Plan proposé par le référentiel, non approuvé") in squeezed(text)


def test_what_was_asked_for_in_the_first_layout_keeps_it():
    text = text_of(plan(versions=(VERSION,)), template_version="control_plan_v1")

    assert squeezed("approuvée par Dominique") not in squeezed(text)
    assert squeezed("prochain : 17 avr. 2026") not in squeezed(text)
