from collections import Counter
from fractions import Fraction
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic.sampling import (
    Counted,
    Method,
    SiteRule,
    SiteSize,
    Taken,
    Unit,
    allocation,
    draw,
    fingerprint,
    least_at_random,
    site_size,
    strata_of,
)
from audits.logic.statistics import QUANTILES, sample_size

pytestmark = pytest.mark.unit

DRAWN = (Method.SIMPLE, Method.SYSTEMATIC, Method.STRATIFIED)
seeds = st.text(max_size=40)
strata = st.sampled_from(("", "Lille", "Brest", "Télétravail"))


@st.composite
def populations(draw_, max_size=60):
    labels = draw_(
        st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=max_size, unique=True)
    )
    return tuple(Unit(label, draw_(strata)) for label in labels)


@st.composite
def draws(draw_):
    population = draw_(populations())
    size = draw_(st.integers(1, len(population)))
    return population, {"size": size, "method": draw_(st.sampled_from(DRAWN)), "seed": draw_(seeds)}


@pytest.mark.parametrize(
    ("sites", "initial", "surveillance", "renewal"),
    [(1, 1, 1, 1), (2, 2, 1, 2), (9, 3, 2, 3), (25, 5, 3, 4), (26, 6, 4, 5), (100, 10, 6, 8)],
)
def test_sites_to_visit_are_those_of_the_rule(sites, initial, surveillance, renewal):
    found = [site_size(sites, rule).size for rule in SiteRule]

    assert found == [initial, surveillance, renewal]


@given(st.integers(1, 10_000), st.sampled_from(SiteRule))
def test_sites_to_visit_are_at_least_one_and_never_more_than_there_are(sites, rule):
    found = site_size(sites, rule)

    assert 1 <= found.at_random <= found.size <= sites
    assert 4 * found.at_random >= found.size
    assert site_size(sites + 1, rule).size >= found.size


@pytest.mark.parametrize(("size", "at_random"), [(1, 1), (4, 1), (5, 2), (8, 2), (9, 3)])
def test_a_quarter_of_the_sites_is_drawn_at_random(size, at_random):
    assert least_at_random(size) == at_random


def test_a_rule_needs_a_site():
    with pytest.raises(ValueError, match="at least one site"):
        site_size(0, SiteRule.INITIAL)


def test_the_largest_number_of_sites_to_be_asked_is_exact():
    assert site_size(10**12, SiteRule.SURVEILLANCE) == SiteSize(600_000, 150_000)


@pytest.mark.parametrize(
    ("population", "size"), [(300, 169), (1_000, 278), (2_000, 323), (10_000, 370), (60_000, 382)]
)
def test_sizes_of_finite_populations_for_five_points(population, size):
    assert sample_size(Fraction(5, 100), population=population) == size


@given(
    st.integers(1, 100_000),
    st.integers(1, 49),
    st.integers(1, 49),
    st.sampled_from(sorted(QUANTILES)),
)
def test_a_finer_margin_never_asks_for_less(population, one, other, confidence):
    fine, coarse = sorted((one, other))
    sizes = [
        sample_size(Fraction(margin, 100), population=population, confidence=confidence)
        for margin in (fine, coarse)
    ]

    assert population >= sizes[0] >= sizes[1] >= 1


@given(st.integers(1, 100_000), st.integers(1, 49))
def test_more_confidence_never_asks_for_less(population, margin):
    sizes = [
        sample_size(Fraction(margin, 100), population=population, confidence=confidence)
        for confidence in sorted(QUANTILES)
    ]

    assert sizes == sorted(sizes)


def test_an_unknown_confidence_is_refused():
    with pytest.raises(ValueError, match="80 %"):
        sample_size(Fraction(5, 100), confidence=80)


@given(draws())
def test_a_draw_is_a_part_of_the_population_without_repeats(given_):
    population, how = given_

    taken = draw(population, **how)

    assert len(taken) == how["size"] == len({row.position for row in taken})
    assert all(row.unit == population[row.position - 1] and not row.is_chosen for row in taken)


@given(draws(), draws())
def test_the_same_seed_gives_the_same_draw_whatever_was_drawn_meanwhile(one, other):
    first = draw(one[0], **one[1])
    draw(other[0], **other[1])

    assert draw(one[0], **one[1]) == first


@given(populations(), seeds, st.data())
def test_a_larger_simple_draw_begins_with_the_smaller_one(population, seed, data):
    small = data.draw(st.integers(1, len(population)))
    both = [
        draw(population, seed=seed, size=n, method=Method.SIMPLE) for n in (small, len(population))
    ]

    assert both[1][:small] == both[0]


@given(populations(), seeds, st.data())
def test_a_stratified_draw_holds_the_share_of_each_stratum(population, seed, data):
    size = data.draw(st.integers(1, len(population)))

    taken = draw(population, seed=seed, size=size, method=Method.STRATIFIED)

    wanted = {name: n for name, n in allocation(strata_of(population), size).items() if n}
    assert Counter(row.unit.stratum for row in taken) == wanted


@given(st.dictionaries(st.text(max_size=3), st.integers(1, 50), min_size=1), st.data())
def test_shares_add_up_and_are_within_one_of_the_proportion(strata, data):
    whole = sum(strata.values())
    size = data.draw(st.integers(0, whole))

    given_ = allocation(strata, size)

    assert sum(given_.values()) == size
    for name, count in strata.items():
        assert abs(given_[name] - Fraction(size * count, whole)) < 1
        assert given_[name] <= count


def test_remainders_on_a_tie_go_in_alphabetical_order():
    assert allocation({"b": 10, "a": 10, "c": 10}, 4) == {"b": 1, "a": 2, "c": 1}


@pytest.mark.parametrize("size", [-1, 4])
def test_shares_of_an_impossible_size_are_refused(size):
    with pytest.raises(ValueError, match="no more units"):
        allocation({"a": 3}, size)


def test_nothing_is_shared_out_among_nobody():
    assert allocation({}, 0) == {}


def test_a_simple_draw_can_be_redone_with_nothing_but_sha256():
    population = tuple(Unit(f"DOS-{n:04d}") for n in range(1, 101))
    keys = sorted(
        (sha256(f"graine:{n}:{unit.label}".encode()).hexdigest(), n)
        for n, unit in enumerate(population, start=1)
    )

    taken = draw(population, seed="graine", size=10, method=Method.SIMPLE)

    assert [row.position for row in taken] == [n for _key, n in keys[:10]]


def test_version_1_never_draws_anything_else():
    """Written down once: a change of these figures breaks every record that was ever printed."""
    population = tuple(Unit(f"DOS-{n:02d}", "AB"[n % 2]) for n in range(1, 21))
    found = {
        method: [row.position for row in draw(population, seed="0123abcd", size=5, method=method)]
        for method in DRAWN
    }

    assert found == {
        Method.SIMPLE: SIMPLE,
        Method.SYSTEMATIC: SYSTEMATIC,
        Method.STRATIFIED: STRATIFIED,
    }


SIMPLE = [18, 17, 19, 3, 16]
SYSTEMATIC = [8, 12, 16, 20, 4]
STRATIFIED = [18, 16, 2, 17, 19]


@given(st.integers(1, 200), st.data())
def test_a_systematic_draw_is_evenly_spread(whole, data):
    size = data.draw(st.integers(1, whole))

    taken = draw(Counted(whole), seed="x", size=size, method=Method.SYSTEMATIC)

    places = sorted(row.position for row in taken)
    steps = [after - before for before, after in pairwise(places)]
    assert all(whole // size <= step <= -(-whole // size) for step in steps)


def test_every_unit_is_drawn_about_as_often_as_another():
    population = Counted(20)
    seen = Counter(
        row.position
        for n in range(2_000)
        for row in draw(population, seed=f"s{n}", size=5, method=Method.SIMPLE)
    )

    assert len(seen) == 20
    assert all(400 < count < 600 for count in seen.values())  # 500 expected, five deviations


def test_everything_is_the_list_itself():
    taken = draw(Counted(3), seed="", size=3, method=Method.EVERYTHING)

    assert taken == (Taken(1, Unit("1")), Taken(2, Unit("2")), Taken(3, Unit("3")))


def test_a_judgement_is_what_the_auditor_chose():
    taken = draw(Counted(9), seed="", size=2, method=Method.JUDGEMENT, chosen=(7, 2))

    assert taken == (Taken(2, Unit("2"), is_chosen=True), Taken(7, Unit("7"), is_chosen=True))


def test_chosen_units_come_first_and_are_not_drawn_again():
    taken = draw(Counted(5), seed="x", size=5, method=Method.SIMPLE, chosen=(4, 1))

    assert [row.position for row in taken][:2] == [1, 4]
    assert sorted(row.position for row in taken) == [1, 2, 3, 4, 5]
    assert [row.is_chosen for row in taken] == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("size", "method", "chosen"),
    [
        (0, Method.SIMPLE, ()),
        (6, Method.SIMPLE, ()),
        (4, Method.EVERYTHING, ()),
        (3, Method.SYSTEMATIC, (1,)),
        (2, Method.SIMPLE, (1, 2, 3)),
        (2, Method.JUDGEMENT, ()),
        (2, Method.JUDGEMENT, (1, 1)),
        (1, Method.JUDGEMENT, (6,)),
        (1, Method.SIMPLE, (0,)),
    ],
)
def test_an_impossible_draw_is_refused(size, method, chosen):
    with pytest.raises(ValueError, match=r"\."):
        draw(Counted(5), seed="x", size=size, method=method, chosen=chosen)


def test_the_fingerprint_is_that_of_the_lines():
    population = (Unit("A", "Lille"), Unit("B"))

    assert fingerprint(population) == sha256(b"A\tLille\nB\t\n").hexdigest()


@given(populations(), populations())
def test_other_populations_have_other_fingerprints(one, other):
    assert (fingerprint(one) == fingerprint(other)) == (one == other)


def test_a_counted_population_numbers_its_units():
    assert list(Counted(3)) == [Unit("1"), Unit("2"), Unit("3")] == Counted(3)[:]
    assert len(Counted(10**6)) == 10**6
