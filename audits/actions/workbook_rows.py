"""Writing many requirements at once as the grid writes one: version, verdict, roll-up, journal.

And what every kind of row of a workbook shares while it is written.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from audits import permissions
from audits.actions import rollup
from audits.actions import verdict_proposal as proposals
from audits.actions.assessment import COMMENTED, KIND, RATED, UNDONE, judgement
from audits.actions.verdict_proposal import Offer
from audits.models import Assessment, Audit, Finding
from audits.models.workbook import Kind
from audits.workbook.fields import Unit, Values, part, values_of
from audits.workbook.review import Cell
from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import NotAvailableError, UserError

_COLUMNS = (
    "status",
    "level",
    "points",
    "is_conform",
    "na_reason",
    "comment",
    "shape",
    "version",
    "updated_at",
    "updated_by",
)
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Write:
    """One part of a requirement to write: level and reason, or comment. ``action`` as noted."""

    row: Assessment
    unit: Unit
    action: str
    values: tuple[str, ...]


def gathered(cells: Sequence[Cell]) -> list[tuple[Any, Values]]:
    """The rows of these cells, each once, with what they bring by name."""
    found: dict[int, tuple[Any, Values]] = {}
    for cell in cells:
        found.setdefault(cell.row.pk, (cell.row, {}))[1].update(cell.changes)
    return list(found.values())


def refuse_writing(name: str) -> NoReturn:
    """A right, or the row itself, went since the preview: then nothing is written."""
    text = _("You may no longer write %(code)s: nothing was changed.")
    raise NotAvailableError(text % {"code": name})


@contextmanager
def named(name: str) -> Iterator[None]:
    """Whatever an action refuses is said with the name of the row."""
    try:
        yield
    except UserError as error:
        raise NotAvailableError(
            _("%(name)s: %(problem)s") % {"name": name, "problem": error}
        ) from error


def write_requirements(
    cells: Sequence[Cell], *, audit: Audit, by: User, at: datetime
) -> list[dict[str, Any]]:
    """Rate and comment. Raises NotAvailableError naming the first one that may not be written."""
    actions = {Unit.RATING: RATED, Unit.COMMENT: COMMENTED}
    writes = [
        Write(cell.row, cell.unit, actions[cell.unit], part(cell.brought, cell.kind, cell.unit))
        for cell in cells
        if isinstance(cell.row, Assessment)
    ]
    rated = {write.row.pk: write.row for write in writes if write.unit is Unit.RATING}
    offers = proposals.offers_for(audit, rated.values(), at=at) if rated else {}
    reasons = _reasons(writes, offers)
    written = _write(writes, audit=audit, by=by, at=at)
    for pk, offer in offers.items():
        rated[pk].audit = audit
        proposals.keep_choice(rated[pk], offer, reason=reasons[pk], by=by, at=at)
    return written


def _reasons(writes: Sequence[Write], offers: Mapping[int, Offer]) -> dict[int, str]:
    """Why each rating departs from what the measures propose: its comment says it.

    Raises NotAvailableError naming the first one without a comment.
    """
    comments = {write.row.pk: write.values[0] for write in writes if write.unit is Unit.COMMENT}
    found = {}
    for write in writes:
        offer = offers.get(write.row.pk)
        if write.unit is not Unit.RATING or offer is None:
            continue
        level, na_reason = write.values
        reason = na_reason or comments.get(write.row.pk, write.row.comment).strip()
        try:
            proposals.require_reason(offer, level=level, reason=reason)
        except proposals.DepartureNeededError as error:
            text = _(
                "%(code)s: the measures propose another rating. Write in the comment why you "
                "depart from it: nothing was changed."
            )
            raise NotAvailableError(text % {"code": write.row.code}) from error
        found[write.row.pk] = reason
    return found


def put_back_requirements(
    items: Sequence[dict[str, Any]], rows: dict[int, Assessment], *, by: User, at: datetime
) -> None:
    """What `write_requirements` did, taken back. Raises NotAvailableError as it does."""
    writes = [
        Write(rows[item["pk"]], Unit(unit), UNDONE, tuple(values))
        for item in items
        for unit, values in item["before"].items()
    ]
    for write in writes:
        if write.unit is Unit.RATING:
            proposals.forget_choice(write.row)
    if writes:
        _write(writes, audit=writes[0].row.audit, by=by, at=at)


def _write(
    writes: Sequence[Write], *, audit: Audit, by: User, at: datetime
) -> list[dict[str, Any]]:
    """Write all of them; the rows are locked by the caller, in whose transaction this runs.

    Gives, by requirement, what an undo needs. A requirement of several parts gets one version and
    one journal row for each.

    Raises:
        UserError: see `judgement`.
    """
    written: dict[int, dict[str, Any]] = {}
    rows: dict[int, Assessment] = {}
    changes = []
    may_rate = permissions.can_rate(by, audit)
    for write in writes:
        is_comment = write.unit is Unit.COMMENT
        if not (may_rate or (is_comment and permissions.can_comment(by, write.row))):
            refuse_writing(write.row.code)
        row = rows.setdefault(write.row.pk, write.row)
        item = {"kind": Kind.REQUIREMENT, "pk": row.pk, "before": {}, "version": row.version + 1}
        kept = written.setdefault(row.pk, item)
        kept["before"][write.unit.value] = part(values_of(row), Kind.REQUIREMENT, write.unit)
        changes.append(_change(row, write, audit))
    _with_findings(rows)
    for row in rows.values():
        row.shape = rollup.shape_of(row)
        row.version, row.updated_at, row.updated_by = row.version + 1, at, by
    Assessment.objects.bulk_update(rows.values(), _COLUMNS, batch_size=_BATCH)
    for section, site in {(row.section_id, row.site_id) for row in rows.values()}:
        rollup.refresh_section(audit_id=audit.pk, section_id=section, site_id=site)
    if changes:
        stream = journal.organisation_stream(audit.organisation.key)
        journal.record_many(changes, stream=stream, by=by, at=at)
    return list(written.values())


def _change(row: Assessment, write: Write, audit: Audit) -> journal.Change:
    """Set the values on the row, and say from what to what."""
    values = _columns(write, audit)
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    return journal.Change(write.action, KIND, row.pk, row.code, before=before, after=values)


def _columns(write: Write, audit: Audit) -> dict[str, Any]:
    if write.unit is Unit.COMMENT:
        return {"comment": write.values[0]}
    level, reason = write.values
    return asdict(judgement(audit.scale, level=level, na_reason=reason))


def _with_findings(rows: dict[int, Assessment]) -> None:
    """Open findings of the rows, which count in their verdict: one query."""
    found: dict[int, list[Finding]] = {pk: [] for pk in rows}
    open_ones = Finding.objects.open().filter(assessment__in=rows)
    for finding in open_ones.select_related("grade").order_by("grade__position", "number"):
        found[finding.assessment_id].append(finding)
    for pk, row in rows.items():
        row.open_findings = found[pk]  # type: ignore[attr-defined]
