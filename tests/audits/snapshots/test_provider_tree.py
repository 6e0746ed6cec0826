"""Who works for whom, and whose figures are put together."""

from datetime import date
from fractions import Fraction

import pytest
from django.utils.timezone import localdate

from audits.logic.periods import Grain, period_of
from audits.logic.scorecard import Criterion, Held
from audits.logic.statistics import TargetVerdict
from audits.snapshots.provider_tree import all_of, find, provider_tree
from audits.snapshots.scorecard import MEASURED, SHARED, Scorecards
from crcaudit.accounts.enums import OrganisationKind
from tests.factories.accounts import OrganisationFactory, SiteFactory
from tests.factories.audits import CertificationFactory, shared, subcontractor
from tests.factories.figures import indicator, measure, want

pytestmark = [pytest.mark.unit, pytest.mark.django_db]
LONG_AGO = date(2024, 1, 1)
PERIOD = period_of(localdate(), Grain.MONTH).after(-1)


@pytest.fixture
def client_file():
    return CertificationFactory(
        organisation=OrganisationFactory(name="Donneur", kind=OrganisationKind.CLIENT)
    )


@pytest.fixture
def provider_file():
    """A provider with a site in its file."""
    file = CertificationFactory(organisation=OrganisationFactory(name="Prestataire A"))
    file.sites.add(SiteFactory(organisation=file.organisation, name="Nantes"))
    return file


def tree(file, *, own_list=True):
    return provider_tree(file.organisation, own_list=own_list)


def names(roots):
    return [(one.level, one.name) for one in all_of(roots)]


def line_of(organisation, roots, provider, *, is_branch=True, code="PEC-01"):
    card = Scorecards(organisation, roots, [PERIOD]).card(provider, PERIOD, is_branch=is_branch)
    lines = (line for one in card.criteria for line in one.lines if line.code == code)
    return next(lines)


def measured(organisation, row, subject, ok, offered):
    measure(organisation, row, PERIOD.start, subject=subject, answered_in_t=ok, offered=offered)


def test_levels_follow_the_own_list_then_the_list_of_who_shares(client_file, provider_file):
    shared(provider_file, client=client_file.organisation)
    relay = subcontractor(provider_file, "Relais B")
    subcontractor(provider_file, "Nuit C", parent=relay)
    subcontractor(client_file, "Prestataire A", shared_file=provider_file)

    found = tree(client_file)

    assert names(found) == [(1, "Prestataire A"), (2, "Relais B"), (3, "Nuit C")]
    assert [one.listed_by for one in all_of(found)] == ["", "Prestataire A", "Prestataire A"]


def test_a_provider_that_shares_without_being_listed_is_there_once(client_file, provider_file):
    shared(provider_file, client=client_file.organisation)
    second = CertificationFactory(organisation=provider_file.organisation)
    shared(second, client=client_file.organisation)

    assert names(tree(client_file)) == [(1, "Prestataire A")]


def test_the_own_list_is_left_out_for_who_does_not_read_it(client_file, provider_file):
    shared(provider_file, client=client_file.organisation)
    subcontractor(client_file, "Prestataire interne")

    assert names(tree(client_file, own_list=False)) == [(1, "Prestataire A")]
    assert len(tree(client_file)) == 2


def test_rows_of_two_files_with_one_name_are_one_provider_and_closed_files_are_out(client_file):
    other = CertificationFactory(organisation=client_file.organisation)
    first = subcontractor(client_file, "Relais")
    second = subcontractor(other, "relais")
    found = tree(client_file)

    assert names(found) == [(1, "Relais")]
    assert found[0].tokens == (first.key, second.key)
    assert find(found, second.key) == found[0]


def test_two_that_list_each_other_end_the_tree(client_file, provider_file):
    """The provider's list names the client as its own subcontractor: it is opened once."""
    shared(provider_file, client=client_file.organisation)
    shared(client_file, client=provider_file.organisation)
    subcontractor(client_file, "Prestataire A", shared_file=provider_file)
    subcontractor(provider_file, "Donneur", shared_file=client_file)

    assert names(tree(client_file)) == [(1, "Prestataire A"), (2, "Donneur")]


def test_what_is_not_shared_any_more_is_gone_with_its_list(client_file, provider_file):
    share = shared(provider_file, client=client_file.organisation)
    subcontractor(provider_file, "Relais B")
    share.revoke(by=share.granted_by, at=share.granted_at, reason="Fin")

    assert tree(client_file) == []


def test_the_tree_costs_the_same_for_one_provider_and_for_three(
    client_file, provider_file, django_assert_num_queries
):
    shared(provider_file, client=client_file.organisation)
    subcontractor(client_file, "Relais")
    with django_assert_num_queries(5):
        tree(client_file)
    for n in range(3):
        subcontractor(client_file, f"Relais {n}")
        subcontractor(provider_file, f"Sous-relais {n}")

    with django_assert_num_queries(5):
        tree(client_file)


def test_a_branch_is_pooled_from_counts_and_may_be_read_without_those_under_it(client_file):
    organisation, row = client_file.organisation, indicator()
    want(organisation, row, 85, starts_on=LONG_AGO)
    large = subcontractor(client_file, "Grand")
    small = subcontractor(client_file, "Petit", parent=large)
    measured(organisation, row, large, 900, 1000)
    measured(organisation, row, small, 1, 10)
    roots = tree(client_file)

    branch = line_of(organisation, roots, roots[0])
    alone = line_of(organisation, roots, roots[0], is_branch=False)

    assert (branch.value, branch.measured, branch.expected) == (Fraction(90100, 1010), 2, 2)
    assert (alone.value, alone.measured, alone.expected) == (90, 1, 1)
    assert branch.verdict == TargetVerdict.PROVEN


def test_a_provider_under_another_that_was_not_measured_is_said_and_counts_for_nothing(client_file):
    organisation, row = client_file.organisation, indicator()
    large = subcontractor(client_file, "Grand")
    subcontractor(client_file, "Petit", parent=large)
    measured(organisation, row, large, 9, 10)
    roots = tree(client_file)

    found = line_of(organisation, roots, roots[0])

    assert (found.value, found.measured, found.expected, found.verdict) == (90, 1, 2, "")


def test_our_measure_is_not_added_to_what_the_provider_shares(client_file, provider_file):
    organisation, row = client_file.organisation, indicator()
    shared(provider_file, client=organisation)
    ours = subcontractor(client_file, "Prestataire A", shared_file=provider_file)
    measured(provider_file.organisation, row, provider_file.sites.get(), 50, 100)
    roots = tree(client_file)
    theirs = line_of(organisation, roots, roots[0])
    measured(organisation, row, ours, 90, 100)

    found = line_of(organisation, tree(client_file), tree(client_file)[0])

    assert (theirs.value, theirs.source) == (50, SHARED)
    assert (found.value, found.source) == (90, MEASURED)


def test_our_target_judges_and_that_of_the_provider_where_we_set_none(client_file, provider_file):
    organisation, row = client_file.organisation, indicator()
    shared(provider_file, client=organisation)
    measured(provider_file.organisation, row, provider_file.sites.get(), 80, 100)
    want(provider_file.organisation, row, 75, starts_on=LONG_AGO)
    roots = tree(client_file)
    before = line_of(organisation, roots, roots[0])
    want(organisation, row, 85, starts_on=LONG_AGO)

    after = line_of(organisation, roots, roots[0])

    assert (before.target, before.is_own_target, before.verdict) == (
        75,
        False,
        TargetVerdict.PROVEN,
    )
    assert (after.target, after.is_own_target, after.verdict) == (85, True, TargetVerdict.MISSED)


def test_places_that_count_in_different_ways_are_not_put_together(client_file):
    organisation, row = client_file.organisation, indicator()
    large = subcontractor(client_file, "Grand")
    small = subcontractor(client_file, "Petit", parent=large)
    for subject, seconds in ((large, 15), (small, 30)):
        measure(
            organisation,
            row,
            PERIOD.start,
            subject=subject,
            convention={"threshold_s": seconds},
            answered_in_t=9,
            offered=10,
        )
    roots = tree(client_file)

    found = line_of(organisation, roots, roots[0])

    assert (found.value, found.unpooled) == (None, "CONVENTIONS")


def test_a_criterion_without_a_figure_is_not_assessed(client_file):
    indicator()
    subcontractor(client_file, "Grand")
    roots = tree(client_file)
    card = Scorecards(client_file.organisation, roots, [PERIOD]).card(
        roots[0], PERIOD, is_branch=True
    )

    assert [one.criterion for one in card.criteria] == list(Criterion)
    assert {one.held for one in card.criteria} == {Held.NONE}
    assert {one.share for one in card.criteria} == {None}
