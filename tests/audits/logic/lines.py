"""Short ways to write the lines of an audit that is compared, and strategies that draw audits."""

from hypothesis import strategies as st

from audits.logic.comparison import Line

PLACES = (0, 7, 8)


def line(requirement=1, points=3, **changes):
    """A requirement on the scale 0-3, on the whole scope; ``points`` None is not assessed."""
    values = {
        "pk": requirement,
        "requirement": requirement,
        "place": 0,
        "code": f"EX-{requirement}",
        "site": "",
        "domain": "D1",
        "engagement": "E1.1",
        "weight": 1,
        "criticality": "standard",
        "rating": "NOT_ASSESSED" if points is None else "RATED",
        "level": "",
        "points": points,
        "max_points": 3,
        "is_conform": points == changes.get("max_points", 3),
        "has_evidence": True,
    }
    return Line(**(values | changes))


def not_applicable(requirement=1, **changes):
    return line(requirement, None, rating="NOT_APPLICABLE", **changes)


@st.composite
def lines(draw, requirement=0, place=0, weight=None):
    """One line in any state that an audit can produce."""
    fixed = {
        "place": place,
        "domain": f"D{requirement % 3}",
        "weight": weight or draw(st.integers(1, 5)),
    }
    state = draw(st.sampled_from(("rated", "rated", "rated", "none", "na")))
    if state == "na":
        return not_applicable(requirement, **fixed)
    if state == "none":
        return line(requirement, None, **fixed)
    return line(requirement, draw(st.integers(0, 3)), **fixed)


@st.composite
def audits(draw):
    """Two audits of up to eight requirements on up to three places, some on one side only."""
    cells = [(r, p) for r in range(8) for p in PLACES]
    both = draw(st.lists(st.sampled_from(cells), unique=True, max_size=14))
    sides = []
    for _side in range(2):
        dropped = set(draw(st.lists(st.sampled_from(cells), max_size=4)))
        sides.append([draw(lines(r, p)) for r, p in both if (r, p) not in dropped])
    return tuple(sides)
