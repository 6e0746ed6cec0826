"""Reviews of a provider: prepared with its scorecard, written, closed; what was asked, settled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from audits.logic.periods import Period
from audits.models import AskedItem, ProviderReview
from audits.scorecard_enums import AskedState
from audits.snapshots.codec import digest, to_json
from audits.snapshots.provider_tree import Provider
from audits.snapshots.scorecard import Scorecards
from crcaudit.accounts.models import Organisation, User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError

KIND = "provider_review"
PREPARED, EDITED, CLOSED, DISCARDED, SETTLED = (
    "provider_review.prepared",
    "provider_review.edited",
    "provider_review.closed",
    "provider_review.discarded",
    "provider_review.asked_settled",
)
MOST_ASKED = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """Something asked, by a day."""

    what: str
    due_date: date


@dataclass(frozen=True, slots=True)
class ReviewFields:
    """What people write. ``held_on`` is None until the meeting was held."""

    held_on: date | None = None
    strengths: str = ""
    conclusion: str = ""
    asked: Sequence[Asked] = ()


@transaction.atomic
def prepare_review(
    *, organisation: Organisation, provider: Provider, period: Period, by: User, at: datetime
) -> ProviderReview:
    """Begin the review of a provider over a period that is over, with its scorecard as it is now.

    There is one of a provider over a period: asked again, it is given back.

    Raises:
        UserError: when the period is not over yet.
    """
    if not period.is_over(localdate(at)):
        raise UserError(_("This period is not over yet: choose one that is."))
    # The organisation's row is the lock of a button pressed twice.
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    known = ProviderReview.objects.filter(
        organisation=organisation,
        provider__in=provider.tokens,
        grain=period.grain,
        starts_on=period.start,
    ).first()
    if known is not None:
        return known
    frozen = Scorecards(organisation, [provider], [period]).frozen(provider, period)
    text = to_json(frozen)
    review = ProviderReview.objects.create(
        organisation=organisation,
        provider=provider.token,
        provider_name=provider.name,
        grain=period.grain,
        starts_on=period.start,
        snapshot=text,
        digest=digest(text),
        prepared_at=at,
        prepared_by=by,
    )
    after = {"period": f"{period.grain} {period.start}", "digest": review.digest}
    _record(PREPARED, review, after=after, by=by, at=at)
    return review


@transaction.atomic
def edit_review(
    *, review: ProviderReview, version: int, fields: ReviewFields, by: User, at: datetime
) -> ProviderReview:
    """Write the conclusion and what is asked; ``version`` is that which the person was shown.

    Raises:
        EditConflictError: when somebody changed it meanwhile.
        NotAvailableError: when it is closed, or gone.
        UserError: when the meeting is still to come.
    """
    review = _locked(review)
    old, new = _fields_json(fields_of(review)), _fields_json(fields)
    if old == new:
        return review
    if review.version != version:
        raise EditConflictError(
            _("Somebody changed this review meanwhile. Nothing was overwritten."), review
        )
    if fields.held_on is not None and fields.held_on > localdate(at):
        raise UserError(_("The day of the meeting is still to come: leave it empty until then."))
    review.held_on = fields.held_on
    review.strengths, review.conclusion = fields.strengths, fields.conclusion
    review.version += 1
    review.save(update_fields=["held_on", "strengths", "conclusion", "version"])
    if old["asked"] != new["asked"]:
        review.asked.all().delete()
        AskedItem.objects.bulk_create(
            AskedItem(review=review, number=n, what=one.what, due_date=one.due_date)
            for n, one in enumerate(fields.asked, start=1)
        )
    changed = [name for name in new if old[name] != new[name]]
    before, after = ({name: side[name] for name in changed} for side in (old, new))
    _record(EDITED, review, before=before, after=after, by=by, at=at)
    return review


@transaction.atomic
def close_review(*, review: ProviderReview, by: User, at: datetime) -> ProviderReview:
    """Close it for good: from here on, only what was asked is followed.

    Raises:
        NotAvailableError: when it is closed, or gone.
        UserError: without the day of the meeting or a conclusion.
    """
    review = _locked(review)
    if review.held_on is None or not review.conclusion:
        raise UserError(_("Write the day of the meeting and the conclusion before closing."))
    before = {"state": review.state}
    review.close(by=by, at=at)
    _record(CLOSED, review, before=before, after={"state": str(review.state)}, by=by, at=at)
    return review


@transaction.atomic
def discard_review(*, review: ProviderReview, by: User, at: datetime) -> None:
    """Take a review away that was prepared by mistake; the journal keeps what it said.

    Raises:
        NotAvailableError: when it is closed, or gone.
    """
    review = _locked(review)
    _record(DISCARDED, review, before=_fields_json(fields_of(review)), by=by, at=at)
    review.delete()


@transaction.atomic
def settle_asked(
    *, item: AskedItem, state: AskedState, outcome: str, by: User, at: datetime
) -> AskedItem:
    """Say what came of something that was asked. The same twice is once.

    Raises:
        NotAvailableError: when the review is not closed yet, or it was settled otherwise.
    """
    item = (
        AskedItem.objects.select_for_update(of=("self",))
        .select_related("review__organisation")
        .get(pk=item.pk)
    )
    if not item.review.is_closed:
        raise NotAvailableError(_("Close the review first: until then, change what is asked."))
    if item.state != AskedState.OPEN:
        if (item.state, item.outcome) == (state, outcome):
            return item
        raise NotAvailableError(_("This request was already settled."))
    item.settle(state=state, outcome=outcome, by=by, on=localdate(at))
    after = {"asked_state": str(state), "asked": [item.what], "what_came": outcome}
    _record(SETTLED, item.review, after=after, by=by, at=at)
    return item


def fields_of(review: ProviderReview) -> ReviewFields:
    """What the review says now."""
    return ReviewFields(
        held_on=review.held_on,
        strengths=review.strengths,
        conclusion=review.conclusion,
        asked=tuple(Asked(row.what, row.due_date) for row in review.asked.order_by("number")),
    )


def _fields_json(fields: ReviewFields) -> dict[str, Any]:
    return {
        "held_on": fields.held_on.isoformat() if fields.held_on else "",
        "strengths": fields.strengths,
        "conclusion": fields.conclusion,
        "asked": [f"{one.what} ({one.due_date.isoformat()})" for one in fields.asked],
    }


def _locked(review: ProviderReview) -> ProviderReview:
    rows = ProviderReview.objects.select_for_update(of=("self",)).select_related("organisation")
    found = rows.filter(pk=review.pk).first()
    if found is None:
        raise NotAvailableError(_("This review is not there any more."))
    if found.is_closed:
        raise NotAvailableError(_("This review is closed: it does not change any more."))
    return found


def _record(  # noqa: PLR0913 -- keyword-only, one line each
    action: str,
    review: ProviderReview,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    by: User,
    at: datetime,
) -> None:
    change = journal.Change(
        action, KIND, review.key, str(review), before=before or {}, after=after or {}
    )
    stream = journal.organisation_stream(review.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)
