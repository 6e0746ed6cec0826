"""Waves: counted as entered, fed to the indicators, corrected with a reason, withdrawn."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.surveys import waves
from audits.actions.surveys.feeding import AlreadyMeasuredError
from audits.actions.surveys.fields import ReturnFields
from audits.logic.surveys import Question
from audits.models import AnswerCount, Measurement, PeriodResult, SurveyWave
from audits.survey_enums import WAVE_FLOW, WaveKind, WaveState
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import OrganisationFactory, SiteFactory
from tests.factories.figures import measure, member_of
from tests.factories.surveys import (
    EFFORT,
    RECOMMENDATION,
    SATISFACTION,
    answer,
    catalogue,
    close,
    closed_wave,
    described,
    spread,
    wave,
)

pytestmark = [pytest.mark.unit, pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def organisation():
    return OrganisationFactory()


@pytest.fixture
def indicators():
    return catalogue()


@pytest.fixture
def sites(organisation):
    return [SiteFactory(organisation=organisation) for _ in range(2)]


def inputs_of(code, **filters):
    row = Measurement.objects.get(indicator__code=code, **filters)
    return {key: int(value) for key, value in row.inputs.items()}


def test_closing_writes_the_inputs_of_every_indicator_that_was_asked(
    organisation, indicators, sites
):
    row = wave(organisation, questions=tuple(Question), subjects=(sites[0],))
    counts = {
        SATISFACTION: spread(SATISFACTION, m5=50, m4=30, m2=20),
        RECOMMENDATION: spread(RECOMMENDATION, m10=45, m8=35, m3=20),
        EFFORT: spread(EFFORT, m7=60, m4=40),
    }
    answer(row, {sites[0]: ReturnFields(invited=400, counts=counts)})
    close(row)

    site = {"place__site": sites[0]}
    assert inputs_of("SAT-01", **site) == {"satisfied": 80, "respondents": 100}
    assert inputs_of("SAT-03", **site) == {"promoters": 45, "detractors": 20, "respondents": 100}
    assert inputs_of("SAT-04", **site) == {"score_total": 580, "respondents": 100}
    assert inputs_of("SAT-05", **site) == {"respondents": 100, "invited": 400}
    assert not Measurement.objects.filter(indicator__code__in=["SAT-02", "SOC-05"]).exists()
    found = Measurement.objects.get(indicator__code="SAT-04")
    assert found.convention == {"waves": "EQ-0001", "survey": "HOT"}
    assert found.distribution["7"] == 60
    assert not found.is_exhaustive


def test_employees_feed_their_own_indicators(organisation, indicators):
    closed_wave(organisation, kind=WaveKind.STAFF, satisfied=60)

    assert inputs_of("SOC-05") == {"satisfied": 60, "respondents": 100}
    assert inputs_of("SOC-06") == {"respondents": 100, "staff": 400}
    assert not Measurement.objects.filter(indicator__code__startswith="SAT").exists()


def test_a_wave_at_two_sites_is_one_wave_and_its_answers_are_summed(
    organisation, indicators, sites
):
    row = wave(organisation, subjects=sites)
    answer(
        row,
        {
            sites[0]: ReturnFields(invited=10, counts={SATISFACTION: spread(SATISFACTION, m5=10)}),
            sites[1]: ReturnFields(
                invited=990, counts={SATISFACTION: spread(SATISFACTION, m5=450, m1=540)}
            ),
        },
    )
    close(row)

    whole = PeriodResult.objects.get(indicator__code="SAT-01", place__kind="WHOLE", grain="MONTH")
    assert whole.value == 46.0
    waves_of_whole = PeriodResult.objects.get(
        indicator__code="SAT-06", place__kind="WHOLE", grain="YEAR"
    )
    assert waves_of_whole.value == 1


def test_two_waves_of_a_month_are_behind_one_measure(organisation, indicators):
    closed_wave(organisation, satisfied=10, size=10, channel="CHAT")
    closed_wave(organisation, satisfied=450, size=990, channel="PHONE")

    row = Measurement.objects.get(indicator__code="SAT-01")
    assert row.inputs == {"satisfied": "460", "respondents": "1000"}
    assert row.convention["waves"] == "EQ-0001, EQ-0002"
    assert inputs_of("SAT-06", place__kind="WHOLE") == {"waves": 2}


def test_what_was_asked_hot_is_never_added_to_what_was_asked_cold(organisation, indicators):
    for kind, promoters in ((WaveKind.HOT, 90), (WaveKind.COLD, 30)):
        row = wave(organisation, kind=kind, questions=(RECOMMENDATION,))
        counts = spread(RECOMMENDATION, m10=promoters, m0=100 - promoters)
        answer(row, {None: ReturnFields(counts={RECOMMENDATION: counts})})
        close(row)

    assert inputs_of("SAT-03") == {"promoters": 30, "detractors": 70, "respondents": 100}
    assert Measurement.objects.get(indicator__code="SAT-03").convention["survey"] == "COLD"


def test_nobody_is_counted_as_asked_where_nobody_knows(organisation, indicators):
    row = wave(organisation)
    answer(row, {None: ReturnFields(counts={SATISFACTION: spread(SATISFACTION, m5=10)})})
    close(row)

    assert not Measurement.objects.filter(indicator__code="SAT-05").exists()


def test_a_correction_needs_a_reason_and_rewrites_the_measure(organisation, indicators):
    row = closed_wave(organisation, satisfied=80)
    better = {None: ReturnFields(400, None, {SATISFACTION: spread(SATISFACTION, m5=90, m1=10)})}

    with pytest.raises(UserError, match="Say why"):
        answer(row, better)
    assert inputs_of("SAT-01") == {"satisfied": 80, "respondents": 100}

    answer(row, better, reason="Dix réponses saisies deux fois")

    assert inputs_of("SAT-01") == {"satisfied": 90, "respondents": 100}
    kept = JournalEntry.objects.get(action="survey.corrected")
    assert kept.reason == "Dix réponses saisies deux fois"
    assert kept.before["All sites"]["SATISFACTION"]["5"] == 80
    assert kept.after["All sites"]["SATISFACTION"]["5"] == 90
    assert JournalEntry.objects.filter(action="measurement.corrected").count() == 1


def test_a_withdrawn_wave_leaves_what_the_others_say(organisation, indicators):
    first = closed_wave(organisation, satisfied=80)
    closed_wave(organisation, satisfied=50)

    waves.withdraw_wave(wave=first, reason="Mauvais mois", by=first.recorded_by, at=timezone.now())

    assert inputs_of("SAT-01") == {"satisfied": 50, "respondents": 100}
    assert inputs_of("SAT-06", place__kind="WHOLE") == {"waves": 1}


def test_the_last_wave_withdrawn_takes_its_measures_with_it(organisation, indicators):
    row = closed_wave(organisation)

    waves.withdraw_wave(wave=row, reason="Mauvais mois", by=row.recorded_by, at=timezone.now())

    assert not Measurement.objects.exists()


def test_a_measure_from_elsewhere_is_not_written_over_unseen(organisation, indicators):
    measure(organisation, indicators["SAT-01"], localdate(), satisfied=1, respondents=2)
    row = wave(organisation)
    answer(row, {None: ReturnFields(9, None, {SATISFACTION: spread(SATISFACTION, m5=9)})})

    with pytest.raises(AlreadyMeasuredError, match="SAT-01"):
        close(row)
    row.refresh_from_db()
    assert (row.state, inputs_of("SAT-01")["respondents"]) == (WaveState.DRAFT, 2)

    close(row, replaces=True)
    assert inputs_of("SAT-01")["respondents"] == 9


def test_withdrawing_leaves_a_measure_that_somebody_typed_since(organisation, indicators):
    row = closed_wave(organisation)
    known = Measurement.objects.get(indicator__code="SAT-01")
    known.convention = {"satisfied_from": 4}
    known.save(update_fields=["convention"])

    waves.withdraw_wave(wave=row, reason="Mauvais mois", by=row.recorded_by, at=timezone.now())

    assert [one.indicator.code for one in Measurement.objects.all()] == ["SAT-01"]


def test_everybody_asked_is_not_everybody_who_answered(organisation, indicators):
    row = wave(organisation, is_exhaustive=True)
    counts = {SATISFACTION: spread(SATISFACTION, m5=40)}
    answer(row, {None: ReturnFields(invited=50, counts=counts)})

    with pytest.raises(UserError, match="a sample"):
        close(row)

    answer(row, {None: ReturnFields(invited=40, counts=counts)})
    close(row)
    assert Measurement.objects.get(indicator__code="SAT-01").is_exhaustive


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (ReturnFields(5, None, {SATISFACTION: spread(SATISFACTION, m5=6)}), "more people answered"),
        (ReturnFields(50, 5, {SATISFACTION: spread(SATISFACTION, m5=6)}), "fewer people answered"),
        (ReturnFields(50, None, {SATISFACTION: {5: 6}}), "every mark"),
        (ReturnFields(50, None, {EFFORT: spread(EFFORT, m5=6)}), "every mark"),
    ],
)
def test_counts_that_do_not_hold_together_are_refused(organisation, fields, message):
    row = wave(organisation)

    with pytest.raises(UserError, match=message):
        answer(row, {None: fields})
    assert not AnswerCount.objects.exists()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"questions": ()}, "Say what was asked"),
        ({"subjects": ()}, "Say what was asked"),
        ({"kind": WaveKind.STAFF, "questions": (EFFORT,)}, "of customers"),
        ({"day": localdate() + timedelta(days=400)}, "not begun"),
    ],
)
def test_a_wave_that_does_not_hold_together_is_refused(organisation, values, message):
    with pytest.raises(UserError, match=message):
        wave(organisation, **values)
    assert not SurveyWave.objects.exists()


def test_the_whole_and_its_sites_would_count_twice(organisation, sites):
    with pytest.raises(UserError, match="not both"):
        wave(organisation, subjects=(None, sites[0]))


def test_an_empty_wave_cannot_be_closed(organisation):
    row = wave(organisation)

    with pytest.raises(UserError, match="enter the answers"):
        close(row)


def test_the_same_form_twice_leaves_one_wave(organisation):
    key, by, at = uuid.uuid4(), member_of(organisation), timezone.now()
    sent = {"key": key, "organisation": organisation, "by": by, "at": at}

    rows = [waves.record_wave(**sent, fields=described()) for _ in range(2)]

    assert rows[0] == rows[1]
    with pytest.raises(NotAvailableError):
        waves.record_wave(**sent, fields=described(source="Autre"))
    assert SurveyWave.objects.count() == 1


def test_a_change_unseen_is_not_overwritten(organisation):
    row = wave(organisation)
    answer(row, {None: ReturnFields(9, None, {SATISFACTION: spread(SATISFACTION, m5=9)})})

    with pytest.raises(EditConflictError):
        answer(
            row,
            {None: ReturnFields(8, None, {SATISFACTION: spread(SATISFACTION, m5=8)})},
            version=1,
        )
    assert AnswerCount.objects.get(mark=5).count == 9


def test_a_question_that_is_no_longer_asked_takes_its_counts_with_it(organisation, sites):
    row = wave(organisation, questions=(SATISFACTION, EFFORT), subjects=sites)
    counts = {SATISFACTION: spread(SATISFACTION, m5=9), EFFORT: spread(EFFORT, m5=9)}
    answer(row, dict.fromkeys(sites, ReturnFields(9, None, counts)))

    waves.edit_wave(
        wave=row,
        version=row.version + 1,
        fields=described(subjects=(sites[0],)),
        by=row.recorded_by,
        at=timezone.now(),
    )

    assert set(AnswerCount.objects.values_list("question", flat=True)) == {"SATISFACTION"}
    assert AnswerCount.objects.count() == 5


def test_a_closed_wave_is_described_once_and_for_all(organisation, indicators):
    row = closed_wave(organisation)

    with pytest.raises(NotAvailableError):
        waves.edit_wave(
            wave=row,
            version=row.version,
            fields=described(source="Autre"),
            by=row.recorded_by,
            at=timezone.now(),
        )


def test_no_wave_comes_back(organisation, indicators):
    row = closed_wave(organisation)
    waves.withdraw_wave(wave=row, reason="Mauvais mois", by=row.recorded_by, at=timezone.now())

    with pytest.raises(NotAvailableError):
        close(row)
    with pytest.raises(NotAvailableError):
        answer(row, {})
    assert WAVE_FLOW.targets(WaveState.WITHDRAWN) == frozenset()


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "OTHER"},
        {"grain": "DAY"},
        {"source": ""},
        {"asks_satisfaction": False},
        {"kind": "STAFF", "asks_effort": True},
        {"state": "CLOSED"},
        {"withdrawn_at": timezone.now()},
    ],
)
def test_the_database_refuses_a_wave_that_is_none(organisation, changes):
    row = wave(organisation)

    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyWave.objects.filter(pk=row.pk).update(**changes)


@pytest.mark.parametrize(
    ("question", "mark"), [("SATISFACTION", 6), ("SATISFACTION", 0), ("RECOMMENDATION", 11)]
)
def test_the_database_refuses_a_mark_off_its_scale(organisation, question, mark):
    row = wave(organisation).returns.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        AnswerCount.objects.create(place_return=row, question=question, mark=mark, count=1)
