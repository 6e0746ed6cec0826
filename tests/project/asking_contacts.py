"""Bodies that the forms of contacts accept, by URL."""

from uuid import uuid4

from django.utils.timezone import localdate

from audits.logic.periods import Grain, last_periods
from audits.models import ContactCost, ContactReason


def _volumes(side, _thing) -> dict:
    """One more count, on a channel on which nothing was."""
    return {f"c-{side.things['reason'].pk}-LETTER": str(uuid4().int % 900 + 10)}


def _costs(side, _thing) -> dict:
    """The sheet as it stands, of the site that it shows first, and one amount more."""
    site = side.organisation.sites.filter(closed_date=None).order_by("name", "pk").first()
    last = last_periods(2, grain=Grain.MONTH, today=localdate())[0]
    body = {f"k-OTHER-{last.start:%Y%m}": "12,50"}
    for row in ContactCost.objects.filter(place__site=site):
        cell = f"{row.kind}-{row.starts_on:%Y%m}"
        body |= {f"k-{cell}": row.amount, f"v-{cell}": row.version}
    return body


def _add_reason(_side, _thing) -> dict:
    return {"code": f"M-{uuid4().hex[:8]}", "label": "Suivi de commande", "is_active": "on"}


def _edit_reason(side, thing) -> dict:
    row = ContactReason.objects.get(pk=side.things[thing].pk)
    words = {"code": row.code, "label": f"Montant {uuid4().hex[:6]}", "is_active": "on"}
    return words | {"parent": row.parent_id or "", "version": row.version}


def _send(side, _thing) -> dict:
    words = {"process": "Facturation", "found": "La date n'est pas dite", "key": uuid4()}
    return words | {"addressee": side.people["contributor"].pk}


BODIES = {
    "audits:enter-volumes": _volumes,
    "audits:enter-costs": _costs,
    "audits:reason-list": _add_reason,
    "audits:edit-reason": _edit_reason,
    "audits:send-feedback": _send,
    "audits:feedback": lambda _side, _thing: {"answer": f"Fait {uuid4()}"},
}
