"""Rating one requirement: nothing is lost, nothing changes without a trace."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone, translation

from audits.actions import assessment as actions
from audits.actions.audit import validate_audit
from audits.actions.rollup import rebuild
from audits.enums import AssessmentStatus
from audits.models import Assessment, SectionRollup
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import SiteFactory, UserFactory
from tests.factories.audits import (
    CertificationFactory,
    FindingFactory,
    first_assessment,
    running_audit,
)
from tests.queries import counted

pytestmark = [pytest.mark.unit, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _in_english():
    """The sentences below are those of the source, whatever the catalogues hold."""
    with translation.override("en"):
        yield


AT = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


@pytest.fixture
def row():
    return first_assessment(running_audit())


def rate(row, level, *, by=None, version=None, na_reason=""):
    return actions.rate(
        assessment=row,
        version=version or row.version,
        level=level,
        na_reason=na_reason,
        by=by or UserFactory(),
        at=AT,
    )


def rollups_of(audit):
    rows = SectionRollup.objects.filter(audit=audit).order_by("section", "site").values()
    return [line | {"id": None} for line in rows]


@pytest.mark.parametrize(
    ("level", "points", "conform", "shape"),
    [("C", 100, True, "ok"), ("P", 50, False, "part"), ("NC", 0, False, "minor")],
)
def test_a_level_brings_its_points_and_verdict(row, level, points, conform, shape):
    rate(row, level)

    row.refresh_from_db()
    assert (row.status, row.level, row.points) == (AssessmentStatus.RATED, level, points)
    assert (row.is_conform, row.shape) == (conform, shape)


def test_not_applicable_needs_its_reason(row):
    with pytest.raises(UserError, match="Say why"):
        rate(row, "NA", na_reason="   ")

    rate(row, "NA", na_reason="Aucun point de vente")
    row.refresh_from_db()
    assert (row.status, row.points) == (AssessmentStatus.NOT_APPLICABLE, None)
    assert row.na_reason == "Aucun point de vente"


def test_leaving_not_applicable_forgets_the_reason(row):
    rate(row, "NA", na_reason="Aucun point de vente")
    rate(row, "C")

    row.refresh_from_db()
    assert (row.na_reason, row.level) == ("", "C")


def test_an_unknown_level_is_refused(row):
    with pytest.raises(UserError):
        rate(row, "A+")


def test_a_rating_can_be_taken_back(row):
    rate(row, "C")
    rate(row, "")

    row.refresh_from_db()
    assert (row.status, row.shape) == (AssessmentStatus.NOT_ASSESSED, "none")


def test_the_second_writer_changes_nothing_and_sees_the_first(row):
    first, second = UserFactory(), UserFactory()
    stale = Assessment.objects.select_related("audit__organisation").get(pk=row.pk)
    rate(row, "C", by=first)

    with pytest.raises(EditConflictError) as caught:
        rate(stale, "NC", by=second, version=1)

    row.refresh_from_db()
    assert (row.level, row.updated_by) == ("C", first)
    assert (caught.value.current.level, caught.value.current.updated_by) == ("C", first)
    assert JournalEntry.objects.filter(action="assessment.rated").count() == 1


def test_an_open_major_finding_shows_on_a_compliant_requirement(row):
    FindingFactory(assessment=row)

    rate(row, "C")

    row.refresh_from_db()
    assert row.shape == "major"


def test_comment_keeps_every_visible_character(row):
    text = "Écart 👩‍💻 العربية =1+1 <b>\n\tdeuxième ligne"

    actions.comment(assessment=row, version=1, text=text, by=UserFactory(), at=AT)

    row.refresh_from_db()
    assert row.comment == text


def test_undo_brings_back_the_reason_as_well(row):
    user = UserFactory()
    rate(row, "NA", by=user, na_reason="Aucun point de vente")
    rate(row, "C", by=user)

    actions.undo(assessment=row, version=row.version, by=user, at=AT)

    row.refresh_from_db()
    assert (row.status, row.na_reason) == ("NOT_APPLICABLE", "Aucun point de vente")
    assert row.shape == "na"


def test_undo_leaves_the_change_of_somebody_else_alone(row):
    mine = UserFactory()
    rate(row, "P", by=mine)
    rate(row, "C", by=UserFactory())

    with pytest.raises(NotAvailableError):
        actions.undo(assessment=row, version=row.version, by=mine, at=AT)

    row.refresh_from_db()
    assert row.level == "C"


def test_undo_of_an_undo_is_not_offered(row):
    user = UserFactory()
    rate(row, "P", by=user)
    actions.undo(assessment=row, version=row.version, by=user, at=AT)

    with pytest.raises(NotAvailableError):
        actions.undo(assessment=row, version=row.version, by=user, at=AT)


def test_every_change_leaves_who_from_and_to(row):
    user = UserFactory()
    rate(row, "P", by=user)
    rate(row, "C", by=user)

    entry = JournalEntry.objects.order_by("sequence").last()
    assert (entry.action, entry.actor, entry.at) == ("assessment.rated", str(user.key), AT)
    assert (entry.before["level"], entry.after["level"]) == ("P", "C")


def test_a_validated_audit_no_longer_changes(row):
    user = UserFactory()
    rate(row, "C")
    validate_audit(audit=row.audit, by=user, at=timezone.now())
    row = Assessment.objects.select_related("audit__organisation").get(pk=row.pk)

    for change in (
        lambda: rate(row, "NC"),
        lambda: actions.comment(assessment=row, version=2, text="x", by=user, at=AT),
        lambda: actions.undo(assessment=row, version=2, by=user, at=AT),
        lambda: actions.assign(assessment=row, to=user, by=user, at=AT),
    ):
        with pytest.raises(NotAvailableError):
            change()
    row.refresh_from_db()
    assert (row.level, row.comment, row.version) == ("C", "", 2)


def test_assigning_is_traced(row):
    contributor = UserFactory()

    actions.assign(assessment=row, to=contributor, by=UserFactory(), at=AT)

    row.refresh_from_db()
    assert row.assigned_to == contributor
    entry = JournalEntry.objects.order_by("sequence").last()
    assert entry.after == {"assigned_to": str(contributor.key)}


def test_roll_ups_equal_their_rebuild_after_many_changes():
    audit = running_audit()
    rows = list(audit.assessments.select_related("audit__organisation").order_by("position"))
    FindingFactory(assessment=rows[0])
    for row, level in zip(rows, ("C", "P", "NC", "NA"), strict=True):
        rate(row, level, na_reason="Sans objet")
    rate(rows[2], "C")
    rate(rows[1], "")
    kept = list(SectionRollup.objects.order_by("section").values())

    rebuild()

    again = list(SectionRollup.objects.order_by("section").values())
    assert [{**line, "id": None} for line in kept] == [{**line, "id": None} for line in again]
    assert [(line["examined"], line["reached"], line["worst"]) for line in kept] == [
        (1, 200, "major"),
        (1, 200, "ok"),
    ]


@pytest.mark.parametrize("is_per_site", [False, True])
def test_a_rebuild_mends_what_is_wrong_and_leaves_the_rest_alone(is_per_site):
    certification = CertificationFactory()
    certification.sites.set(SiteFactory.create_batch(2, organisation=certification.organisation))
    audit = running_audit(certification=certification, is_per_site=is_per_site)
    for row in audit.assessments.select_related("audit__organisation"):
        rate(row, "P")
    right = rollups_of(audit)
    wrong, missing, *_rest = SectionRollup.objects.order_by("pk")
    extra = audit.sections.get(level="DOMAIN")
    SectionRollup.objects.filter(pk=wrong.pk).update(reached=1)
    missing.delete()
    SectionRollup.objects.create(audit=audit, section=extra, total=9)

    written = rebuild()

    assert written == 2
    assert rollups_of(audit) == right
    assert rebuild() == 0


def test_saving_a_rating_takes_eight_queries(row):
    user = UserFactory()
    rate(row, "P", by=user)
    row = Assessment.objects.select_related("audit__organisation").get(pk=row.pk)

    with counted() as statements:
        rate(row, "C", by=user)

    # One of them asks whether measures propose a rating: a screen reads that with the row.
    assert len(statements) == 8
