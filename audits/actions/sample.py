"""Preparing a sample, drawing it, concluding it.

The server draws the seed in the very transaction of the draw, when the list is already recorded:
nobody can choose a list for a seed or a seed for a list. Whoever wants another draw prepares
another sample and says why; the first one stays.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audits.actions.once import require_same_form
from audits.actions.sample_fields import SampleFields, as_json, columns, fields_of
from audits.logic.sampling import Method, draw
from audits.models import Audit, Sample, SampleItem
from audits.sample_enums import SampleState
from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.formats import number
from crcaudit.core.numbering import next_number

KIND = "sample"
PREPARED, EDITED, DRAWN, CONCLUDED, TAKEN_UP = (
    "sample.prepared",
    "sample.edited",
    "sample.drawn",
    "sample.concluded",
    "sample.taken_up",
)
SEED_BYTES = 16
CHANGED = gettext_lazy("Somebody changed this sample meanwhile. Nothing was overwritten.")


@transaction.atomic
def prepare_sample(
    *, key: UUID, audit: Audit, fields: SampleFields, by: User, at: datetime
) -> Sample:
    """A new sample, still to be drawn. ``key`` is made when the form is shown.

    The same form sent twice gives the same sample.

    Raises:
        NotAvailableError: when the audit is validated, or the form was already sent with other
            contents.
        UserError: when the requirement is not one of the audit.
    """
    audit = Audit.objects.select_for_update(of=("self",)).get(pk=audit.pk)
    known = Sample.objects.filter(key=key).select_related("audit").first()
    if known is not None:
        require_same_form(kind=KIND, key=key, action=PREPARED, sent=as_json(fields), by=by)
        return known
    _require_open(audit)
    return _create(audit, fields, key=key, by=by, at=at)


@transaction.atomic
def edit_sample(
    *, sample: Sample, version: int, fields: SampleFields, by: User, at: datetime
) -> Sample:
    """Change a sample that is still to be drawn. Returns the row as saved.

    Raises:
        EditConflictError: when somebody changed it since ``version``.
        NotAvailableError: when it is drawn or the audit validated.
        UserError: when the requirement is not one of the audit.
    """
    sample = locked(sample)
    _require_draft(sample)
    _require_own(sample.audit, fields)
    old, new = as_json(fields_of(sample)), as_json(fields)
    if old == new:
        return sample
    changed = Sample.objects.filter(pk=sample.pk, version=version).update(
        **columns(fields), version=F("version") + 1
    )
    if not changed:
        raise EditConflictError(CHANGED, sample)
    names = [name for name in new if old[name] != new[name]]
    before, after = ({name: row[name] for name in names} for row in (old, new))
    record(sample, EDITED, before=before, after=after, by=by, at=at)
    return locked(sample)


@transaction.atomic
def draw_sample(*, sample: Sample, version: int, by: User, at: datetime) -> Sample:
    """Draw it, for ever. A second click of the same person changes nothing.

    Raises:
        EditConflictError: when somebody changed the list since ``version`` was shown.
        NotAvailableError: when somebody else drew it, or the audit is validated.
    """
    sample = locked(sample)
    if not sample.is_draft and sample.drawn_by_id == by.pk:
        return sample
    _require_draft(sample)
    if sample.version != version:
        raise EditConflictError(CHANGED, sample)
    seed = secrets.token_hex(SEED_BYTES)
    taken = draw(
        sample.units(),
        seed=seed,
        size=sample.size,
        method=Method(sample.method),
        chosen=sample.chosen,
    )
    SampleItem.objects.bulk_create(
        SampleItem(
            sample=sample,
            rank=rank,
            position=row.position,
            label=row.unit.label,
            stratum=row.unit.stratum,
            is_chosen=row.is_chosen,
        )
        for rank, row in enumerate(taken, start=1)
    )
    sample.mark_drawn(seed=seed, by=by, at=at)
    after = {
        "state": sample.state,
        "seed": seed,
        "algorithm": sample.algorithm,
        "population_hash": sample.population_hash,
        "size": sample.size,
    }
    record(sample, DRAWN, before={"state": SampleState.DRAFT}, after=after, by=by, at=at)
    return sample


@transaction.atomic
def prepare_another(*, sample: Sample, reason: str, by: User, at: datetime) -> Sample:
    """A new sample like this one, to be drawn in its place; this one stays with its results.

    The same step twice gives the same new sample, as long as it is still to be drawn.

    Raises:
        NotAvailableError: when the first one is still to be drawn, or the audit is validated.
    """
    sample = locked(sample)
    _require_open(sample.audit)
    if sample.is_draft:
        raise NotAvailableError(_("This sample is not drawn yet: change it instead."))
    begun = sample.replaced_by.filter(state=SampleState.DRAFT).select_related("audit").first()
    if begun is not None:
        return begun
    fields = fields_of(sample)
    return _create(sample.audit, fields, replaces=sample, reason=reason, by=by, at=at)


@transaction.atomic
def conclude_sample(*, sample: Sample, by: User, at: datetime) -> Sample:
    """Say that every unit was looked at: the results no longer change.

    Raises:
        NotAvailableError: when units are left, it is a choice of sites, it is not drawn or
            concluded already, or the audit is validated.
    """
    sample = locked(sample)
    _require_open(sample.audit)
    if sample.state != SampleState.DRAWN or sample.is_of_sites:
        raise NotAvailableError(_("This step is not available: see where the sample stands."))
    left = sample.items.filter(result="").count()
    if left:
        sentence = ngettext(
            "%(n)s unit is still to be looked at: record its result first.",
            "%(n)s units are still to be looked at: record their results first.",
            left,
        )
        raise NotAvailableError(sentence % {"n": number(left)})
    sample.conclude(by=by, at=at)
    _record_state(sample, CONCLUDED, before=SampleState.DRAWN, by=by, at=at)
    return sample


@transaction.atomic
def take_up_sample(*, sample: Sample, reason: str, by: User, at: datetime) -> Sample:
    """Let the results of a concluded sample change again; who concluded it stays in the journal.

    Raises:
        NotAvailableError: when it is not concluded, or the audit is validated.
    """
    sample = locked(sample)
    _require_open(sample.audit)
    if sample.state != SampleState.CONCLUDED:
        raise NotAvailableError(_("This step is not available: the sample is not concluded."))
    sample.take_up()
    _record_state(sample, TAKEN_UP, before=SampleState.CONCLUDED, reason=reason, by=by, at=at)
    return sample


def locked(sample: Sample, *unread: str) -> Sample:
    """The row as it is now, held until the end of the transaction, and its audit.

    ``unread`` are columns that the caller has no use for: a population may be long.
    """
    rows = Sample.objects.select_for_update(of=("self",)).defer("audit__frozen", *unread)
    related = ("audit__organisation", "assessment", "created_by", "drawn_by")
    return rows.select_related(*related).get(pk=sample.pk)


def record(  # noqa: PLR0913 -- keyword-only, one line each
    sample: Sample,
    action: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any],
    reason: str = "",
    by: User,
    at: datetime,
) -> None:
    """One row of the journal about the sample."""
    change = journal.Change(
        action, KIND, sample.key, str(sample), before=before or {}, after=after, reason=reason
    )
    stream = journal.organisation_stream(sample.audit.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)


def _create(  # noqa: PLR0913 -- keyword-only, one line each
    audit: Audit,
    fields: SampleFields,
    *,
    key: UUID | None = None,
    replaces: Sample | None = None,
    reason: str = "",
    by: User,
    at: datetime,
) -> Sample:
    _require_own(audit, fields)
    known = {"key": key} if key else {}
    sample = Sample.objects.create(
        **known,
        audit=audit,
        number=next_number(f"sample:{audit.key}"),
        replaces=replaces,
        reason=reason,
        created_at=at,
        created_by=by,
        **columns(fields),
    )
    record(sample, PREPARED, after=as_json(fields), reason=reason, by=by, at=at)
    return sample


def _record_state(  # noqa: PLR0913 -- keyword-only, one line each
    sample: Sample,
    action: str,
    *,
    before: SampleState,
    reason: str = "",
    by: User,
    at: datetime,
) -> None:
    after = {"state": sample.state}
    record(sample, action, before={"state": before}, after=after, reason=reason, by=by, at=at)


def _require_draft(sample: Sample) -> None:
    _require_open(sample.audit)
    if not sample.is_draft:
        raise NotAvailableError(
            _("This sample is drawn: what it was drawn from no longer changes.")
        )


def _require_own(audit: Audit, fields: SampleFields) -> None:
    if fields.assessment is not None and fields.assessment.audit_id != audit.pk:
        raise UserError(_("Choose a requirement of this audit."))


def _require_open(audit: Audit) -> None:
    if not audit.is_open:
        raise NotAvailableError(_("The audit is validated: its samples no longer change."))
