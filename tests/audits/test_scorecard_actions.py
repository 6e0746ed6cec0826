"""Versions of the scorecard grid, and reviews of a provider."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.timezone import localdate

from audits.actions import provider_review as reviews
from audits.actions.scorecard_grid import GridFields, LineFields, write_scorecard_grid
from audits.logic.periods import Grain, period_of
from audits.logic.scorecard import Criterion
from audits.models import AskedItem, ProviderReview, ScorecardGrid, ScorecardLine
from audits.scorecard_enums import AskedState
from audits.snapshots.codec import from_json
from audits.snapshots.provider_tree import provider_tree
from audits.snapshots.scorecard import Scorecards
from audits.snapshots.scorecard_grids import Grids
from audits.snapshots.scorecard_values import FrozenScorecard
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.journal import organisation_stream
from crcaudit.core.models import JournalEntry
from tests.factories.audits import CertificationFactory, subcontractor
from tests.factories.figures import indicator, measure, member_of, want

pytestmark = [pytest.mark.unit, pytest.mark.django_db]
MONTH = period_of(localdate(), Grain.MONTH)
OVER = MONTH.after(-1)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def file():
    return CertificationFactory()


@pytest.fixture
def manager(file):
    return member_of(file.organisation)


@pytest.fixture
def row():
    return indicator()


def write(manager, row, *, seen=0, start=None, **line):
    criteria, weight = line.get("criteria", ("SPEED",)), line.get("weight", 1)
    lines = [LineFields(Criterion(one), row, weight) for one in criteria]
    return write_scorecard_grid(
        organisation=manager.memberships.get().organisation,
        seen=seen,
        fields=GridFields(lines, start or MONTH.start, 70, "Avenant"),
        by=manager,
        at=timezone.now(),
    )


@pytest.fixture
def provider(file, row):
    subject = subcontractor(file, "Relais Ouest")
    want(file.organisation, row, 85, starts_on=date(2024, 1, 1))
    measure(file.organisation, row, OVER.start, subject=subject, answered_in_t=80, offered=100)
    return provider_tree(file.organisation, own_list=True)[0]


def prepare(file, provider, manager, period=OVER):
    return reviews.prepare_review(
        organisation=file.organisation,
        provider=provider,
        period=period,
        by=manager,
        at=timezone.now(),
    )


def write_review(review, manager, *, version=None, **fields):
    said = {"held_on": localdate(), "conclusion": "À reprendre"} | fields
    return reviews.edit_review(
        review=review,
        version=review.version if version is None else version,
        fields=reviews.ReviewFields(**said),
        by=manager,
        at=timezone.now(),
    )


def closed(file, provider, manager, *asked):
    review = prepare(file, provider, manager)
    items = [reviews.Asked(what, day) for what, day in asked]
    review = write_review(review, manager, asked=items)
    return reviews.close_review(review=review, by=manager, at=timezone.now())


def journal(organisation):
    rows = JournalEntry.objects.filter(stream=organisation_stream(organisation.key))
    kept = rows.filter(action__regex="^(provider_review|scorecard)")
    return list(kept.order_by("pk").values_list("action", flat=True))


# grids


def test_months_before_a_version_keep_the_one_that_they_were_read_with(file, manager, row):
    other = indicator("PEC-02")
    first = write(manager, row, start=MONTH.after(-6).start)
    write(manager, other, seen=first.number)

    grids = Grids(file.organisation)

    codes = [
        [held.line.code for held in grids.on(day).criteria[Criterion.SPEED]]
        for day in (MONTH.after(-6).start, OVER.start, MONTH.start)
    ]
    assert codes == [["PEC-01"], ["PEC-01"], ["PEC-02"]]
    assert grids.on(MONTH.after(-7).start).number == 0


def test_the_same_version_sent_twice_is_one(file, manager, row):
    first = write(manager, row)

    assert write(manager, row) == first
    assert journal(file.organisation) == ["scorecard.grid_written"]


def test_two_versions_written_at_once_lose_nothing(manager, row):
    write(manager, row)

    with pytest.raises(EditConflictError) as refused:
        write(manager, row, weight=5)

    assert refused.value.current.number == 1
    assert ScorecardGrid.objects.count() == 1


def test_a_later_version_does_not_reach_back(manager, row):
    write(manager, row, start=MONTH.after(-6).start)

    with pytest.raises(UserError, match="Months that are over"):
        write(manager, row, seen=1, weight=5, start=OVER.start)


def test_a_criterion_does_not_hold_an_indicator_twice_and_two_criteria_may(manager, row):
    with pytest.raises(UserError, match="twice"):
        write(manager, row, criteria=("SPEED", "SPEED"))
    with pytest.raises(UserError, match="at least one"):
        write(manager, row, criteria=())

    assert write(manager, row, criteria=("SPEED", "QUALITY")).lines.count() == 2


def test_the_database_keeps_versions_as_they_are(manager, row):
    grid = write(manager, row)

    for change in (
        lambda: ScorecardGrid.objects.filter(pk=grid.pk).update(required=10),
        lambda: ScorecardLine.objects.filter(grid=grid).update(weight=9),
        lambda: ScorecardLine.objects.filter(grid=grid).delete(),
    ):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        ScorecardLine.objects.create(grid=grid, criterion="KINDNESS", indicator=row, weight=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        ScorecardLine.objects.create(grid=grid, criterion="QUALITY", indicator=row, weight=0)


# reviews


def test_a_review_keeps_the_scorecard_as_it_was(file, provider, manager, row):
    review = prepare(file, provider, manager)
    subject = file.subcontracting.get()
    measure_again = {"answered_in_t": 99, "offered": 100}
    file.organisation.places.get(subcontractor=subject).measurements.all().delete()
    measure(file.organisation, row, OVER.start, subject=subject, **measure_again)
    write(manager, indicator("PEC-02"), start=MONTH.after(-3).start)

    kept = from_json(FrozenScorecard, review.snapshot)

    (line,) = (one for found in kept.branch.criteria for one in found.lines)
    assert (line.code, line.value, line.verdict, kept.branch.grid) == ("PEC-01", 80, "MISSED", 0)
    live = Scorecards(file.organisation, [provider], [OVER]).card(provider, OVER, is_branch=True)
    assert [one.code for found in live.criteria for one in found.lines] == ["PEC-02"]


def test_a_button_pressed_twice_prepares_one_review(file, provider, manager):
    assert prepare(file, provider, manager) == prepare(file, provider, manager)
    assert journal(file.organisation) == ["provider_review.prepared"]


def test_a_period_that_runs_has_no_review(file, provider, manager):
    with pytest.raises(UserError, match="not over"):
        prepare(file, provider, manager, period=MONTH)


def test_two_people_who_write_at_once_lose_nothing(file, provider, manager):
    review = prepare(file, provider, manager)
    write_review(review, manager, conclusion="La mienne")

    with pytest.raises(EditConflictError) as refused:
        write_review(review, manager, version=1, conclusion="La sienne")

    assert refused.value.current.conclusion == "La mienne"


def test_a_meeting_to_come_was_not_held(file, provider, manager):
    review = prepare(file, provider, manager)

    with pytest.raises(UserError, match="still to come"):
        write_review(review, manager, held_on=localdate() + timedelta(days=1))


@pytest.mark.parametrize("missing", [{"held_on": None}, {"conclusion": ""}])
def test_nothing_is_closed_without_its_day_and_conclusion(file, provider, manager, missing):
    review = write_review(prepare(file, provider, manager), manager, **missing)

    with pytest.raises(UserError, match="before closing"):
        reviews.close_review(review=review, by=manager, at=timezone.now())


def test_a_closed_review_does_not_change_and_the_database_says_so(file, provider, manager):
    review = closed(file, provider, manager, ("Plan", localdate()))

    with pytest.raises(NotAvailableError):
        write_review(review, manager, conclusion="Autre")
    with pytest.raises(NotAvailableError):
        reviews.discard_review(review=review, by=manager, at=timezone.now())
    for change in (
        lambda: ProviderReview.objects.filter(pk=review.pk).update(conclusion="Autre"),
        lambda: AskedItem.objects.filter(review=review).update(what="Autre"),
        lambda: AskedItem.objects.filter(review=review).delete(),
        lambda: AskedItem.objects.create(
            review=review, number=9, what="Après coup", due_date=localdate()
        ),
    ):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            change()


def test_the_snapshot_of_a_prepared_review_does_not_change_either(file, provider, manager):
    review = prepare(file, provider, manager)

    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        ProviderReview.objects.filter(pk=review.pk).update(snapshot="{}")
    with pytest.raises(IntegrityError), transaction.atomic():
        ProviderReview.objects.filter(pk=review.pk).update(state="CLOSED")


def test_a_review_prepared_by_mistake_goes_and_its_journal_stays(file, provider, manager):
    review = prepare(file, provider, manager)
    write_review(review, manager, asked=[reviews.Asked("Plan", localdate())])

    reviews.discard_review(review=review, by=manager, at=timezone.now())

    assert not ProviderReview.objects.exists()
    assert journal(file.organisation)[-1] == "provider_review.discarded"
    with pytest.raises(NotAvailableError, match="not there"):
        reviews.discard_review(review=review, by=manager, at=timezone.now())


def test_what_was_asked_is_late_after_its_day_and_settled_once(file, provider, manager):
    yesterday = localdate() - timedelta(days=1)
    review = closed(file, provider, manager, ("Plan", yesterday), ("Tour", localdate()))
    first, second = review.asked.order_by("number")
    assert (first.is_late(localdate()), second.is_late(localdate())) == (True, False)

    settle = {"item": first, "state": AskedState.DONE, "by": manager, "at": timezone.now()}
    settled = reviews.settle_asked(**settle, outcome="Vu")

    assert (settled.settled_on, settled.is_late(localdate())) == (localdate(), False)
    assert reviews.settle_asked(**settle, outcome="Vu") == settled
    with pytest.raises(NotAvailableError, match="already settled"):
        reviews.settle_asked(**settle, outcome="Autre")
    with pytest.raises(IntegrityError), transaction.atomic():
        AskedItem.objects.filter(pk=second.pk).update(state="DONE")


def test_nothing_is_settled_before_the_review_is_closed(file, provider, manager):
    review = write_review(
        prepare(file, provider, manager), manager, asked=[reviews.Asked("Plan", localdate())]
    )

    with pytest.raises(NotAvailableError, match="Close the review"):
        reviews.settle_asked(
            item=review.asked.get(),
            state=AskedState.DONE,
            outcome="Vu",
            by=manager,
            at=timezone.now(),
        )


def test_a_review_outlives_the_list_of_subcontractors(file, provider, manager):
    review = prepare(file, provider, manager)

    assert (review.provider, review.provider_name) == (provider.token, "Relais Ouest")
    assert isinstance(from_json(FrozenScorecard, review.snapshot).alone.criteria, tuple)
    assert Fraction(80) in {
        line.value
        for found in from_json(FrozenScorecard, review.snapshot).alone.criteria
        for line in found.lines
    }
