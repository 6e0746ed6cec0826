"""The process that renders one document: ``python -m reports.builders.child``.

It has limits of its own and needs no database. It ends when its parent dies, so that a killed
server leaves nothing behind that goes on writing.
"""

import ctypes
import io
import os
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

MEMORY_BYTES = 1024**3
CPU_SECONDS = 180
PR_SET_PDEATHSIG = 1


def main() -> int:
    """Read the job, make the document, say how it ended. 0 when the document was made."""
    _limit()
    _follow_parent(os.getppid())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crcaudit.settings")
    import django

    django.setup()
    from reports.builders import run
    from reports.builders.meta import ReportMeta, ReportRenderError

    job = run.job_from_json(sys.stdin.read())
    fields = job["meta"]
    fields["created_on"] = date.fromisoformat(fields["created_on"])
    fields["distribution"] = tuple(fields["distribution"])
    try:
        pdf = _build(job, ReportMeta(**fields), _say)
    except ReportRenderError as error:
        print(run.error_line(str(error)), flush=True)
        return 1
    _write(Path(job["output"]), pdf)
    print(run.result_line(run.Rendered(pages=_count_pages(pdf))), flush=True)
    return 0


def _build(job: dict[str, Any], meta: Any, progress: Callable[[int, int, str], None]) -> bytes:
    from audits.snapshots import AuditPlanSnapshot, AuditSnapshot, ControlPlanSnapshot, from_json
    from audits.snapshots.committee import CommitteePack
    from reports.builders.pdf_audit import build_audit_pdf
    from reports.builders.pdf_audit_plan import build_audit_plan_pdf
    from reports.builders.pdf_committee_pack import build_committee_pack_pdf
    from reports.builders.pdf_control_plan import build_control_plan_pdf
    from reports.builders.pdf_diagnosis import build_diagnosis_pdf

    text = job["snapshot"]
    if job["document"] == "CONTROL_PLAN":
        plan = from_json(ControlPlanSnapshot, text)
        return build_control_plan_pdf(plan, meta, progress=progress, text=text)
    if job["document"] == "AUDIT_PLAN":
        audit_plan = from_json(AuditPlanSnapshot, text)
        return build_audit_plan_pdf(audit_plan, meta, progress=progress, text=text)
    if job["document"] == "COMMITTEE_PACK":
        pack = from_json(CommitteePack, text)
        return build_committee_pack_pdf(pack, meta, progress=progress, text=text)
    build = build_diagnosis_pdf if job["document"] == "DIAGNOSIS" else build_audit_pdf
    return build(from_json(AuditSnapshot, text), meta, progress=progress, text=text)


def _say(done: int, total: int, step: str) -> None:
    from reports.builders import run

    print(run.progress_line(done, total, step), flush=True)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _count_pages(pdf: bytes) -> int:
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


def _limit() -> None:
    """Memory and processor time of one document."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


def _follow_parent(parent: int) -> None:
    """Die with the parent, where the system can tell."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked
        sys.exit(1)


if __name__ == "__main__":
    sys.exit(main())
