"""What the screens of contacts share: the scope, the months, the reason that is named."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.actions.contacts.volumes import Saved
from audits.models import ContactReason
from audits.permissions import figures as rights
from audits.presenters.contacts import asked as presenter
from audits.presenters.contacts.asked import Asked
from audits.presenters.indicators.scope import Scope
from audits.views.indicators.common import requested_scope
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.forms import is_row_number


@dataclass(frozen=True, slots=True)
class Frame:
    """A screen of contacts: whose, where, over which months."""

    request: AuthRequest
    scope: Scope
    asked: Asked

    def context(self, here: str) -> dict[str, Any]:
        """What every screen of contacts shows: the way to other places and months, the actions."""
        request, scope, asked, today = self.request, self.scope, self.asked, localdate()
        earlier, later = presenter.moves(asked, scope, request.path, today=today)
        organisation = scope.organisation.pk
        return {
            "scope": scope,
            "here": here,
            "asked": asked,
            "is_open": not asked.last.is_over(today),
            "place_options": presenter.place_options(asked, scope, request.path),
            "earlier_url": earlier,
            "later_url": later,
            "query": asked.query(scope),
            "can_list": rights.can_list_reasons(request.user, organisation),
            "sees_costs": rights.can_see_costs(request.user, organisation),
            "can_cost": rights.can_enter_costs(request.user, organisation),
            "can_send": rights.can_send_feedback(request.user, organisation),
        }


def frame_of(request: AuthRequest, key: Any) -> Frame:
    """The screen that the address asks for; 404 for a place not to be known of."""
    scope = requested_scope(request, key)
    asked = presenter.asked_of(request.GET, scope, today=localdate())
    return Frame(request, scope, asked)


def reason_of(scope: Scope, pk: int) -> ContactReason:
    """A reason of the organisation; else 404."""
    rows = ContactReason.objects.filter(organisation=scope.organisation)
    return get_object_or_404(rows.select_related("parent", "organisation"), pk=pk)


def reason_asked(scope: Scope, text: str) -> ContactReason | None:
    """The reason that an address names; None when it names none, 404 for one that is not there."""
    if not text:
        return None
    if not is_row_number(text):
        raise Http404
    return reason_of(scope, int(text))


def saved_text(saved: Saved) -> str:
    """How much was saved, which indicators follow, and which stand as somebody wrote them."""
    if not saved.count:
        return _("Nothing had changed.")
    parts = [ngettext("%(n)s figure is saved.", "%(n)s figures are saved.", saved.count)]
    text = parts[0] % {"n": saved.count}
    if saved.fed.measures:
        text += " " + _("The indicators that are made of them are up to date.")
    if saved.fed.kept:
        text += " " + _(
            "%(codes)s was measured by somebody, or by a file, over this period: left as it is."
        ) % {"codes": ", ".join(saved.fed.kept)}
    return text
