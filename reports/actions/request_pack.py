"""Asking for the pack of a committee: a document of the organisation. See ADR 0024."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from audits import snapshots
from audits.actions.committee import frozen_pack
from audits.models import CommitteeMeeting
from crcaudit.accounts.models import User
from reports.actions.request import Wanted, request_wanted
from reports.enums import ReportKind
from reports.models import Report


@transaction.atomic
def request_pack(*, meeting: CommitteeMeeting, language: str, by: User, at: datetime) -> Report:
    """The pack of a meeting: as it was frozen once it is held, a draft of it as it is before.

    Raises:
        QuotaError: too many reports of this person are waiting.
    """
    # So that two clicks see each other.
    CommitteeMeeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    text = meeting.frozen or snapshots.to_json(
        frozen_pack(meeting, today=localdate(at), held_on=None)
    )
    wanted = Wanted(
        kind=ReportKind.COMMITTEE_PACK,
        certification=None,
        audit=None,
        language=language,
        reference=meeting.reference,
        is_draft=not meeting.is_held,
        rule_version="-",
        text=text,
        meeting=meeting,
    )
    return request_wanted(wanted, by=by, at=at)
