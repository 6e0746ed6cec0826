"""The certification audit of the demonstration holds all that is promised, on days of today."""

import re
from collections import Counter
from datetime import date, timedelta

import pytest
import yaml
from django.conf import settings
from django.utils import timezone

from audits.cycle_enums import SlotKind
from audits.enums import (
    AssessmentStatus,
    AuditeePosition,
    AuditKind,
    AuditState,
    Confidentiality,
    EvidenceKind,
    FindingState,
    ReviewVerdict,
)
from audits.models import (
    Audit,
    Certification,
    CorrectiveAction,
    Evidence,
    EvidenceLink,
    EvidenceRequest,
    EvidenceVersion,
    Finding,
    PlanSlot,
    ProgrammeLine,
    Sample,
)
from audits.presenters.detail import read_history
from audits.request_enums import RequestState
from audits.sample_enums import SampleState, SampleSubject
from audits.snapshots import audit_snapshot
from crcaudit.core.models import JournalEntry
from engagements.importers.reading import LOADER
from reports.management.demo import library
from reports.management.demo.moments import Moments

pytestmark = [pytest.mark.unit, pytest.mark.django_db, pytest.mark.any_database]

OWN, SUBCONTRACTED = ["Lyon", "Massy"], "Nantes – Prestataire Démo"
RATED, NA = AssessmentStatus.RATED, AssessmentStatus.NOT_APPLICABLE
MEDIA = {
    "pdf": {"pdf"},
    "png": {"png"},
    "csv": {"csv"},
    "txt": {"plain"},
    "xlsx": {"vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
}


@pytest.fixture
def file(told) -> Certification:
    return Certification.objects.get(title="Service client fixe et internet")


@pytest.fixture
def audit(file) -> Audit:
    return file.audits.get(kind=AuditKind.INITIAL)


@pytest.fixture
def links(audit):
    return EvidenceLink.objects.filter(assessment__audit=audit, unlinked_at=None)


@pytest.fixture
def pieces(links):
    return Evidence.objects.filter(pk__in=links.values("evidence"))


@pytest.fixture
def moments() -> Moments:
    return Moments(timezone.localdate())


def test_a_finished_diagnosis_an_internal_audit_and_a_certification_audit_under_way(told):
    operator = Audit.objects.filter(organisation__name="Opérateur Démo")

    assert Counter(operator.values_list("kind", "state")) == {
        (AuditKind.DIAGNOSIS, AuditState.VALIDATED): 2,
        (AuditKind.INTERNAL, AuditState.IN_PROGRESS): 1,
        (AuditKind.INITIAL, AuditState.IN_PROGRESS): 1,
    }


def test_it_is_held_on_two_sites_and_on_that_of_a_subcontractor(file, audit):
    (subcontractor,) = file.subcontracting.all()
    rows = Counter(audit.assessments.values_list("site__name", "status"))

    assert audit.is_per_site
    assert sorted(file.sites.values_list("name", flat=True)) == [*OWN, SUBCONTRACTED]
    assert subcontractor.name in SUBCONTRACTED
    assert subcontractor.shared_file.organisation.name == subcontractor.name
    assert sorted(subcontractor.sites.values_list("name", flat=True)) == OWN
    settled = {place: n for place, n in rows.items() if place[1] in {RATED, NA}}
    assert settled == {
        ("Lyon", RATED): 49,
        ("Lyon", NA): 4,
        ("Massy", RATED): 24,
        (SUBCONTRACTED, RATED): 13,
        (SUBCONTRACTED, NA): 6,
    }
    assert rows.total() == 3 * 53


def test_its_sites_are_pooled_by_weight(audit):
    snapshot = audit_snapshot(audit, language="fr", on=timezone.localdate())
    rated = audit.assessments.filter(status=RATED)
    weights = sum(rated.values_list("weight", flat=True))
    reached = sum(weight * points for weight, points in rated.values_list("weight", "points"))

    assert snapshot.sites == (*OWN, SUBCONTRACTED)
    assert (snapshot.whole.weight, snapshot.whole.reached * 100) == (weights, reached)


def test_its_sixty_pieces_are_of_every_kind_and_in_every_state(audit, links, pieces):
    today = timezone.localdate()
    shown = EvidenceVersion.objects.filter(evidence__in=pieces).values_list("preview", flat=True)

    assert pieces.count() == 60
    assert Counter(pieces.values_list("kind", flat=True)) == {
        EvidenceKind.FILE: 54, EvidenceKind.LINK: 3, EvidenceKind.NOTE: 3,
    }  # fmt: skip
    assert set(shown) == {"pdf", "table", "text", "image"}
    assert Counter(links.values_list("review", flat=True)) == {
        ReviewVerdict.ACCEPTED: 56, ReviewVerdict.TO_COMPLETE: 6, ReviewVerdict.REJECTED: 3, "": 20,
    }  # fmt: skip
    assert pieces.exclude(withdrawn_at=None).count() == 2
    assert pieces.filter(versions__number=2).count() == 2
    assert pieces.filter(valid_until__lt=today).count() == 3
    assert pieces.filter(valid_until__gte=today, valid_until__lte=audit.end_date).count() == 2
    assert set(pieces.values_list("confidentiality", flat=True)) == {
        Confidentiality.INTERNAL, Confidentiality.RESTRICTED, Confidentiality.CONFIDENTIAL,
    }  # fmt: skip
    assert set(links.values_list("assessment__site__name", flat=True)) == {*OWN, SUBCONTRACTED}


def test_every_file_is_what_its_name_says(pieces):
    for version in EvidenceVersion.objects.filter(evidence__in=pieces):
        assert version.size > 0
        assert version.media_type.rpartition("/")[2] in MEDIA[version.file_name.rpartition(".")[2]]


def test_its_twenty_findings_are_at_every_stage_and_of_every_grade(file, audit):
    findings, today = audit.findings.all(), timezone.localdate()
    grades = file.edition.referential.scheme.grades

    assert findings.count() == 20
    assert Counter(findings.values_list("state", flat=True)) == {
        FindingState.DRAFT: 4,
        FindingState.PRESENTED: 8,
        FindingState.ANSWERED: 2,
        FindingState.ACCEPTED: 4,
        FindingState.PROVEN: 1,
        FindingState.CLOSED: 1,
    }
    assert set(findings.values_list("grade__code", flat=True)) == set(
        grades.values_list("code", flat=True)
    )
    assert set(findings.values_list("position", flat=True)) == {"", *AuditeePosition.values}
    assert set(findings.values_list("assessment__site__name", flat=True)) == {*OWN, SUBCONTRACTED}
    assert findings.filter(escalation="OVERDUE", first_grade__code="NC_MIN").count() == 1
    assert findings.filter(state=FindingState.PRESENTED, answer_due__lt=today).count() == 2
    assert findings.exclude(recurs=None).count() == 5
    assert findings.filter(answers__opinion="REFUSED").count() == 1
    assert findings.filter(proofs__opinion="REFUSED").count() == 1


def test_the_history_of_each_requirement_reads_as_sentences(audit):
    for row in audit.assessments.all():
        assert not [line.what for line in read_history(row) if re.match(r"\w+\.\w+$", line.what)]


def test_a_finding_was_reopened_and_a_draft_thrown_away(audit):
    keys = {str(key) for key in audit.findings.values_list("key", flat=True)}

    (reopened,) = JournalEntry.objects.filter(action="finding.reopened")
    (discarded,) = JournalEntry.objects.filter(action="finding.discarded")

    assert reopened.object_key in keys
    assert not Finding.objects.filter(key=discarded.object_key).exists()


def test_its_requests_for_evidence_are_in_every_state(audit):
    rows = EvidenceRequest.objects.filter(audit=audit)
    asked = rows.filter(state=RequestState.ASKED)

    assert Counter(rows.values_list("state", flat=True)) == {
        RequestState.ASKED: 3,
        RequestState.ANSWERED: 2,
        RequestState.SETTLED: 2,
        RequestState.CANCELLED: 1,
    }
    assert asked.filter(due_date__lt=timezone.localdate()).count() == 1
    assert asked.filter(answers__opinion="REFUSED").count() == 1
    assert rows.filter(answers__has_nothing=True).count() == 2


def test_it_has_samples_a_plan_meetings_and_a_line_of_the_programme(audit, moments):
    samples, slots = Sample.objects.filter(audit=audit), PlanSlot.objects.filter(plan__audit=audit)
    ahead = slots.filter(starts_at__date__gt=moments.today)

    assert Counter(samples.values_list("subject", "state")) == {
        (SampleSubject.SITES, SampleState.DRAWN): 1,
        (SampleSubject.UNITS, SampleState.CONCLUDED): 1,
        (SampleSubject.UNITS, SampleState.DRAWN): 1,
    }
    assert slots.filter(kind=SlotKind.OPENING, held_at__isnull=False).count() == 2
    assert slots.get(kind=SlotKind.CLOSING).held_at is None
    assert set(ahead.values_list("site__name", flat=True)) == {"Lyon", "Massy", SUBCONTRACTED, None}
    assert ProgrammeLine.objects.get(audit=audit).sites.count() == 3


def test_its_actions_are_late_done_and_verified_by_somebody_else(audit):
    rows = CorrectiveAction.objects.filter(finding__audit=audit)

    assert Counter(rows.values_list("state", flat=True)) == {
        "VERIFIED": 4, "IN_PROGRESS": 4, "PLANNED": 3, "DONE": 1,
    }  # fmt: skip
    assert rows.overdue(timezone.localdate()).count() == 2
    assert all(row.verified_by_id != row.owner_id for row in rows.filter(state="VERIFIED"))


def test_its_days_are_counted_from_today(file, audit, moments):
    today = moments.today
    slots = PlanSlot.objects.filter(plan__audit=audit)

    assert file.target_date == audit.end_date == today + timedelta(days=9)
    assert audit.start_date == moments.workday(-140)
    assert slots.get(kind=SlotKind.CLOSING).starts_at.date() == moments.last_workday_by(9)
    assert slots.filter(starts_at__date=moments.workday(1)).count() == 2
    late, refused = EvidenceRequest.objects.filter(
        audit=audit, state=RequestState.ASKED, due_date__lte=today + timedelta(days=2)
    ).order_by("due_date")
    assert [row.due_date for row in (late, refused)] == [
        today - timedelta(days=2), today + timedelta(days=2),
    ]  # fmt: skip
    presented = set(audit.findings.exclude(presented_at=None).values_list("presented_at__date"))
    assert presented == {(moments.workday(day),) for day in (-138, -29, -4)}


@pytest.fixture(scope="module")
def minor():
    """Limits of a minor nonconformity in the shipped scheme, in days of the calendar."""
    path = settings.BASE_DIR / "fixtures" / "referentials" / "sfr-2004.yaml"
    grades = yaml.load(path.read_text(), LOADER)["scheme"]["grades"]
    return next(grade for grade in grades if grade["code"] == "NC_MIN")


@pytest.mark.parametrize("day", [2, 16, 28])
def test_what_is_late_is_late_whatever_the_day(minor, day):
    """Holidays move working days against the days of the calendar that limits are counted in."""
    first, second, third = library.load("landline")["certification"]["presentations"]
    for today in (date(2027, month, day) for month in range(1, 13)):
        moments = Moments(today)

        made_worse = moments.workday(-6) - moments.workday(first)

        assert made_worse.days > minor["evidence_days"]
        assert (today - moments.workday(second)).days > minor["answer_days"]
        assert (today - moments.workday(third)).days < minor["answer_days"]
        assert today < moments.workday(3) <= moments.last_workday_by(9)
