"""Where the score comes from and where it is heading, as the screen says it."""

from datetime import timedelta
from fractions import Fraction

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from audits.enums import AuditKind
from audits.logic.waterfall import StepKind
from audits.models import Assessment
from tests.audits.web.test_compare import audited
from tests.clock import noon
from tests.factories.audits import CertificationFactory, CorrectiveActionFactory, FindingFactory
from tests.factories.engagements import published_edition
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

TODAY = localdate()


def in_days(days):
    return TODAY + timedelta(days=days)


@pytest.fixture
def file(manager):
    return CertificationFactory(organisation=manager.organisation, target_date=in_days(100))


@pytest.fixture
def then(file):
    return audited(file, ["C", "NC", "NC", "NC"], AuditKind.DIAGNOSIS)


@pytest.fixture
def now(file, then):
    return audited(file, ["C", "P", "NC", ""])


def shown(client, file):
    response = client.get(reverse("audits:evolution", args=[file.key]))
    assert response.status_code == 200
    return response.context["evolution"], response.content.decode()


def act(row, days, **fields):
    """A pending action on a requirement, due in so many days."""
    finding = FindingFactory(assessment=row, audit=row.audit)
    return CorrectiveActionFactory(finding=finding, due_date=in_days(days), **fields)


def done(row, late):
    """A finished action that was late by so many days."""
    act(row, -200, state="DONE", done_at=noon(in_days(late - 200)))


def row_of(audit, place):
    return audit.assessments.select_related("audit").order_by("position")[place]


def test_the_waterfall_goes_from_the_diagnosis_to_today(client, file, now):
    evolution, page = shown(client, file)

    assert (evolution.fall.start, evolution.fall.end) == (Fraction(1, 4), Fraction(1, 2))
    assert [(step.kind, step.value) for step in evolution.fall.steps] == [
        (StepKind.NO_LONGER_RATED, Fraction(1, 3) - Fraction(1, 4)),
        (StepKind.DOMAIN, Fraction(1, 6)),
    ]
    assert evolution.steps[-1].after == evolution.fall.end
    assert page.count('<svg class="chart"') == 2


def test_a_pending_action_of_an_earlier_audit_raises_the_requirement(client, file, then, now):
    act(row_of(then, 2), 30)

    path = shown(client, file)[0].path

    assert path.moving == 1
    assert [(point.day, point.high) for point in path.points] == [
        (TODAY, Fraction(1, 2)),
        (in_days(30), Fraction(5, 6)),
        (in_days(100), Fraction(5, 6)),
    ]


def test_little_is_said_without_past_actions(client, file, now):
    act(row_of(now, 2), 30)

    evolution, page = shown(client, file)

    assert not evolution.path.lateness.is_known
    assert evolution.last == (Fraction(1, 2), None, Fraction(5, 6))
    assert "50% if nothing more is done, 83% if every action" in page
    assert "With 0 finished actions" in page
    assert "do not lead to the threshold" in page


def test_past_lateness_makes_the_band(client, file, then, now):
    for late in (-3, 0, 4, 10, 90):
        done(row_of(then, 0), late)
    act(row_of(now, 1), 20)
    act(row_of(now, 2), 20)

    evolution, page = shown(client, file)

    lateness = evolution.path.lateness
    assert (lateness.high, lateness.middle, lateness.low) == (-3, 4, 90)
    assert evolution.last == (Fraction(1, 2), 1, 1)
    assert evolution.path.late == 2
    assert evolution.reaches == "some"
    assert "3 days before the due date or sooner" in page
    assert "90 days after the due date or sooner" in page


def test_the_whole_band_above_the_threshold_is_said(client, file, then, now):
    for _n in range(5):
        done(row_of(then, 0), 0)
    for place in (1, 2):
        act(row_of(now, place), 20)

    evolution, page = shown(client, file)

    assert evolution.reaches == "all"
    assert "100%, whether actions are early or late" in page
    assert "1 in 10 was done on the due date" in page


def test_cancelled_and_finished_actions_raise_nothing(client, file, now):
    act(row_of(now, 2), 30, state="CANCELLED")
    act(row_of(now, 2), 30, state="DONE", done_at=timezone.now())

    assert shown(client, file)[0].path.moving == 0


@pytest.mark.parametrize(
    ("target", "sentence"),
    [(None, "no date of certification audit"), (TODAY, "has come"), (in_days(-9), "has come")],
)
def test_without_a_day_to_come_there_is_no_band(client, file, now, target, sentence):
    file.target_date = target
    file.save()

    evolution, page = shown(client, file)

    assert evolution.path is None
    assert sentence in page


def test_without_an_audit_the_page_says_so(client, file):
    evolution, page = shown(client, file)

    assert evolution.audit is None
    assert "No audit yet" in page


def test_the_diagnosis_alone_has_no_waterfall(client, file, then):
    evolution, page = shown(client, file)

    assert evolution.fall is None
    assert "A second audit of the file" in page


def test_nothing_rated_yet_has_neither(client, file, then):
    audited(file, [])

    evolution, page = shown(client, file)

    assert (evolution.fall, evolution.path) == (None, None)
    assert "Nothing is rated yet" in page
    assert "No requirement is rated in both" in page


def test_the_chart_is_described_in_words(client, file, now):
    _evolution, page = shown(client, file)

    assert "<desc>Diagnosis 25%" in page


@pytest.mark.parametrize("requirements", [1, 6])
def test_the_number_of_queries_does_not_grow(client, manager, requirements):
    edition = published_edition(domains=2, engagements=2, requirements=requirements)
    file = CertificationFactory(
        organisation=manager.organisation, edition=edition, target_date=in_days(50)
    )
    count = 4 * requirements
    audited(file, ["NC"] * count, AuditKind.DIAGNOSIS)
    audit = audited(file, ["P"] * count)
    for row in Assessment.objects.filter(audit=audit).select_related("audit"):
        act(row, 5)
        done(row, 5)
    shown(client, file)

    with counted() as queries:
        evolution, _page = shown(client, file)

    assert evolution.path.moving == count
    assert len(queries) == QUERIES


QUERIES = 9  # session, user, memberships, file, audits, lines, domains, pending, past actions
