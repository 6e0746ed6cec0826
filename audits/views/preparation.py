"""Préparer mon audit: what is left to do, by whom, by when; as a table to take away; reminders."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audits import permissions
from audits.actions import reminder
from audits.enums import Need
from audits.models import Certification
from audits.presenters import preparation
from audits.presenters.preparation import Item
from audits.views import lists
from audits.views.certifications import visible_certification
from audits.views.tables import csv_response
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import UserError
from crcaudit.core.form_views import unavailable
from crcaudit.core.formats import date_text
from crcaudit.core.http import render_page, require

NOBODY = "personne"


@require_safe
def prepare(request: AuthRequest, key: UUID) -> HttpResponse:
    file = own_file(request.user, key)
    today = localdate()
    audit = preparation.audit_under_way(file, request.user)
    everything = preparation.preparation(file, audit, request.user, today=today)
    owners = preparation.owners(everything)
    owner = _chosen_owner(request, file)
    theirs = _of_owner(everything, owner)
    page = lists.page_of(request, _of_need(request, theirs))
    counts = preparation.counts(theirs)
    context = {
        "certification": file,
        "audit": audit,
        "target": lists.due(file.target_date, today=today, is_open=file.closed_at is None),
        "total": len(everything),
        "late": sum(1 for item in everything if item.due is not None and item.due < today),
        "page": page,
        "items": [(item, lists.due(item.due, today=today, is_open=True)) for item in page],
        "needs": [
            lists.chip(request, _("All"), "quoi", None, len(theirs)),
            *(
                lists.chip(request, need.label, "quoi", need.value, counts[need])
                for need in Need
                if counts[need] or request.GET.get("quoi") == need.value
            ),
        ],
        "owners": owners,
        "owner": owner,
        "nobody": NOBODY,
        "need": request.GET.get("quoi", ""),
        "query": request.GET.urlencode(),
        "can_start": permissions.can_start_audit(request.user, file) and audit is None,
        "can_remind": isinstance(owner, User)
        and owner.pk != request.user.pk
        and owner.is_active
        and bool(theirs)
        and permissions.can_remind(request.user, file),
    }
    return render_page(request, "audits/prepare.html", context)


@require_safe
def preparation_table(request: AuthRequest, key: UUID) -> HttpResponse:
    """The same list, with the same filters, as CSV for a spreadsheet."""
    file = own_file(request.user, key)
    audit = preparation.audit_under_way(file, request.user)
    everything = preparation.preparation(file, audit, request.user, today=localdate())
    owner = _chosen_owner(request, file)
    items = _of_need(request, _of_owner(everything, owner))
    head = (_("To do"), _("Requirement"), _("Subject"), _("Site"), _("Owner"), _("Due date"))
    return csv_response(f"preparation-{file.reference}.csv", head, map(_cells, items))


@require_POST
def remind(request: AuthRequest, key: UUID) -> HttpResponse:
    """Send one person what waits for them on the file."""
    file = own_file(request.user, key)
    require(allowed=permissions.manages(request.user, file.organisation_id))
    today = localdate()
    audit = preparation.audit_under_way(file, request.user)
    everything = preparation.preparation(file, audit, request.user, today=today)
    people = {str(user.key): user for user in preparation.owners(everything)}
    person = people.get(request.POST.get("person", ""))
    if person is None:
        return unavailable(request, _("Nothing waits for this person any more."))
    with translation.override(person.language):
        mine = preparation.preparation(file, audit, request.user, today=today)
        lines = [_line(item) for item in mine if item.owner == person]
    try:
        reminder.send_reminder(
            certification=file, person=person, lines=lines, by=request.user, at=timezone.now()
        )
    except UserError as error:
        return unavailable(request, str(error))
    messages.success(request, _("A reminder goes to %s.") % person)
    return redirect(f"{reverse('audits:prepare', args=[file.key])}?qui={person.key}")


def own_file(user: User, key: UUID) -> Certification:
    """404 for an auditor too, who sees the file: the preparation is the organisation's own."""
    file = visible_certification(user, key)
    if not permissions.can_prepare(user, file):
        raise Http404
    return file


def _chosen_owner(request: AuthRequest, file: Certification) -> User | str | None:
    """The owner of the filter, "personne" for what is nobody's, None without a filter.

    Anybody who ever had a role in the organisation: whose work is done has an empty list.
    """
    if request.GET.get("qui") == NOBODY:
        return NOBODY
    key = lists.chosen_key(request, "qui")
    if key is None:
        return None
    members = file.organisation.memberships.values("user")
    return get_object_or_404(User, key=key, pk__in=members)


def _of_owner(items: list[Item], owner: User | str | None) -> list[Item]:
    if owner is None:
        return items
    wanted = None if owner == NOBODY else owner
    return [item for item in items if item.owner == wanted]


def _of_need(request: AuthRequest, items: list[Item]) -> list[Item]:
    need = lists.choice(request, "quoi", Need.values)
    return [item for item in items if not need or item.need == need]


def _line(item: Item) -> str:
    """One thing to do in a message."""
    day = f" ({date_text(item.due, short=True)})" if item.due else ""
    return f"{item.need.label} · {item.code} {item.text}{day}"


def _cells(item: Item) -> tuple[str, ...]:
    owner = str(item.owner) if item.owner else ""
    day = item.due.isoformat() if item.due else ""
    return str(item.need.label), item.code, item.text, item.site, owner, day
