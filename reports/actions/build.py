"""Making one report: claim, render in a child process, finish. Safe to run any number of times."""

import errno
import logging
from pathlib import Path

from django.utils import timezone, translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from reports import permissions, storage
from reports.actions import jobs
from reports.actions.hold import Hold
from reports.builders import run
from reports.builders.meta import ReportMeta, ReportRenderError
from reports.models import Report

logger = logging.getLogger(__name__)


def build_report(*, report_id: int) -> bool:
    """Make a waiting report, when nobody else does. True when there was one to make.

    What cannot succeed ends in FAILED with its cause; what may succeed another time goes back
    to the queue until the attempts are used up, and is raised for the log.
    """
    report = jobs.claim(report_id=report_id, at=timezone.now())
    if report is None:
        return False
    with translation.override(report.requested_by.language):
        _make(report)
    return True


def _make(report: Report) -> None:
    asker = report.requested_by
    if not asker.is_active or not permissions.can_request_again(asker, report):
        cause = _("The person who asked for this report no longer has the right to it.")
        jobs.fail(report, cause=cause, at=timezone.now())
        return
    part = storage.new_part(report.key, report.attempt)
    try:
        pages = _render(report, part)
        storage.settle(part)
        jobs.finish(report, part=part, pages=pages, at=timezone.now())
    except run.RenderCancelledError:
        logger.info("Report %s was cancelled or taken over.", report.key)
    except run.RenderBrokenError as error:
        jobs.return_to_queue(report, cause=str(error), at=timezone.now())
        raise
    except ReportRenderError as error:
        jobs.fail(report, cause=str(error), at=timezone.now())
    except Exception as error:
        jobs.return_to_queue(report, cause=_cause(error), at=timezone.now())
        raise
    finally:
        part.unlink(missing_ok=True)


def _render(report: Report, part: Path) -> int:
    """Write the document into ``part``; its number of pages."""
    hold = Hold(report)
    job = run.RenderJob(
        document=report.kind,
        snapshot=report.snapshot,
        meta=meta_of(report),
        output=part,
    )
    return run.render_in_child(job, hold.on_progress, hold.is_cancelled).pages


def meta_of(report: Report) -> ReportMeta:
    """What the document says about itself. It depends on the row alone: same row, same bytes."""
    with translation.override(report.language):
        confidentiality = report.get_confidentiality_display()
    return ReportMeta(
        reference=report.reference,
        revision=f"{report.revision}.0",
        title=report.title,
        language=report.language,
        created_on=localdate(report.requested_at),
        confidentiality=confidentiality,
        prepared_by=str(report.requested_by),
        approved_by="",
        template_version=report.template_version,
        app_version=report.app_version,
        snapshot_sha256=report.snapshot_sha256,
        is_draft=report.is_draft,
        distribution=(),
    )


def _cause(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return _("There is not enough disk space left on the server. Your data are intact.")
    return _(
        "An unexpected error stopped the making of this report. "
        "Start it again; if that does not help, tell the person who runs the server."
    )
