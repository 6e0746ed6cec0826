"""Contacts of a side: two reasons in a family, volumes at both sites, costs, feedback."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.contacts.costs import CostEntry, record_costs
from audits.actions.contacts.feedback import FeedbackFields, answer_feedback, send_feedback
from audits.actions.contacts.reasons import ReasonFields, add_reason
from audits.actions.contacts.volumes import VolumeEntry, record_volumes
from audits.actions.place import place_of
from audits.contact_enums import CostKind
from audits.enums import Channel
from audits.logic.periods import Grain, last_periods


def add_contacts(side) -> None:
    """By the quality manager, over two closed months; the last one is empty."""
    by, at, organisation = side.people["manager"], timezone.now(), side.organisation

    def add(code, label, parent=None):
        fields = ReasonFields(code=code, label=label, parent=parent)
        return add_reason(organisation=organisation, fields=fields, by=by, at=at)

    family = add("FAC", f"Facture de {organisation.name}")
    side.things["reason"] = add("FAC-1", f"Montant chez {organisation.name}", family)
    side.things["family"] = family
    months = last_periods(4, grain=Grain.MONTH, today=localdate())[:2]
    places = [place_of(organisation, site) for site in (side.site, side.other_site)]
    volumes = [
        VolumeEntry(place=place, period=month, channel=channel, reason=reason, contacts=contacts)
        for place in places
        for month in months
        for channel in (Channel.PHONE, Channel.EMAIL)
        for reason, contacts in ((side.things["reason"], 180), (family, 60), (None, 9))
    ]
    record_volumes(organisation=organisation, entries=volumes, by=by, at=at)
    costs = [
        CostEntry(
            place=place, month=month, channel="", kind=CostKind.SALARIES, amount=Decimal("2024.50")
        )
        for place in places
        for month in months
    ]
    record_costs(organisation=organisation, entries=costs, by=by, at=at)
    side.things["feedback"] = _send(side, places[0], "Facturation")
    side.things["answered_feedback"] = answer_feedback(
        feedback=_send(side, places[0], "Livraison"),
        answer="Corrigé au prochain envoi",
        by=side.people["contributor"],
        at=at,
    )


def _send(side, place, process):
    today = localdate()
    return send_feedback(
        key=uuid4(),
        reason=side.things["reason"],
        fields=FeedbackFields(
            place=place,
            starts_on=today - timedelta(days=40),
            ends_on=today - timedelta(days=10),
            contacts=180,
            total=240,
            process=f"{process} de {side.organisation.name}",
            found="La date de prélèvement n'est pas dite",
            addressee=side.people["contributor"],
        ),
        by=side.people["manager"],
        at=timezone.now(),
    )
