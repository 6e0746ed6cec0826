"""Shapes of verdicts in charts."""

import pytest

from crcaudit.core.verdicts import VERDICTS, shape_svg

pytestmark = pytest.mark.unit


def test_each_verdict_has_a_shape_and_a_word_of_its_own():
    assert list(VERDICTS) == ["ok", "part", "minor", "major", "na", "none"]
    assert len({verdict.shape for verdict in VERDICTS.values()}) == len(VERDICTS)
    assert len({str(verdict.label) for verdict in VERDICTS.values()}) == len(VERDICTS)


def test_shape_is_placed_and_scaled():
    svg = shape_svg("ok", x=12, y=3.5, size=20)

    assert svg == (
        '<g transform="translate(12 3.5) scale(2)" color="#1b7a4b">'
        '<circle cx="5" cy="5" r="4.5" fill="currentColor"/></g>'
    )


def test_unknown_verdict_is_refused():
    with pytest.raises(KeyError):
        shape_svg("perfect")
