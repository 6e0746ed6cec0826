"""Which requirements a piece of evidence proves. A link is ended, never removed."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from audits.actions.rollup import refresh_evidence
from audits.enums import AuditState
from audits.models import Assessment, Audit, Evidence, EvidenceLink, EvidenceVersion
from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import NotAvailableError, UserError

# The journal keeps links with the requirement, whose history they are.
KIND = "assessment"
LINKED, UNLINKED = "evidence.linked", "evidence.unlinked"


@transaction.atomic
def link_evidence(
    *, evidence: Evidence, assessments: Sequence[Assessment], by: User, at: datetime
) -> int:
    """Link evidence to several requirements; how many are new. Links that exist stay.

    Raises:
        NotAvailableError: when an audit is validated, or the evidence was withdrawn.
        UserError: when a requirement is of another organisation.
    """
    if evidence.withdrawn_at is not None:
        raise NotAvailableError(_("This evidence was withdrawn: it is no longer linked."))
    if any(row.audit.organisation_id != evidence.organisation_id for row in assessments):
        raise UserError(_("Evidence only proves requirements of its own organisation."))
    added = attach(evidence, assessments, by=by, at=at)
    changes = [linked_change(evidence, assessment) for assessment in added]
    if changes:
        journal.record_many(changes, stream=_stream(evidence), by=by, at=at)
    return len(added)


@transaction.atomic
def unlink_evidence(*, link: EvidenceLink, by: User, at: datetime) -> None:
    """End a link, which stays in the history with who ended it. Twice is once.

    Raises:
        NotAvailableError: when the audit is validated.
    """
    link = (
        EvidenceLink.objects.select_for_update(of=("self",))
        .select_related("evidence__organisation", "assessment__audit")
        .get(pk=link.pk)
    )
    if link.unlinked_at is not None:
        return
    _lock_open([link.assessment])
    link.unlinked_at, link.unlinked_by = at, by
    link.save(update_fields=["unlinked_at", "unlinked_by"])
    refresh_evidence([link.assessment_id])
    change = journal.Change(
        UNLINKED,
        KIND,
        link.assessment_id,
        link.assessment.code,
        before={"evidence": link.evidence.reference},
    )
    journal.record(change, stream=_stream(link.evidence), by=by, at=at)


def attach(
    evidence: Evidence, assessments: Iterable[Assessment], *, by: User, at: datetime
) -> list[Assessment]:
    """Link inside a transaction, without journal; the assessments newly linked.

    Raises NotAvailableError when an audit is validated.
    """
    wanted = list(assessments)
    _lock_open(wanted)
    known = set(evidence.links.filter(unlinked_at=None).values_list("assessment_id", flat=True))
    added = [row for row in wanted if row.pk not in known]
    EvidenceLink.objects.bulk_create(
        EvidenceLink(evidence=evidence, assessment=row, linked_at=at, linked_by=by) for row in added
    )
    refresh_evidence(row.pk for row in added)
    return added


def refresh(evidence: Evidence) -> None:
    """Compute again what open audits show of this evidence, after its validity changed."""
    refresh_evidence(counted_links(evidence.pk).values_list("assessment_id", flat=True))


def renew(evidence: Evidence) -> None:
    """A newer file is there: in audits under way each requirement has it reviewed again."""
    keys = list(counted_links(evidence.pk).values_list("pk", flat=True))
    EvidenceLink.objects.filter(pk__in=keys).update(review="")
    refresh(evidence)


def counted_links(evidence_id: int) -> QuerySet[EvidenceLink]:
    """Links in force to requirements of audits under way: where a change of evidence is seen."""
    return EvidenceLink.objects.filter(
        evidence=evidence_id, unlinked_at=None, assessment__audit__state=AuditState.IN_PROGRESS
    )


def same_file(assessment: Assessment, sha256: str) -> Evidence | None:
    """Evidence linked to the requirement already whose current version has these bytes."""
    newest = EvidenceVersion.objects.filter(evidence=OuterRef("pk")).order_by("-number")
    linked = Evidence.objects.filter(
        links__assessment=assessment, links__unlinked_at=None, withdrawn_at=None
    ).annotate(newest=Subquery(newest.values("sha256")[:1]))
    return linked.filter(newest=sha256).first()


def linked_change(evidence: Evidence, assessment: Assessment) -> journal.Change:
    """The journal row of one link."""
    return journal.Change(
        LINKED, KIND, assessment.pk, assessment.code, after={"evidence": evidence.reference}
    )


def require_open(audit: Audit) -> None:
    """Raise NotAvailableError when the audit is validated."""
    if not audit.is_open:
        raise NotAvailableError(
            _(
                "The audit %(reference)s is validated: its evidence no longer changes. "
                "Link the evidence in an audit under way."
            )
            % {"reference": audit.reference}
        )


def _lock_open(assessments: Iterable[Assessment]) -> None:
    keys = {row.audit_id for row in assessments}
    rows = Audit.objects.select_for_update(of=("self",)).defer("frozen")
    for audit in rows.filter(pk__in=keys).order_by("pk"):
        require_open(audit)


def _stream(evidence: Evidence) -> str:
    return journal.organisation_stream(evidence.organisation.key)
