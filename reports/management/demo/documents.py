"""The documents of the demonstration, made as on screen and copied into a folder."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.management import CommandError
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from audits.enums import AuditKind, AuditState
from audits.models import Audit, Certification, CommitteeMeeting
from crcaudit.accounts.models import User
from reports import actions, storage
from reports.enums import ReportKind, ReportState
from reports.models import Report

LANGUAGE = "fr"


@dataclass(frozen=True, slots=True)
class Made:
    """A finished report and where its copy is; ``is_new`` when this run made it."""

    report: Report
    path: Path
    is_new: bool


def make_documents(certification: Certification, *, by: User, folder: Path) -> Iterator[Made]:
    """The diagnosis report of a validated diagnosis, the control plan, the pack of a committee.

    The pack is that of the last committee that was held; none when none was. Each is yielded as
    soon as it is made. A finished report is taken as it is, whatever changed since: a new one is
    asked for on screen.

    Raises:
        CommandError: when a document cannot be made, with its cause.
    """
    diagnosis = certification.audits.filter(
        kind=AuditKind.DIAGNOSIS, state=AuditState.VALIDATED
    ).first()
    wanted: list[tuple[ReportKind, Audit | None]] = [(ReportKind.CONTROL_PLAN, None)]
    if diagnosis is not None:
        wanted.insert(0, (ReportKind.DIAGNOSIS, diagnosis))
    for kind, audit in wanted:
        yield _made(kind, certification, audit, by=by, folder=folder)
    held = CommitteeMeeting.objects.held().filter(organisation=certification.organisation)
    meeting = held.select_related("organisation").order_by("-starts_on", "-pk").first()
    if meeting is not None:
        yield _made_pack(meeting, by=by, folder=folder)


def _made(
    kind: ReportKind, certification: Certification, audit: Audit | None, *, by: User, folder: Path
) -> Made:
    report = _finished(kind, certification)
    is_new = report is None
    if report is None:
        report = actions.request_report(
            kind=kind,
            certification=certification,
            audit=audit,
            language=LANGUAGE,
            by=by,
            at=timezone.now(),
        )
        actions.build_report(report_id=report.pk)
        report.refresh_from_db()
    return _kept(report, folder, is_new=is_new)


def _made_pack(meeting: CommitteeMeeting, *, by: User, folder: Path) -> Made:
    """The same request again is the same report: what is ready is taken as it is."""
    at = timezone.now()
    report = actions.request_pack(meeting=meeting, language=LANGUAGE, by=by, at=at)
    is_new = report.state != ReportState.READY
    if is_new:
        actions.build_report(report_id=report.pk)
        report.refresh_from_db()
    return _kept(report, folder, is_new=is_new)


def _kept(report: Report, folder: Path, *, is_new: bool) -> Made:
    if report.state != ReportState.READY:
        raise CommandError(
            _("%(title)s could not be made. %(cause)s")
            % {"title": report.title, "cause": report.error or report.get_state_display()}
        )
    return Made(report, _copy(report, folder), is_new)


def _finished(kind: ReportKind, certification: Certification) -> Report | None:
    rows = certification.reports.filter(kind=kind, language=LANGUAGE, state=ReportState.READY)
    return rows.order_by("-revision").first()


def _copy(report: Report, folder: Path) -> Path:
    """Copy the file of a report, once its bytes are those that were finished."""
    source = storage.full_path(report.file_path)
    if storage.fingerprint(source).sha256 != report.file_sha256:
        raise CommandError(
            _("The file of %(report)s is not the one that was made: restore a backup.")
            % {"report": report}
        )
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{slugify(report.title)}-{report.reference}-r{report.revision}.pdf"
    shutil.copyfile(source, target)
    return target
