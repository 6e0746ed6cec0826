"""Grids and sessions: written, used, graded, corrected, debriefed, erased."""

import json
from datetime import date, timedelta
from fractions import Fraction
from uuid import uuid4

import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.daily import daily_round
from audits.actions.listening import grids, plan, sessions
from audits.actions.listening.common import MarkFields
from audits.actions.listening.erasing import erase_expired, erase_session
from audits.listening_enums import GRID_FLOW, EraseReason, GridState, ListeningKind
from audits.models import ListeningGrid, ListeningMark, ListeningPlan, ListeningSession
from audits.models.listening import ERASED
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import SiteFactory
from tests.factories.audits import CertificationFactory
from tests.factories.listening import (
    draft_grid,
    grid_fields,
    heard,
    marks,
    opened_round,
    site_of,
    used_grid,
)
from tests.refusals import refused

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

WORDS = ("QZX", "zzref", "zzmotif", "zzcommentaire", "zzremarque")


@pytest.fixture
def grid():
    return used_grid()


@pytest.fixture
def session(grid):
    """With a word of its own in each text."""
    agent, reference, reason, comment, note = WORDS
    return heard(
        grid,
        "PARTLY",
        note=note,
        agent=agent,
        contact_reference=reference,
        contact_reason=reason,
        comment=comment,
    )


def move(grid, to):
    return grids.move_grid(grid=grid, to=to, by=grid.created_by, at=timezone.now())


def edit(grid, *, version=1, **changes):
    return grids.edit_grid(
        grid=grid,
        version=version,
        fields=grid_fields(**changes),
        by=grid.created_by,
        at=timezone.now(),
    )


def fields(session, **changes):
    values = sessions.fields_of(session)
    names = {name: getattr(values, name) for name in sessions.SessionFields.__slots__}
    return sessions.SessionFields(**names | changes)


def correct(session, *, version=None, **changes):
    return sessions.edit_session(
        session=session,
        version=version or session.version,
        fields=fields(session, **changes),
        by=session.evaluator,
        at=timezone.now(),
    )


def debrief(session, on):
    return sessions.debrief_session(session=session, on=on, by=session.evaluator, at=timezone.now())


def rows(key):
    return list(JournalEntry.objects.filter(object_key=str(key)).order_by("sequence"))


def aged(session, *, days):
    """The same session, as if it had been heard so many days ago."""
    day = localdate() - timedelta(days=days)
    ListeningSession.objects.filter(pk=session.pk).update(
        heard_on=day, expires_on=ListeningSession.last_day(day), debriefed_on=None
    )
    session.refresh_from_db()
    return session


# grids


def test_a_grid_is_written_once_by_the_same_form():
    first = draft_grid()
    again = grids.write_grid(
        key=first.key,
        organisation=first.organisation,
        fields=grid_fields(),
        by=first.created_by,
        at=timezone.now(),
    )

    assert again == first
    assert [row.action for row in rows(first.key)] == ["grid.written"]
    with pytest.raises(NotAvailableError):
        grids.write_grid(
            key=first.key,
            organisation=first.organisation,
            fields=grid_fields(title="Autre"),
            by=first.created_by,
            at=timezone.now(),
        )


def test_only_the_steps_of_the_flow_exist():
    assert GRID_FLOW.transitions == (("DRAFT", "IN_USE"), ("IN_USE", "WITHDRAWN"))
    grid = draft_grid()
    with pytest.raises(NotAvailableError):
        move(grid, GridState.WITHDRAWN)
    used = move(grid, GridState.IN_USE)
    with pytest.raises(NotAvailableError):
        move(used, GridState.IN_USE)
    with pytest.raises(NotAvailableError):
        move(used, GridState.DRAFT)


def test_a_grid_without_criterion_is_not_used():
    with pytest.raises(UserError, match="pas encore de critère"):
        move(draft_grid(criteria=()), GridState.IN_USE)


def test_what_is_in_use_never_changes(grid):
    with pytest.raises(NotAvailableError, match="nouvelle version"):
        edit(grid, version=grid.version, title="Autre")

    criterion = grid.criteria.first()
    same = ListeningGrid.objects.filter(pk=grid.pk)
    for change in (
        lambda: same.update(title="Autre"),
        lambda: same.update(partly=10),
        lambda: same.update(state=GridState.DRAFT, used_at=None, used_by=None),
        lambda: grid.criteria.filter(pk=criterion.pk).update(weight=1),
        criterion.delete,
        grid.delete,
        lambda: grid.criteria.create(position=9, section="a", label="b", weight=1),
    ):
        assert refused(change)


def test_the_next_version_replaces_the_one_in_use(grid):
    copy = grids.copy_grid(key=uuid4(), grid=grid, title="", by=grid.created_by, at=timezone.now())
    again = grids.copy_grid(key=uuid4(), grid=grid, title="", by=grid.created_by, at=timezone.now())
    assert (copy.number, copy.family, again) == (2, grid.family, copy)
    assert grids.fields_of(copy).criteria == grids.fields_of(grid).criteria

    move(copy, GridState.IN_USE)

    grid.refresh_from_db()
    assert (grid.state, grid.withdrawn_at is not None) == (GridState.WITHDRAWN, True)
    assert [row.action for row in rows(grid.key)][-1] == "grid.withdrawn"


def test_a_copy_under_another_title_is_another_grid(grid):
    key = uuid4()
    copies = [
        grids.copy_grid(key=key, grid=grid, title="Soir", by=grid.created_by, at=timezone.now())
        for _press in range(2)
    ]

    assert copies[0] == copies[1]
    assert (copies[0].number, copies[0].title) == (1, "Soir")
    assert copies[0].family != grid.family


def test_a_conflict_overwrites_nothing():
    grid = draft_grid()
    edit(grid, title="Un")

    with pytest.raises(EditConflictError):
        edit(grid, title="Deux")

    assert ListeningGrid.objects.get().title == "Un"


def test_a_grid_is_linked_to_a_file_of_its_organisation_only(grid):
    own = CertificationFactory(organisation=grid.organisation)
    linked = grids.link_grid(grid=grid, certification=own, by=grid.created_by, at=timezone.now())

    assert linked.certification == own
    with pytest.raises(UserError, match="de l’organisme"):
        grids.link_grid(
            grid=grid,
            certification=CertificationFactory(),
            by=grid.created_by,
            at=timezone.now(),
        )


def test_the_database_refuses_states_without_their_dates(grid):
    same = ListeningGrid.objects.filter(pk=grid.pk)
    for change in (
        {"used_at": None},
        {"withdrawn_at": timezone.now()},
        {"state": "WITHDRAWN"},
        {"critical_effect": "X"},
        {"partly": 101},
    ):
        assert refused(lambda change=change: same.update(**change))
    draft = draft_grid()
    for change in ({"weight": 0}, {"weight": 101}, {"indicator": "X"}, {"position": 1}):
        assert refused(lambda change=change: draft.criteria.filter(position=0).update(**change))
    assert refused(lambda: ListeningGrid.objects.filter(pk=draft.pk).update(family=grid.family))


# sessions


def test_the_score_is_kept_exact_with_its_errors(grid):
    partly = heard(grid, "PARTLY", "COMPLIANT", "NOT_APPLICABLE")
    failed = heard(grid, "COMPLIANT", "NOT_COMPLIANT", "COMPLIANT")
    nothing = heard(grid, "NOT_APPLICABLE")

    assert (partly.score, partly.critical_errors) == (Fraction(6000, 70), 0)
    assert (failed.score, failed.critical_errors) == (0, 1)
    assert (nothing.score, nothing.applicable) == (None, 0)


def test_a_grid_may_keep_the_score_of_a_contact_with_a_critical_error():
    grid = used_grid(critical_effect="COUNTED")

    found = heard(grid, "COMPLIANT", "NOT_COMPLIANT", "COMPLIANT")

    assert (found.score, found.critical_errors) == (50, 1)


def test_the_same_form_twice_is_one_session(grid):
    values = sessions.SessionFields(
        site=site_of(grid.organisation),
        channel="PHONE",
        heard_on=localdate(),
        kind=ListeningKind.RANDOM,
        marks=marks(grid),
    )
    key = uuid4()

    def send(**changes):
        names = {name: getattr(values, name) for name in values.__slots__} | changes
        return sessions.record_session(
            key=key,
            grid=grid,
            fields=sessions.SessionFields(**names),
            by=grid.created_by,
            at=timezone.now(),
        )

    assert send() == send()
    with pytest.raises(NotAvailableError, match="déjà"):
        send(comment="Autre")
    assert ListeningSession.objects.count() == 1


def test_what_is_wrong_is_refused_and_nothing_is_kept(grid):
    all_marks = marks(grid)
    missing = dict(list(all_marks.items())[:2])
    other = all_marks | {0: MarkFields("COMPLIANT")}
    tomorrow = localdate() + timedelta(days=1)
    for changes in (
        {"marks": missing},
        {"marks": other},
        {"site": SiteFactory()},
        {"heard_on": tomorrow},
        {"debriefed_on": tomorrow},
        {"debriefed_on": localdate() - timedelta(days=1)},
        {"kind": ListeningKind.CALIBRATION},
    ):
        with pytest.raises(UserError):
            heard(grid, **changes)
    with pytest.raises(NotAvailableError, match="pas en service"):
        heard(draft_grid(grid.organisation, grid.created_by, title="Brouillon"))
    assert not ListeningSession.objects.exists()


def test_a_correction_keeps_what_changed_and_no_text(session):
    before = session.score
    changed = correct(
        session, marks=marks(session.grid, "COMPLIANT"), comment="zzautre", agent="AB"
    )

    last = rows(session.key)[-1]
    assert (before, changed.score) == (50, 100)
    assert last.before["score"] == "50"
    assert last.after["score"] == "100"
    assert last.after["texts"] == ["agent", "comment", "notes"]
    with pytest.raises(EditConflictError):
        correct(session, version=1, comment="Trop tard")


def test_the_same_again_leaves_no_row(session):
    count = len(rows(session.key))

    assert correct(session).version == session.version
    assert len(rows(session.key)) == count


def test_the_journal_never_holds_initials_references_or_comments(session):
    correct(session, comment="zzcommentaire deux", agent="ZQX")
    debrief(session, localdate())
    erase_session(session=session, why=EraseReason.REQUEST, by=session.evaluator, at=timezone.now())

    kept = json.dumps(list(JournalEntry.objects.values()), default=str)
    assert [word for word in (*WORDS, "ZQX") if word in kept] == []
    assert [row.action for row in rows(session.key)] == [
        "listening.recorded",
        "listening.edited",
        "listening.debriefed",
        "listening.erased",
    ]


def test_feedback_is_given_once_after_the_contact_and_not_before_today_is_over(session):
    for day in (-1, 1):
        with pytest.raises(UserError, match="entre le jour"):
            debrief(session, session.heard_on + timedelta(days=day))

    debrief(session, localdate())
    debrief(session, localdate())

    session.refresh_from_db()
    assert session.debriefed_on == localdate()
    aged_one = heard(session.grid, heard_on=localdate() - timedelta(days=3))
    debrief(aged_one, localdate())
    with pytest.raises(NotAvailableError, match="déjà"):
        debrief(aged_one, localdate() - timedelta(days=1))


# erasure


def test_the_night_after_a_year_erases_the_texts_and_keeps_the_figures(session):
    figures = ("earned", "applicable", "critical_errors", "site_id", "heard_on")
    marked = list(session.marks.order_by("pk").values_list("criterion", "mark"))
    aged(session, days=366)
    kept = {name: getattr(session, name) for name in figures}
    young = heard(session.grid, comment="Reste", heard_on=localdate() - timedelta(days=300))

    daily_round(at=timezone.now())
    daily_round(at=timezone.now())

    session.refresh_from_db()
    young.refresh_from_db()
    assert {name: getattr(session, name) for name in ERASED} == ERASED
    assert set(session.marks.values_list("comment", flat=True)) == {""}
    assert {name: getattr(session, name) for name in figures} == kept
    assert list(session.marks.order_by("pk").values_list("criterion", "mark")) == marked
    assert (young.comment, young.erased_at) == ("Reste", None)
    (row,) = [row for row in rows(session.key) if row.action == "listening.erased"]
    assert (row.actor, row.after) == ("", {"erased": "EXPIRED"})


def test_the_last_day_is_kept_whole(session):
    day = date(2026, 3, 2)
    ListeningSession.objects.filter(pk=session.pk).update(
        heard_on=day, expires_on=ListeningSession.last_day(day)
    )

    def at(day):
        return timezone.make_aware(timezone.datetime(day.year, day.month, day.day, 23))

    assert erase_expired(at=at(date(2027, 3, 1))) == 0
    assert erase_expired(at=at(date(2027, 3, 2))) == 1


def test_the_reference_of_a_round_is_erased_too(grid):
    row = opened_round(grid)
    type(row).objects.filter(pk=row.pk).update(expires_on=localdate())

    erase_expired(at=timezone.now())

    row.refresh_from_db()
    assert (row.contact_reference, row.erased_at is not None) == ("", True)
    assert refused(lambda: type(row).objects.filter(pk=row.pk).update(contact_reference="A"))


def test_what_is_erased_cannot_come_back_in_the_database_either(session):
    erase_session(session=session, why=EraseReason.MISTAKE, by=session.evaluator, at=timezone.now())
    with pytest.raises(NotAvailableError, match="effacés"):
        correct(session, comment="Retour")

    same = ListeningSession.objects.filter(pk=session.pk)
    for name in ERASED:
        assert refused(lambda name=name: same.update(**{name: "AB"}))
    assert refused(lambda: same.update(erased_at=None))
    assert refused(lambda: session.marks.update(comment="Retour"))


def test_nothing_is_erased_while_a_mark_still_has_its_comment(session):
    emptied = {"erased_at": timezone.now(), **ERASED}

    assert refused(lambda: ListeningSession.objects.filter(pk=session.pk).update(**emptied))


def test_the_database_refuses_what_a_session_cannot_be(session, grid):
    same = ListeningSession.objects.filter(pk=session.pk)
    before = session.heard_on - timedelta(days=1)
    for change in (
        {"kind": "TARGETED"},
        {"kind": "X"},
        {"channel": "X"},
        {"earned": session.applicable + 1},
        {"expires_on": session.heard_on},
        {"debriefed_on": before},
        {"is_reference": True},
        {"grid": used_grid()},
    ):
        assert refused(lambda change=change: same.update(**change))
    mark = session.marks.first()
    assert refused(lambda: ListeningMark.objects.filter(pk=mark.pk).update(mark="X"))
    assert refused(mark.delete)
    assert refused(session.delete)


# plan


def test_the_plan_is_kept_by_site_and_month_and_0_takes_it_back(grid):
    organisation, site = grid.organisation, site_of(grid.organisation)
    month, foreign = date(2026, 3, 1), SiteFactory()

    def set_to(number):
        plan.set_plan(
            organisation=organisation,
            planned={(site.pk, month): number, (foreign.pk, month): 9},
            by=grid.created_by,
            at=timezone.now(),
        )

    set_to(4)
    set_to(4)
    assert list(ListeningPlan.objects.values_list("site", "planned")) == [(site.pk, 4)]
    set_to(6)
    assert ListeningPlan.objects.get().planned == 6
    set_to(0)
    assert not ListeningPlan.objects.exists()
    assert [row.action for row in rows(organisation.key)] == ["listening.planned"] * 3
    assert refused(
        lambda: ListeningPlan.objects.create(site=site, month=date(2026, 3, 2), planned=1)
    )
