"""What is said by e-mail about internal control plans and about controls that stay late.

Written to the outbox in the transaction of the step, in the language of the person who reads.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.finding_notices import listed
from audits.models import ControlOccurrence, ControlPlan
from crcaudit.accounts import outbox
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.core.formats import date_text

Parts = Callable[[], tuple[str, Sequence[str]]]


def submitted(plan: ControlPlan, *, by: User, at: datetime) -> None:
    """A version waits for the direction."""

    def parts() -> tuple[str, Sequence[str]]:
        words = {"n": plan.number, "file": plan.certification}
        line = _("Version %(n)s of the internal control plan of %(file)s waits for your approval.")
        return _("An internal control plan to approve"), (line % words,)

    path = reverse("audits:control-draft", args=[plan.certification.key])
    for person in _with_role(plan, Role.DIRECTOR):
        _queue(person, parts, path, by=by, at=at)


def approved(plan: ControlPlan, *, by: User, at: datetime) -> None:
    """The version is in force: said to who submitted it and to the quality managers."""

    def parts() -> tuple[str, Sequence[str]]:
        words = {
            "n": plan.number,
            "file": plan.certification,
            "day": date_text(plan.starts_on),
        }
        line = _(
            "Version %(n)s of the internal control plan of %(file)s is approved. "
            "It is in force from %(day)s on."
        )
        return _("Internal control plan approved"), (line % words,)

    path = reverse("audits:control-month", args=[plan.certification.key])
    for person in _with_role(plan, Role.QUALITY_MANAGER):
        _queue(person, parts, path, by=by, at=at)


def late(
    person: User,
    rows: Iterable[tuple[ControlOccurrence, int]],
    *,
    is_escalated: bool,
    at: datetime,
) -> None:
    """Controls that are late, with how many working days: one message for all of them."""

    def parts() -> tuple[str, Sequence[str]]:
        found = list(rows)
        count = len(found)
        if is_escalated:
            subject = _("Late controls come to you")
            line = ngettext(
                "%(n)s internal control stays late and comes to you, as the plan says:",
                "%(n)s internal controls stay late and come to you, as the plan says:",
                count,
            )
        else:
            subject = _("Late controls")
            line = ngettext(
                "%(n)s internal control of yours is late:",
                "%(n)s internal controls of yours are late:",
                count,
            )
        texts = listed(f"{control_text(row)} · {late_text(days)}" for row, days in found)
        return subject, (line % {"n": count}, texts)

    _queue(person, parts, reverse("audits:controls"), at=at)


def control_text(row: ControlOccurrence) -> str:
    """Requirement, control point and place of a control, on one line."""
    place = f" ({row.site.name})" if row.site is not None else ""
    return f"{row.line.requirement.code} {row.line.control_point[:100]}{place}"


def late_text(days: int) -> str:
    """How late something is: "6 working days late"."""
    text = ngettext("%(n)s working day late", "%(n)s working days late", days)
    return text % {"n": days}


def _with_role(plan: ControlPlan, role: Role) -> list[User]:
    rows = User.objects.filter(
        memberships__organisation=plan.certification.organisation_id,
        memberships__role=role,
        memberships__is_active=True,
        is_active=True,
    )
    return list(rows.distinct().order_by("pk"))


def _queue(person: User, parts: Parts, path: str, *, by: User | None = None, at: datetime) -> None:
    if by is not None and person.pk == by.pk:
        return
    with translation.override(person.language):
        subject, lines = parts()
        url = urljoin(settings.SITE_ADDRESS, path)
        outbox.queue(person, subject=subject, parts=(_("Hello,"), *lines, url), at=at)
