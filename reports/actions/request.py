"""Asking for a document: its data are frozen here, and what was already asked is not asked twice.

``journal_root`` is left out when two snapshots are compared: the request itself adds to the
journal, so that a second click would otherwise be about other data.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from audits import snapshots
from audits.models import Audit, AuditPlan, Certification, CommitteeMeeting
from audits.snapshots import AuditSnapshot, ControlPlanSnapshot
from crcaudit.accounts.models import Organisation, User
from crcaudit.core.exceptions import UserError
from crcaudit.core.version import application_version
from reports.actions import trace
from reports.enums import PENDING, TEMPLATE_VERSIONS, ReportKind, ReportState
from reports.models import Report

_LIVE_KEYS = ("journal_root",)
_PLAN_RULE = "-"


class QuotaError(UserError):
    """Too many reports of one person are waiting: answered with 429."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document as asked for, with its data. ``text`` is the canonical JSON.

    About a certification file, or one of its audits; or about a meeting of the organisation.
    """

    kind: ReportKind
    certification: Certification | None
    audit: Audit | None
    language: str
    reference: str
    is_draft: bool
    rule_version: str
    text: str
    meeting: CommitteeMeeting | None = None

    @property
    def template_version(self) -> str:
        """Version of the layout in force."""
        return TEMPLATE_VERSIONS[self.kind]

    @property
    def organisation(self) -> Organisation:
        """Whose document it is."""
        if self.meeting is not None:
            return self.meeting.organisation
        if self.certification is None:
            raise ValueError("A document is of a file, or of a meeting.")
        return self.certification.organisation


@transaction.atomic
def request_report(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    kind: ReportKind,
    certification: Certification,
    audit: Audit | None,
    language: str,
    by: User,
    at: datetime,
) -> Report:
    """The report that answers the request: a new revision, or the one that already does.

    The same data in the same layout are one document: waiting or ready, it is returned as it
    is; failed or cancelled, it goes back to the queue under its own number.

    Args:
        kind: DIAGNOSIS, AUDIT and AUDIT_PLAN need ``audit``; CONTROL_PLAN takes None.
        certification: file of the audit, or whose plan is wanted.
        audit: what to report on; its frozen snapshot once validated.
        language: "fr" or "en".
        by: who asks.
        at: becomes the date of the document.

    Raises:
        QuotaError: too many reports of this person are waiting.
        UserError: the audit was validated without this language, or has no plan yet.
    """
    # Requests about one file come one after the other, so that two clicks see each other.
    Certification.objects.select_for_update().get(pk=certification.pk)
    return request_wanted(_freeze(kind, certification, audit, language, at), by=by, at=at)


def request_wanted(wanted: Wanted, *, by: User, at: datetime) -> Report:
    """As `request_report`, once what the document is about is locked and frozen."""
    found = _already_asked(wanted)
    if found is not None and found.state in {*PENDING, ReportState.READY}:
        return found
    _require_quota(by)
    report = _requeue(found, by, at) if found is not None else _create(wanted, by, at)
    trace.record(
        report,
        trace.REQUESTED,
        by=by,
        at=at,
        after={
            "kind": report.kind,
            "language": report.language,
            "revision": report.revision,
            "snapshot_sha256": report.snapshot_sha256,
        },
    )
    return report


def _freeze(
    kind: ReportKind,
    certification: Certification,
    audit: Audit | None,
    language: str,
    at: datetime,
) -> Wanted:
    if audit is None:
        plan = snapshots.control_plan_snapshot(certification, language=language, on=localdate(at))
        return _wanted_plan(kind, certification, plan)
    if kind == ReportKind.AUDIT_PLAN:
        return _wanted_audit_plan(certification, audit, language)
    text = _audit_text(audit, language, at)
    snapshot = snapshots.from_json(AuditSnapshot, text)
    return Wanted(
        kind=kind,
        certification=certification,
        audit=audit,
        language=language,
        reference=audit.reference,
        is_draft=snapshot.is_draft,
        rule_version=snapshot.rule_version,
        text=text,
    )


def _audit_text(audit: Audit, language: str, at: datetime) -> str:
    if audit.is_open:
        return snapshots.to_json(
            snapshots.audit_snapshot(audit, language=language, on=localdate(at))
        )
    text = audit.frozen.get(language)
    if not text:
        raise UserError(_("This audit was validated without this language: choose the other one."))
    return str(text)


def _wanted_plan(
    kind: ReportKind, certification: Certification, plan: ControlPlanSnapshot
) -> Wanted:
    return Wanted(
        kind=kind,
        certification=certification,
        audit=None,
        language=plan.language,
        reference=f"PMCI-{certification.reference}",
        is_draft=plan.is_draft,
        rule_version=_PLAN_RULE,
        text=snapshots.to_json(plan),
    )


def _wanted_audit_plan(certification: Certification, audit: Audit, language: str) -> Wanted:
    """The plan as it stands: sent while the audit is open, it is no draft."""
    plan = AuditPlan.objects.filter(audit=audit).first()
    if plan is None:
        raise UserError(_("This audit has no plan yet."))
    snapshot = snapshots.audit_plan_snapshot(audit, plan, language=language)
    return Wanted(
        kind=ReportKind.AUDIT_PLAN,
        certification=certification,
        audit=audit,
        language=language,
        reference=f"PA-{audit.reference}",
        is_draft=False,
        rule_version=_PLAN_RULE,
        text=snapshots.to_json(snapshot),
    )


def _already_asked(wanted: Wanted) -> Report | None:
    """Of those waiting, or else the newest one: the report with the same data.

    A waiting one counts whatever its layout; a finished one only in the layout in force.
    """
    rows = Report.objects.filter(
        certification=wanted.certification,
        audit=wanted.audit,
        meeting=wanted.meeting,
        kind=wanted.kind,
        language=wanted.language,
    ).select_related("organisation")
    content = _content(wanted.text)
    for row in rows.pending().order_by("-revision"):
        if _content(row.snapshot) == content:
            return row
    newest = rows.order_by("-revision").first()
    if newest is None or newest.template_version != wanted.template_version:
        return None
    return newest if _content(newest.snapshot) == content else None


def _content(text: str) -> dict[str, object]:
    data: dict[str, object] = json.loads(text)
    for key in _LIVE_KEYS:
        data.pop(key, None)
    return data


def _require_quota(by: User) -> None:
    limit = settings.REPORT_MAX_WAITING_PER_USER
    waiting = Report.objects.filter(state=ReportState.QUEUED, requested_by=by)
    if waiting.count() >= limit:
        raise QuotaError(
            _(
                "%(limit)d of your reports are already waiting: "
                "wait until one of them is ready, or cancel one."
            )
            % {"limit": limit}
        )


def _create(wanted: Wanted, by: User, at: datetime) -> Report:
    organisation = wanted.organisation
    with translation.override(wanted.language):
        title = str(ReportKind(wanted.kind).label)
    return Report.objects.create(
        kind=wanted.kind,
        organisation=organisation,
        certification=wanted.certification,
        audit=wanted.audit,
        meeting=wanted.meeting,
        reference=wanted.reference,
        revision=_next_revision(organisation.pk, wanted),
        title=title,
        language=wanted.language,
        is_draft=wanted.is_draft,
        requested_at=at,
        requested_by=by,
        snapshot=wanted.text,
        snapshot_sha256=snapshots.digest(wanted.text),
        rule_version=wanted.rule_version,
        template_version=wanted.template_version,
        app_version=application_version(),
    )


def _next_revision(organisation_id: int, wanted: Wanted) -> int:
    rows = Report.objects.filter(
        organisation=organisation_id, reference=wanted.reference, language=wanted.language
    )
    last: int | None = rows.aggregate(last=Max("revision"))["last"]
    return (last or 0) + 1


def _requeue(report: Report, by: User, at: datetime) -> Report:
    """Nothing was made yet, so the document takes the date and the name of the new request."""
    report.requested_by, report.requested_at = by, at
    report.state, report.attempt, report.error = ReportState.QUEUED, 0, ""
    report.done = report.total = 0
    report.step, report.finished_at = "", None
    report.save(
        update_fields=[
            "requested_by", "requested_at", "state", "attempt", "error", "done", "total", "step",
            "finished_at",
        ]
    )  # fmt: skip
    return report
