"""Erasing what could name somebody: after a year by itself, before on request."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from audits.actions.listening.common import Subject, record
from audits.actions.listening.sessions import locked, subject
from audits.listening_enums import EraseReason
from audits.models import CalibrationRound, ListeningSession
from crcaudit.accounts.models import User

ERASED = "listening.erased"


@transaction.atomic
def erase_session(
    *, session: ListeningSession, why: EraseReason, by: User, at: datetime
) -> ListeningSession:
    """Erase the texts before their day; why is one of a list, as the journal keeps it for ever.

    Erasing twice erases once.
    """
    session = locked(session)
    if session.erased_at is None:
        _erase(session, why=why, by=by, at=at)
    return session


def erase_expired(*, at: datetime) -> int:
    """Erase the texts of every session and round whose year is over. Returns how many."""
    today = localdate(at)
    sessions = ListeningSession.objects.to_erase(today).order_by("pk").values_list("pk", flat=True)
    rounds = CalibrationRound.objects.to_erase(today).order_by("pk").values_list("pk", flat=True)
    done = [_erase_expired(pk, at=at) for pk in list(sessions)]
    return sum(done) + sum(_erase_round(pk, at=at) for pk in list(rounds))


@transaction.atomic
def _erase_expired(pk: int, *, at: datetime) -> bool:
    session = locked(ListeningSession(pk=pk))
    if session.erased_at is not None:
        return False
    _erase(session, why=EraseReason.EXPIRED, by=None, at=at)
    return True


def _erase(session: ListeningSession, *, why: EraseReason, by: User | None, at: datetime) -> None:
    session.marks.exclude(comment="").update(comment="")
    session.erase(at=at)
    after = {"erased": str(why)}
    record(ERASED, subject(session, session.organisation), after=after, by=by, at=at)


@transaction.atomic
def _erase_round(pk: int, *, at: datetime) -> bool:
    rows = CalibrationRound.objects.select_for_update(of=("self",)).select_related("organisation")
    row = rows.get(pk=pk)
    if row.erased_at is not None:
        return False
    row.erase(at=at)
    who = Subject("calibration_round", row.key, row.reference, row.organisation)
    record("calibration.erased", who, after={"erased": EraseReason.EXPIRED}, by=None, at=at)
    return True
