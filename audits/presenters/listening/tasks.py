"""What listening asks of a person on the home page: rounds to grade, contacts to make."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from audits.models import CalibrationRound, MysteryContact
from audits.presenters.home import SHOWN, Task
from audits.presenters.nearness import days_text
from crcaudit.accounts.models import User

SOON = timedelta(days=7)


def listening_tasks_of(user: User, *, today: date) -> Iterator[Task]:
    """Rounds that wait for the person's marks, contacts of the coming week: 2 queries."""
    rounds = CalibrationRound.objects.waiting_for(user).select_related("site", "grid")
    for row in rounds.order_by("due_on", "pk")[:SHOWN]:
        yield Task(
            shape="major" if row.due_on < today else "none",
            label=_("Contact to grade"),
            text=f"{row.reference} · {row.grid.title} · {row.site}",
            where=row.reference,
            due=row.due_on,
            due_text=days_text(row.due_on, today),
            url=reverse("audits:grade-calibration", args=[row.key]),
        )
    contacts = MysteryContact.objects.waiting_for(user).filter(planned_on__lte=today + SOON)
    contacts = contacts.select_related("campaign", "scenario", "site")
    for contact in contacts.order_by("planned_on", "hour", "pk")[:SHOWN]:
        yield Task(
            shape="major" if contact.planned_on < today else "none",
            label=_("Mystery contact to make"),
            text=f"{contact.scenario} · {contact.site}",
            where=contact.get_channel_display(),
            due=contact.planned_on,
            due_text=days_text(contact.planned_on, today),
            url=reverse("audits:record-contact", args=[contact.key]),
        )
