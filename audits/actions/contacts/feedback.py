"""What a reason says of a process: sent to the one who answers for it, and answered."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audits import contact_notices as notices
from audits.actions.once import require_same_form
from audits.finding_rules import owners_in
from audits.models import ContactReason, MeasuringPlace, ReasonFeedback
from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import NotAvailableError, UserError

KIND = "reason_feedback"
SENT, ANSWERED = "feedback.sent", "feedback.answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackFields:
    """What is sent: the days looked at, the contacts then known, and what people fill in."""

    place: MeasuringPlace
    starts_on: date
    ends_on: date
    contacts: int
    total: int
    process: str
    found: str
    addressee: User


@transaction.atomic
def send_feedback(
    *, key: UUID, reason: ContactReason, fields: FeedbackFields, by: User, at: datetime
) -> ReasonFeedback:
    """Send it, and tell the addressee. The same form twice is one.

    Raises:
        NotAvailableError: when the form was sent with other contents.
        UserError: when the addressee is no member of the organisation.
    """
    sent = {
        "reason": reason.code,
        "place": fields.place.pk,
        "days": [fields.starts_on.isoformat(), fields.ends_on.isoformat()],
        "contacts": [fields.contacts, fields.total],
        "process": fields.process,
        "found": fields.found,
        "addressee": str(fields.addressee.key),
    }
    known = ReasonFeedback.objects.filter(key=key).first()
    if known is not None:
        require_same_form(kind=KIND, key=key, action=SENT, sent=sent, by=by)
        return known
    if not owners_in(reason.organisation_id).filter(pk=fields.addressee.pk).exists():
        raise UserError(_("Choose somebody among the members of the organisation."))
    row = ReasonFeedback.objects.create(
        key=key,
        organisation=reason.organisation,
        reason=reason,
        place=fields.place,
        starts_on=fields.starts_on,
        ends_on=fields.ends_on,
        contacts=fields.contacts,
        total=fields.total,
        process=fields.process,
        found=fields.found,
        addressee=fields.addressee,
        sent_at=at,
        sent_by=by,
    )
    _record(row, journal.Change(SENT, KIND, key, str(reason), after=sent), by=by, at=at)
    notices.sent(row, at=at)
    return row


@transaction.atomic
def answer_feedback(
    *, feedback: ReasonFeedback, answer: str, by: User, at: datetime
) -> ReasonFeedback:
    """Say what is done about it. The same answer twice is one.

    Raises:
        NotAvailableError: when somebody answered otherwise meanwhile.
    """
    rows = ReasonFeedback.objects.select_for_update(of=("self",))
    row = rows.select_related("organisation", "reason", "sent_by").get(pk=feedback.pk)
    if row.answer == answer:
        return row
    if row.answer:
        raise NotAvailableError(_("It was answered meanwhile: open it again."))
    row.answer, row.answered_at, row.answered_by = answer, at, by
    row.save(update_fields=["answer", "answered_at", "answered_by"])
    change = journal.Change(ANSWERED, KIND, row.key, str(row.reason), after={"answer": answer})
    _record(row, change, by=by, at=at)
    notices.answered(row, at=at)
    return row


def _record(row: ReasonFeedback, change: journal.Change, *, by: User, at: datetime) -> None:
    stream = journal.organisation_stream(row.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)
