"""A pack of the committee as values: small, or far too long for two pages."""

from datetime import date, timedelta
from fractions import Fraction

from audits.snapshots.committee import (
    ActionLine,
    CommitteePack,
    ComplaintLine,
    ControlItem,
    DecisionLine,
    FigureLine,
    PlaceName,
    ProposalLine,
)

START, TODAY = date(2026, 11, 23), date(2026, 11, 30)


def pack(*, copies: int = 1, text: str = "Tenir un renfort le lundi", held: bool = True):
    """``copies`` of each line, each with that text."""
    numbers = range(copies)
    return CommitteePack(
        schema=1,
        organisation="Opérateur Essai",
        grain="WEEK",
        start=START,
        until=TODAY + timedelta(days=6),
        made_on=TODAY,
        held_on=TODAY if held else None,
        previous_meeting="CO-2026-S47",
        places=(PlaceName(1, "WHOLE", None, ""), PlaceName(2, "SITE", 5, "Lyon")),
        figures=tuple(_figure(n, text, place) for n in numbers for place in (1, 2)),
        complaints=tuple(_complaint(n, text) for n in numbers),
        controls=tuple(_control(n, text) for n in numbers),
        actions=tuple(_action(n, text) for n in numbers),
        proposals=tuple(_proposal(n, text) for n in numbers),
        previous=tuple(_decision(n, text, "CO-2026-S47") for n in numbers),
        decisions=tuple(_decision(n, text, "CO-2026-S48") for n in numbers),
        roles=("QUALITY", "OPERATIONS"),
        people=tuple(f"{text} {n}" for n in numbers),
        flows=text,
        resources=text,
        notes=text,
    )


def _figure(number, text, place):
    return FigureLine(
        place=place,
        indicator=number,
        code=f"PEC-{number:02d}",
        name_fr=text,
        name_en=text,
        unit="%",
        grain="WEEK",
        start=START,
        is_new=True,
        value=Fraction(70),
        previous=Fraction(90) if number % 2 else None,
        low=None,
        high=None,
        size=None,
        is_exhaustive=True,
        operator=">=",
        target=Fraction(85),
        status="MISSED",
        previous_status="MET",
        rank="BELOW",
        missed=3,
        causes=("CROSSED_DOWN", "SIGNAL"),
        sense="WORSE",
        unpooled="",
        complaint="",
        series=(Fraction(91), None, Fraction(90), Fraction(70)),
    )


def _complaint(number, text):
    return ComplaintLine(
        key=f"00000000-0000-0000-0000-{number:012d}",
        reference=f"RI-2026-{number:03d}",
        code="PEC-01",
        name_fr=text,
        name_en=text,
        place=2,
        site=5,
        place_name="Lyon",
        state="OPEN",
        level=3,
        opened_on=TODAY - timedelta(days=20),
        plan_due=TODAY - timedelta(days=3),
        is_planned=False,
        is_late=True,
        actions=0,
        actions_done=0,
        owner=text,
    )


def _control(number, text):
    return ControlItem(
        key=f"00000000-0000-0000-0001-{number:012d}",
        line="x",
        requirement="EX-3.1.2",
        point=text,
        site=None,
        site_name="",
        due=TODAY - timedelta(days=2),
        is_late=True,
        run=2,
        owner=text,
    )


def _action(number, text):
    return ActionLine(
        key=f"00000000-0000-0000-0002-{number:012d}",
        is_of_complaint=False,
        reference=f"ACT-{number:03d}",
        title=text,
        site=None,
        place=None,
        due=TODAY + timedelta(days=2),
        is_late=False,
        owner=text,
    )


def _proposal(number, text):
    return ProposalLine(
        subject="CONTROL_LATE",
        key=f"00000000-0000-0000-0001-{number:012d}",
        indicator=None,
        label="EX-3.1.2",
        text_fr=text,
        text_en=text,
        weight=2,
        place=None,
        site=None,
    )


def _decision(number, text, meeting):
    return DecisionLine(
        key=f"00000000-0000-0000-0003-{number:012d}",
        meeting=meeting,
        number=number,
        text=text,
        owner=text,
        due=TODAY + timedelta(days=5),
        first_due=TODAY,
        state="OPEN",
        closed_on=None,
        note="",
        place=None,
        site=None,
        about="RI-2026-001",
    )
