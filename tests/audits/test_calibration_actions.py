"""Calibration: graded unseen, compared, concluded."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.listening import calibration
from audits.listening_enums import ROUND_FLOW, RoundState
from audits.models import CalibrationRound, ListeningSession
from audits.snapshots.listening import gaps_of
from crcaudit.accounts.enums import Role
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from tests.factories.accounts import MembershipFactory, SiteFactory
from tests.factories.listening import (
    conclude,
    draft_grid,
    grade,
    graders,
    heard,
    marks,
    opened_round,
    used_grid,
)
from tests.refusals import refused

pytestmark = [pytest.mark.unit, pytest.mark.django_db]


@pytest.fixture
def grid():
    return used_grid()


@pytest.fixture
def people(grid):
    return graders(grid.organisation, 3)


@pytest.fixture
def row(grid, people):
    return opened_round(grid, people)


def reveal(row):
    return calibration.reveal_round(row=row, by=row.leader, at=timezone.now())


def seen_by(user, row):
    return ListeningSession.objects.visible_to(user).filter(round=row).count()


def test_nobody_sees_the_marks_of_another_before_all_have_graded(row, people):
    director = MembershipFactory(organisation=row.organisation, role=Role.DIRECTOR).user
    for person in people[:2]:
        grade(row, person)

    assert [seen_by(one, row) for one in (*people, director, row.leader)] == [1, 1, 0, 0, 0]
    # Once all have: whoever reads the whole; who only grades still reads their own.
    grade(row, people[2])

    row.refresh_from_db()
    assert row.state == RoundState.REVEALED
    assert [seen_by(one, row) for one in (director, row.leader)] == [3, 3]


def test_the_leader_compares_before_and_not_alone(row, people):
    grade(row, people[0])
    with pytest.raises(UserError, match="moins de deux"):
        reveal(row)
    grade(row, people[1])

    assert reveal(row).state == reveal(row).state == RoundState.REVEALED
    with pytest.raises(NotAvailableError):
        grade(row, people[2])


def test_marks_change_while_nobody_has_seen_them(row, people):
    first = grade(row, people[0])
    again = calibration.grade_round(
        row=row,
        version=first.version,
        marks=marks(row.grid, "NOT_COMPLIANT"),
        comment="Réécouté",
        by=people[0],
        at=timezone.now(),
    )

    assert (again.pk, again.score, row.sessions.count()) == (first.pk, 0, 1)
    with pytest.raises(EditConflictError):
        grade(row, people[0])


def test_who_was_not_asked_does_not_grade(row):
    with pytest.raises(NotAvailableError, match="pas de ceux"):
        grade(row, row.leader)


def test_what_was_agreed_on_gives_the_gaps(row, people):
    grade(row, people[0], "COMPLIANT")
    grade(row, people[1], "PARTLY", "COMPLIANT")
    grade(row, people[2], "NOT_APPLICABLE")

    concluded = conclude(row, "COMPLIANT")

    (found,) = gaps_of(CalibrationRound.objects.all()).values()
    assert (concluded.state, concluded.conclusion) == (RoundState.CONCLUDED, "Relire")
    # 100, 90, and one that is not assessed, against 100.
    assert (found.total, found.scores, found.mean) == (10, 2, 5)
    assert concluded.sessions.filter(is_reference=True).count() == 1


def test_only_the_steps_of_the_flow_exist(row, people):
    assert ROUND_FLOW.transitions == (("OPEN", "REVEALED"), ("REVEALED", "CONCLUDED"))
    with pytest.raises(NotAvailableError):
        conclude(row)
    for person in people:
        grade(row, person)
    concluded = conclude(row)
    with pytest.raises(NotAvailableError):
        reveal(concluded)
    with pytest.raises(NotAvailableError):
        conclude(concluded)


def test_a_conclusion_on_an_older_page_is_a_conflict(row, people):
    for person in people:
        grade(row, person)

    with pytest.raises(EditConflictError):
        calibration.conclude_round(
            row=row,
            version=1,
            marks=marks(row.grid),
            conclusion="Relire",
            by=row.leader,
            at=timezone.now(),
        )


def test_the_same_form_opens_one_round(grid, people):
    key = uuid4()

    def send(reference="A-1"):
        return calibration.open_round(
            key=key,
            organisation=grid.organisation,
            fields=calibration.RoundFields(
                site=SITE,
                channel="PHONE",
                heard_on=localdate(),
                grid=grid,
                evaluators=people,
                due_on=localdate(),
                contact_reference=reference,
            ),
            by=grid.created_by,
            at=timezone.now(),
        )

    SITE = SiteFactory(organisation=grid.organisation)  # noqa: N806 -- read by send
    assert send() == send()
    with pytest.raises(NotAvailableError, match="un autre contact"):
        send("A-2")


def test_what_is_wrong_is_refused(grid, people):
    for changes in ({"evaluators": people[:1]}, {"site": SiteFactory()}):
        with pytest.raises(UserError):
            opened_round(grid, **changes)
    with pytest.raises(NotAvailableError):
        opened_round(draft_grid(grid.organisation, grid.created_by, title="Autre"), people)


def test_the_database_refuses_what_a_round_cannot_be(row, people, grid):
    same = CalibrationRound.objects.filter(pk=row.pk)
    for change in (
        {"state": "CONCLUDED"},
        {"state": "REVEALED"},
        {"conclusion": "Trop tôt"},
        {"revealed_at": timezone.now()},
        {"channel": "X"},
    ):
        assert refused(lambda change=change: same.update(**change))
    session = grade(row, people[0])
    other = heard(grid)
    sessions = ListeningSession.objects
    assert refused(lambda: sessions.filter(pk=session.pk).update(round=None))
    assert refused(lambda: sessions.filter(pk=session.pk).update(agent="AB"))
    assert refused(lambda: sessions.filter(pk=other.pk).update(round=row))
    # A second one of the same person.
    session.pk, session.key, session.number = None, uuid4(), 999
    assert refused(session.save)


def test_a_round_waits_for_who_has_not_graded_while_a_member(row, people):
    waiting = CalibrationRound.objects.waiting_for
    grade(row, people[0])

    assert not waiting(people[0]).exists()
    assert waiting(people[1]).get() == row
    people[1].memberships.update(is_active=False)
    people[1].__dict__.pop("_active_memberships", None)
    assert not waiting(people[1]).exists()


def test_a_round_is_due_by_a_day_that_may_pass(grid, people):
    row = opened_round(grid, people, due_on=localdate() - timedelta(days=1))

    assert grade(row, people[0]).round == row
