"""Short ways to write rated requirements, and strategies that draw them."""

from hypothesis import strategies as st

from audits.logic.gap import Rated, Rating

SITES = ("", "NORD", "SUD")
SCALES = (1, 2, 3, 100)


def rated(code="EX-1.1.1", points=3, **changes):
    """A requirement on the scale 0-3 with evidence; ``points`` None is not assessed."""
    values = {
        "code": code,
        "weight": 1,
        "domain": "D" + code[3],
        "engagement": "E" + code[3:6],
        "site": "",
        "criticality": "standard",
        "rating": Rating.NOT_ASSESSED if points is None else Rating.RATED,
        "points": points,
        "max_points": 3,
        "is_conform": points is not None and points == changes.get("max_points", 3),
        "has_evidence": True,
    }
    return Rated(**(values | changes))


def not_applicable(code="EX-1.1.1", **changes):
    return rated(code, None, rating=Rating.NOT_APPLICABLE, **changes)


@st.composite
def examined_items(draw, scales=SCALES):
    best = draw(st.sampled_from(scales))
    return rated(
        f"EX-{draw(st.integers(1, 3))}.{draw(st.integers(1, 3))}.1",
        draw(st.integers(0, best)),
        max_points=best,
        weight=draw(st.integers(1, 5)),
        site=draw(st.sampled_from(SITES)),
        has_evidence=draw(st.booleans()),
    )


@st.composite
def unexamined_items(draw):
    code = f"EX-{draw(st.integers(1, 3))}.{draw(st.integers(1, 3))}.1"
    make = draw(
        st.sampled_from((not_applicable, lambda code, **values: rated(code, None, **values)))
    )
    return make(code, weight=draw(st.integers(1, 5)), has_evidence=draw(st.booleans()))


def any_items():
    return st.one_of(examined_items(), unexamined_items())
