"""Samples: prepared, drawn once and for ever, looked at, concluded; the database agrees."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from audits.actions import sample as actions
from audits.actions.audit import validate_audit
from audits.actions.sample_item import record_result
from audits.logic.sampling import Method, Unit, draw, fingerprint
from audits.models import Sample, SampleItem
from audits.sample_enums import SampleMethod, SampleState, SampleSubject, SiteSampleRule, UnitResult
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.flow import TransitionNotAllowedError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import UserFactory
from tests.factories.audits import (
    drawn_sample,
    first_assessment,
    prepared_sample,
    record_all,
    running_audit,
    sample_fields,
)
from tests.factories.reports import rate_everything

pytestmark = [pytest.mark.unit, pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def audit():
    return running_audit()


@pytest.fixture
def by(audit):
    return audit.started_by


@pytest.fixture
def drawn(audit):
    return drawn_sample(audit=audit)


def now():
    return timezone.now()


def actions_of(sample):
    rows = JournalEntry.objects.of(actions.KIND, sample.key)
    return [row.action for row in reversed(rows)]


def validated(audit):
    rate_everything(audit)
    return validate_audit(audit=audit, by=audit.started_by, at=now())


def test_a_prepared_sample_has_no_seed_and_a_number_of_its_audit(audit, by):
    first, second = prepared_sample(audit=audit), prepared_sample(audit=audit)
    elsewhere = prepared_sample(audit=running_audit())

    assert [row.reference for row in (first, second, elsewhere)] == ["ECH-01", "ECH-02", "ECH-01"]
    assert (first.state, first.seed, first.drawn_at) == (SampleState.DRAFT, "", None)
    assert actions_of(first) == [actions.PREPARED]


def test_the_journal_holds_the_hash_of_the_list_and_not_the_list(audit):
    sample = prepared_sample(audit=audit)

    after = JournalEntry.objects.of(actions.KIND, sample.key).get().after
    assert after["population_hash"] == fingerprint(sample.units())
    assert "CR-01" not in str(after)


def test_the_same_form_sent_twice_is_one_sample(audit, by):
    key = uuid.uuid4()
    sent = {"key": key, "audit": audit, "by": by, "at": now()}

    first, again = (actions.prepare_sample(fields=sample_fields(), **sent) for _ in range(2))

    assert first == again
    with pytest.raises(NotAvailableError, match="already sent once"):
        actions.prepare_sample(fields=sample_fields(title="Autre"), **sent)
    assert Sample.objects.count() == 1


def test_a_requirement_of_another_audit_is_refused(audit, by):
    other = first_assessment(running_audit())

    with pytest.raises(UserError, match="of this audit"):
        prepared_sample(audit=audit, assessment=other)


def test_a_draw_can_be_redone_from_what_is_recorded(drawn):
    items = list(drawn.items.order_by("rank"))

    again = draw(drawn.units(), seed=drawn.seed, size=drawn.size, method=Method(drawn.method))

    assert [(row.position, row.label) for row in items] == [
        (row.position, row.unit.label) for row in again
    ]
    assert (drawn.algorithm, len(drawn.seed)) == ("v1", 32)
    assert drawn.population_hash == fingerprint(drawn.units())
    assert actions_of(drawn) == [actions.PREPARED, actions.DRAWN]


def test_two_draws_of_the_same_list_have_two_seeds(audit):
    assert drawn_sample(audit=audit).seed != drawn_sample(audit=audit).seed


def test_a_second_click_draws_nothing_more(drawn, by):
    again = actions.draw_sample(sample=drawn, version=1, by=by, at=now() + timedelta(seconds=1))

    assert (again.seed, again.drawn_at) == (drawn.seed, drawn.drawn_at)
    assert drawn.items.count() == 5


def test_somebody_else_cannot_draw_it_again(drawn):
    with pytest.raises(NotAvailableError, match="is drawn"):
        actions.draw_sample(sample=drawn, version=drawn.version, by=UserFactory(), at=now())


def test_what_was_changed_meanwhile_is_not_drawn(audit, by):
    sample = prepared_sample(audit=audit)
    fields = sample_fields(size=6)
    actions.edit_sample(sample=sample, version=1, fields=fields, by=UserFactory(), at=now())

    with pytest.raises(EditConflictError):
        actions.draw_sample(sample=sample, version=1, by=by, at=now())
    sample.refresh_from_db()
    assert (sample.state, sample.items.count()) == (SampleState.DRAFT, 0)


def test_a_change_says_from_what_to_what(audit, by):
    sample = prepared_sample(audit=audit)

    saved = actions.edit_sample(
        sample=sample, version=1, fields=sample_fields(size=6), by=by, at=now()
    )

    entry = JournalEntry.objects.of(actions.KIND, sample.key).first()
    assert (saved.size, saved.version) == (6, 2)
    assert (entry.before, entry.after) == ({"size": 5}, {"size": 6})


def test_a_change_of_nothing_leaves_no_trace(audit, by):
    sample = prepared_sample(audit=audit)

    actions.edit_sample(sample=sample, version=7, fields=sample_fields(), by=by, at=now())

    assert actions_of(sample) == [actions.PREPARED]


def test_a_change_from_an_old_page_overwrites_nothing(audit, by):
    sample = prepared_sample(audit=audit)
    change = {"sample": sample, "by": by, "at": now()}
    actions.edit_sample(version=1, fields=sample_fields(size=6), **change)

    with pytest.raises(EditConflictError) as raised:
        actions.edit_sample(version=1, fields=sample_fields(size=7), **change)

    assert raised.value.current.size == 6


def test_a_drawn_sample_is_not_edited(drawn, by):
    with pytest.raises(NotAvailableError, match="is drawn"):
        actions.edit_sample(
            sample=drawn, version=drawn.version, fields=sample_fields(size=6), by=by, at=now()
        )


def test_another_draw_is_another_sample_with_its_reason(drawn, by):
    ask = {"sample": drawn, "reason": "Liste incomplète", "by": by}

    other = actions.prepare_another(at=now(), **ask)
    again = actions.prepare_another(at=now(), **ask)

    assert other == again
    assert (other.replaces, other.reason, other.state) == (drawn, "Liste incomplète", "DRAFT")
    assert other.population == drawn.population
    drawn.refresh_from_db()
    assert drawn.state == SampleState.DRAWN


def test_a_sample_that_is_not_drawn_is_not_replaced(audit, by):
    sample = prepared_sample(audit=audit)

    with pytest.raises(NotAvailableError, match="not drawn yet"):
        actions.prepare_another(sample=sample, reason="Pour voir", by=by, at=now())


def test_sites_are_drawn_beside_those_that_were_chosen(audit):
    sample = drawn_sample(
        audit=audit,
        subject=SampleSubject.SITES,
        counted="",
        rule=SiteSampleRule.INITIAL,
        units=tuple(Unit(name) for name in ("Brest", "Lille", "Lyon", "Massy")),
        population_size=4,
        size=2,
        chosen=(3,),
        central="Paris",
        target=None,
    )

    items = list(sample.items.order_by("rank").values_list("label", "is_chosen"))
    assert items[0] == ("Lyon", True)
    assert [chosen for _label, chosen in items] == [True, False]
    with pytest.raises(NotAvailableError):
        record_all(sample)
    with pytest.raises(NotAvailableError):
        actions.conclude_sample(sample=sample, by=sample.drawn_by, at=now())


def first_item(sample):
    return sample.items.select_related("sample").get(rank=1)


def say(item, result, *, by, version=1, comment=""):
    return record_result(
        item=item, version=version, result=result, comment=comment, by=by, at=now()
    )


def test_a_result_is_kept_with_who_said_it(drawn, by):
    item = say(first_item(drawn), UnitResult.NOT_CONFORM, by=by, comment="Sans suite")

    entry = JournalEntry.objects.of("sample_item", f"{drawn.key}:1").get()
    assert (item.result, item.comment, item.recorded_by, item.version) == (
        UnitResult.NOT_CONFORM,
        "Sans suite",
        by,
        2,
    )
    assert entry.after == {"result": "NOT_CONFORM", "comment": "Sans suite"}


def test_a_result_may_be_taken_back(drawn, by):
    say(first_item(drawn), UnitResult.CONFORM, by=by)

    assert say(first_item(drawn), "", by=by, version=2).result == ""


def test_the_same_result_twice_is_one_change(drawn, by):
    for _click in range(2):
        say(first_item(drawn), UnitResult.CONFORM, by=by, version=1)

    assert JournalEntry.objects.of("sample_item", f"{drawn.key}:1").count() == 1


def test_a_result_from_an_old_page_overwrites_nothing(drawn, by):
    say(first_item(drawn), UnitResult.CONFORM, by=UserFactory())

    with pytest.raises(EditConflictError) as raised:
        say(first_item(drawn), UnitResult.NOT_CONFORM, by=by, version=1)

    assert raised.value.current.result == UnitResult.CONFORM


def test_what_cannot_be_assessed_says_why(drawn, by):
    with pytest.raises(UserError, match="Say why"):
        say(first_item(drawn), UnitResult.NOT_ASSESSABLE, by=by)


def test_a_sample_is_concluded_when_every_unit_was_looked_at(drawn, by):
    with pytest.raises(NotAvailableError, match="5 units are still"):
        actions.conclude_sample(sample=drawn, by=by, at=now())
    record_all(drawn)

    done = actions.conclude_sample(sample=drawn, by=by, at=now())

    assert (done.state, done.concluded_by) == (SampleState.CONCLUDED, by)
    with pytest.raises(NotAvailableError, match="no longer change"):
        say(first_item(done), UnitResult.NOT_CONFORM, by=by, version=2)
    with pytest.raises(NotAvailableError, match="not available"):
        actions.conclude_sample(sample=done, by=by, at=now())


def test_results_are_taken_up_again_for_a_reason(drawn, by):
    record_all(drawn)
    done = actions.conclude_sample(sample=drawn, by=by, at=now())

    back = actions.take_up_sample(sample=done, reason="Pièce retrouvée", by=by, at=now())

    assert (back.state, back.concluded_at, back.concluded_by) == (SampleState.DRAWN, None, None)
    assert say(first_item(back), UnitResult.NOT_CONFORM, by=by, version=2).result
    entry = JournalEntry.objects.of(actions.KIND, drawn.key).first()
    assert (entry.action, entry.reason) == (actions.TAKEN_UP, "Pièce retrouvée")
    with pytest.raises(NotAvailableError, match="not concluded"):
        actions.take_up_sample(sample=back, reason="Encore", by=by, at=now())


def test_nothing_of_the_samples_of_a_validated_audit_changes(audit, by):
    draft, drawn, done = (
        prepared_sample(audit=audit),
        drawn_sample(audit=audit),
        drawn_sample(audit=audit),
    )
    record_all(done)
    actions.conclude_sample(sample=done, by=by, at=now())
    audit = validated(audit)
    common = {"by": by, "at": now()}

    for step in (
        lambda: actions.prepare_sample(
            key=uuid.uuid4(), audit=audit, fields=sample_fields(), **common
        ),
        lambda: actions.edit_sample(sample=draft, version=1, fields=sample_fields(), **common),
        lambda: actions.draw_sample(sample=draft, version=1, **common),
        lambda: actions.prepare_another(sample=drawn, reason="Non", **common),
        lambda: actions.conclude_sample(sample=drawn, **common),
        lambda: actions.take_up_sample(sample=done, reason="Non", **common),
        lambda: say(first_item(drawn), UnitResult.CONFORM, by=by),
    ):
        with pytest.raises(NotAvailableError, match=r"validated|no longer change"):
            step()


def test_the_chain_of_the_journal_holds(drawn):
    record_all(drawn)

    assert journal.verify()[1] == []


# What the database refuses by itself.


def refused(change, match):
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        change()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("population", [["X", ""]]),
        ("population_size", 99),
        ("seed", "choisie"),
        ("algorithm", "v2"),
        ("population_hash", "0" * 64),
        ("method", SampleMethod.SYSTEMATIC),
        ("size", 4),
        ("chosen", [1]),
        ("title", "Autre titre"),
        ("counted", "Autre règle"),
        ("source", "Autre source"),
        ("target", 50),
        ("target", None),
        ("margin", 1),
        ("assessment_id", -5),
        ("drawn_at", timezone.now() + timedelta(days=1)),
    ],
)
def test_what_a_draw_depends_on_is_frozen(drawn, name, value):
    rows = Sample.objects.filter(pk=drawn.pk)

    refused(lambda: rows.update(**{name: value}), "drawn cannot change")


def test_a_drawn_sample_does_not_go_back_nor_away(drawn):
    rows = Sample.objects.filter(pk=drawn.pk)
    back = {"state": "DRAFT", "seed": "", "algorithm": "", "population_hash": ""}

    refused(lambda: rows.update(drawn_at=None, drawn_by=None, **back), "drawn cannot change")
    refused(lambda: rows._raw_delete(rows.db), "drawn cannot change")


def test_units_of_a_drawn_sample_are_neither_added_nor_changed_nor_removed(drawn):
    items = SampleItem.objects.filter(sample=drawn)

    refused(
        lambda: SampleItem.objects.create(sample=drawn, rank=9, position=9, label="CR-09"),
        "drawn cannot change",
    )
    refused(lambda: items.filter(rank=1).update(label="CR-99"), "drawn cannot change")
    refused(lambda: items.filter(rank=1).update(position=99), "drawn cannot change")
    refused(items.delete, "drawn cannot change")


def test_a_draft_is_not_concluded(audit, by):
    sample = prepared_sample(audit=audit)
    concluded = {
        "state": "CONCLUDED",
        "seed": "x",
        "algorithm": "v1",
        "population_hash": "x",
        "drawn_at": now(),
        "drawn_by": by,
        "concluded_at": now(),
        "concluded_by": by,
    }

    refused(
        lambda: Sample.objects.filter(pk=sample.pk).update(**concluded), "before it is concluded"
    )
    with pytest.raises(TransitionNotAllowedError):
        sample.conclude(by=by, at=now())


def test_results_of_a_concluded_sample_are_frozen(drawn, by):
    record_all(drawn)
    actions.conclude_sample(sample=drawn, by=by, at=now())
    items = SampleItem.objects.filter(sample=drawn)

    refused(lambda: items.update(result=UnitResult.NOT_CONFORM), "cannot change")


def test_samples_of_a_validated_audit_are_frozen(audit):
    draft, drawn = prepared_sample(audit=audit), drawn_sample(audit=audit)
    validated(audit)
    rows = Sample.objects.filter(pk=draft.pk)

    refused(lambda: rows.update(title="Autre"), "validated audit")
    refused(lambda: rows._raw_delete(rows.db), "validated audit")
    refused(lambda: drawn.items.update(version=9), "cannot change")
    draft.pk, draft.key, draft.number = None, uuid.uuid4(), 99
    draft._state.adding = True
    refused(draft.save, "validated audit")


@pytest.mark.parametrize(
    "values",
    [
        {"size": 0},
        {"size": 13},
        {"target": 101},
        {"target": -1},
        {"counted": ""},
        {"subject": "AUTRE"},
        {"method": "AUTRE"},
        {"state": "AUTRE"},
        {"state": "DRAWN"},
        {"seed": "choisie"},
        {"reason": "Sans remplacer"},
        {"rule": SiteSampleRule.INITIAL},
        {"central": "Paris"},
    ],
)
def test_a_sample_that_makes_no_sense_is_refused(audit, values):
    sample = prepared_sample(audit=audit)

    with pytest.raises(IntegrityError), transaction.atomic():
        Sample.objects.filter(pk=sample.pk).update(**values)


@pytest.mark.parametrize(
    "values",
    [
        {"result": "AUTRE"},
        {"result": "CONFORM"},
        {"comment": "Sans auteur"},
        {"recorded_at": timezone.now()},
    ],
)
def test_a_result_that_makes_no_sense_is_refused(drawn, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        drawn.items.filter(rank=1).update(**values)


def test_what_cannot_be_assessed_has_its_reason_in_the_database_too(drawn, by):
    told = {"recorded_at": now(), "recorded_by": by, "result": UnitResult.NOT_ASSESSABLE}

    with pytest.raises(IntegrityError), transaction.atomic():
        drawn.items.filter(rank=1).update(**told)


def test_a_journal_line_of_a_draw_says_what_it_depends_on(drawn):
    entry = JournalEntry.objects.of(actions.KIND, drawn.key).first()

    assert entry.after == {
        "state": "DRAWN",
        "seed": drawn.seed,
        "algorithm": "v1",
        "population_hash": drawn.population_hash,
        "size": 5,
    }


def test_fields_read_back_are_those_that_were_sent(audit):
    fields = sample_fields()
    sample = prepared_sample(audit=audit)

    assert actions.fields_of(Sample.objects.get(pk=sample.pk)) == replace(fields)
