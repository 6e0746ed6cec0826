"""Sentences made from figures, in good French and English."""

import dataclasses
from datetime import date
from fractions import Fraction

import pytest
from django.utils import translation

from audits.logic.gap import EMPTY, Gap
from audits.logic.readiness import Blocker, BlockerKind, Readiness
from reports.builders import blocking, styles, summary, words
from tests.reports import values, verdict_font

pytestmark = pytest.mark.unit

SEVENTY = Gap(10, 0, 10, 10, 7, 10, 10, Fraction(7))


@pytest.fixture(autouse=True)
def _french():
    with translation.override("fr"):
        yield


def audit(*kinds, whole=SEVENTY, baseline=None):
    """An audit blocked by these, once each."""
    blockers = tuple(
        Blocker(kind, f"X-{n}", "", Fraction(1, 2), Fraction(4, 5)) for n, kind in enumerate(kinds)
    )
    return dataclasses.replace(
        values.diagnosis(findings=False),
        whole=whole,
        baseline=baseline,
        readiness=Readiness(ready=not blockers, blockers=blockers, weakest=None),
    )


def lead(*kinds, **changes):
    return [line.replace("\xa0", " ") for line in summary.lead(audit(*kinds, **changes))]


MAJOR, DOMAIN, MISSING = (
    BlockerKind.OPEN_MAJOR,
    BlockerKind.DOMAIN_UNDER,
    BlockerKind.NOT_EXAMINED,
)


def test_ready():
    assert lead() == [
        "Le service client satisfait 70,0 % du référentiel.",
        "Rien n’empêche aujourd’hui la certification : tous les seuils sont atteints.",
    ]


@pytest.mark.parametrize(
    ("kinds", "sentence"),
    [
        ([MAJOR], "Une non-conformité majeure ouverte empêche aujourd’hui la certification."),
        (
            [MAJOR] * 3,
            "Trois non-conformités majeures ouvertes empêchent aujourd’hui la certification.",
        ),
        (
            [MAJOR] * 11,
            "11 non-conformités majeures ouvertes empêchent aujourd’hui la certification.",
        ),
        ([DOMAIN], "Un point empêche aujourd’hui la certification."),
        ([DOMAIN] * 2, "Deux points empêchent aujourd’hui la certification."),
    ],
)
def test_what_blocks_agrees_in_number(kinds, sentence):
    assert lead(*kinds)[1] == sentence


@pytest.mark.parametrize(
    ("kind", "count", "sentence"),
    [
        (DOMAIN, 1, "Un domaine est sous son seuil de 80 %."),
        (DOMAIN, 2, "Deux domaines sont sous leur seuil de 80 %."),
        (MISSING, 1, "Une exigence n’est pas encore évaluée."),
        (MISSING, 10, "Dix exigences ne sont pas encore évaluées."),
        (MISSING, 53, "53 exigences ne sont pas encore évaluées."),
    ],
)
def test_domains_and_unknowns_agree_in_number(kind, count, sentence):
    assert lead(*[kind] * count)[2] == sentence


def test_nothing_assessed_gives_no_figure():
    (first, *_rest) = lead(MISSING, whole=EMPTY)

    assert first == "Aucune exigence n’est encore évaluée : la conformité ne peut pas être établie."


@pytest.mark.parametrize(
    ("baseline", "end"),
    [
        (Fraction(1, 2), "20 points de plus qu’au diagnostic."),
        (Fraction(8, 10), "10 points de moins qu’au diagnostic."),
        (Fraction(7, 10), "comme au diagnostic."),
    ],
)
def test_the_diagnosis_is_the_point_of_comparison(baseline, end):
    assert lead(baseline=baseline)[0].endswith(end)


def test_english_reads_as_english():
    with translation.override("en"):
        sentences = summary.lead(audit(MAJOR, MAJOR))

    assert sentences == [
        "The customer service meets 70.0% of the referential.",
        "Two open major nonconformities prevent certification today.",
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(9, 10), "90,0\xa0%"),
        (Fraction(8996, 10_000), "89,96\xa0%"),
        (Fraction(89_999, 100_000), "89,999\xa0%"),
        (Fraction(1, 3), "33,3\xa0%"),
        (None, "non évalué"),
    ],
)
def test_a_score_short_of_its_threshold_never_reads_as_the_threshold(value, shown):
    assert words.score(value, Fraction(9, 10)) == shown


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        (date(2026, 3, 2), date(2026, 3, 13), "du 2 au 13 mars 2026"),
        (date(2026, 3, 1), date(2026, 4, 2), "du 1er mars au 2 avril 2026"),
        (date(2025, 12, 30), date(2026, 1, 2), "du 30 décembre 2025 au 2 janvier 2026"),
        (date(2026, 3, 2), date(2026, 3, 2), "le 2 mars 2026"),
        (None, date(2026, 3, 2), "le 2 mars 2026"),
        (None, None, ""),
    ],
)
def test_periods(start, end, shown):
    assert words.period(start, end) == shown


@pytest.mark.parametrize(
    ("names", "shown"),
    [((), ""), (("Lyon",), "Lyon"), (("Lyon", "Massy", "Tours"), "Lyon, Massy et Tours")],
)
def test_lists(names, shown):
    assert words.listed(names) == shown


def test_the_brief_says_how_many_it_leaves_out():
    rows = blocking.in_brief(audit(*[MAJOR] * 9))

    assert rows[0]["kind"] == "Non-conformités majeures ouvertes (9)"
    assert rows[0]["names"].count("\n") == 5
    assert rows[0]["names"].endswith("et 4 autres")


def test_the_full_list_leaves_nothing_out():
    (row,) = blocking.in_full(audit(*[MAJOR] * 9))

    assert [line.split()[0] for line in row["names"].split("\n")] == [f"X-{n}" for n in range(9)]


def test_too_many_minors_are_named():
    blocker = Blocker(
        BlockerKind.TOO_MANY_MINORS, "", "F-01, F-02", value=Fraction(5), threshold=Fraction(4)
    )
    snapshot = dataclasses.replace(
        audit(), readiness=Readiness(ready=False, blockers=(blocker,), weakest=None)
    )

    (row,) = blocking.in_full(snapshot)

    assert row["names"].replace("\xa0", " ") == "5 ouvertes pour 4 admises : F-01, F-02"


def test_the_font_of_the_verdicts_is_the_one_that_its_script_draws():
    assert verdict_font.TARGET.read_bytes() == verdict_font.build()
    assert set(styles.SYMBOLS) == {"ok", "part", "minor", "major", "na", "none"}
