"""What people are told of internal complaints.

Written to the outbox in the transaction of the step, in the language of the person who reads.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from audits.finding_notices import listed
from audits.models import ComplaintEscalation, InternalComplaint
from audits.snapshots.common import in_language
from crcaudit.accounts import outbox
from crcaudit.accounts.models import User
from crcaudit.core.formats import date_text

Parts = Callable[[], tuple[str, Sequence[str]]]


def opened(told: Mapping[InternalComplaint, Iterable[User]], *, at: datetime) -> None:
    """Complaints that figures opened together: one message to each person."""
    mine: dict[User, list[InternalComplaint]] = defaultdict(list)
    for complaint, people in told.items():
        for person in people:
            mine[person].append(complaint)
    for person in sorted(mine, key=lambda user: user.pk):
        _tell_opened(person, mine[person], at=at)


def _tell_opened(person: User, rows: Sequence[InternalComplaint], *, at: datetime) -> None:
    def parts() -> tuple[str, Sequence[str]]:
        line = ngettext(
            "%(n)s indicator is under its target: an internal complaint is open.",
            "%(n)s indicators are under their targets: internal complaints are open.",
            len(rows),
        ) % {"n": len(rows)}
        lines = (
            _("%(complaint)s · plan by %(day)s")
            % {"complaint": line_of(row), "day": date_text(row.plan_due)}
            for row in rows
        )
        return _("An indicator is under its target"), (line, listed(lines))

    path = rows[0].get_absolute_url() if len(rows) == 1 else reverse("audits:alerts")
    _queue(person, parts, path=path, at=at)


def escalated(
    complaint: InternalComplaint,
    escalation: ComplaintEscalation,
    people: Iterable[User],
    *,
    at: datetime,
) -> None:
    """The people of the new level, by name."""

    def parts() -> tuple[str, Sequence[str]]:
        words = {"level": complaint.level_label, "why": escalation.get_reason_display()}
        return _("An internal complaint comes to you"), (
            line_of(complaint),
            _("It is now at the level “%(level)s”: %(why)s.") % words,
        )

    for person in people:
        _queue(person, parts, path=complaint.get_absolute_url(), at=at)


def returned(complaint: InternalComplaint, people: Iterable[User], *, at: datetime) -> None:
    """The figures are back over the target: it may be closed."""

    def parts() -> tuple[str, Sequence[str]]:
        sentence = _("The target is met again: somebody who is not its owner may close it.")
        return _("An internal complaint may be closed"), (line_of(complaint), sentence)

    for person in people:
        _queue(person, parts, path=complaint.get_absolute_url(), at=at)


def assigned(complaint: InternalComplaint, *, by: User, at: datetime) -> None:
    """Who has it in hand from now on."""

    def parts() -> tuple[str, Sequence[str]]:
        sentence = _("%(person)s gives it to you.") % {"person": by}
        return _("An internal complaint is yours"), (line_of(complaint), sentence)

    if complaint.owner is not None and complaint.owner.pk != by.pk:
        _queue(complaint.owner, parts, path=complaint.get_absolute_url(), at=at)


def line_of(complaint: InternalComplaint) -> str:
    """Number, indicator and place, in the active language."""
    name = in_language(complaint.indicator, "name", (get_language() or "fr")[:2])
    return f"{complaint.reference} · {complaint.indicator.code} {name} · {complaint.place.name}"


def _queue(person: User, parts: Parts, *, path: str, at: datetime) -> None:
    with translation.override(person.language):
        subject, lines = parts()
        url = urljoin(settings.SITE_ADDRESS, path)
        outbox.queue(person, subject=subject, parts=(_("Hello,"), *lines, url), at=at)
