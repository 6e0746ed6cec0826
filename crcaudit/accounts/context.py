"""What the top bar shows."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import (
    READERS,
    is_administrator,
    manages_people_somewhere,
    memberships_of,
    reads_providers,
    reads_providers_alone,
)


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One entry of the main menu."""

    label: str
    url: str
    active: bool


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Menu and the line that says who is signed in. Empty for anonymous pages."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"nav": (), "user_label": "", "team_url": ""}
    if "HX-Request" in request.headers:
        # A fragment seldom holds the bar: made only when the template asks.
        nav = SimpleLazyObject(partial(_entries, request))
        label = SimpleLazyObject(partial(_label, user))
        return {"nav": nav, "user_label": label, "team_url": SimpleLazyObject(partial(_team, user))}
    return {"nav": _entries(request), "user_label": _label(user), "team_url": _team(user)}


def _entries(request: HttpRequest) -> tuple[NavEntry, ...]:
    # (label, URL name, first parts of the paths that belong to it)
    menu: list[tuple[str, str, tuple[str, ...]]] = [
        (_("Dashboard"), "audits:home", ("/tableau-de-bord",)),
        (_("Referential"), "engagements:referentials", ("/referentiels",)),
        (_("Audits"), "audits:certifications", ("/dossiers", "/audits", "/programmes")),
        *_figures(request.user),
        *_committee(request.user),
        *_control_plan(request.user),
        (_("Evidence"), "audits:evidence-list", ("/preuves",)),
        (_("Actions"), "audits:action-list", ("/actions", "/constats")),
        (_("Reports"), "reports:list", ("/rapports",)),
    ]
    if isinstance(request.user, User) and reads_providers(request.user):
        if reads_providers_alone(request.user):
            menu = [*menu[:2], *_figures(request.user), menu[-1]]
        menu.insert(1, (_("Providers"), "audits:providers", ("/prestataires",)))
    if isinstance(request.user, User) and is_administrator(request.user):
        own = ("/organismes", "/comptes")
        menu.append((_("Administration"), "accounts:organisations", own))
    # The plan of a file stands under the address of the file: it is of one entry, not of both.
    path = "/controles" if "/controles/" in request.path else request.path
    return tuple(
        NavEntry(label, reverse(name), path.startswith(starts) or path == reverse(name))
        for label, name, starts in menu
    )


def _control_plan(user: object) -> list[tuple[str, str, tuple[str, ...]]]:
    """For members of a centre and for auditors, who are members of nothing; not for clients."""
    if not isinstance(user, User) or is_administrator(user):
        return []
    rows = memberships_of(user)
    if rows and not any(row.role in READERS for row in rows):
        return []
    own = ("/controles", "/ecoutes", "/contacts-mysteres")
    return [(_("Control plan"), "audits:controls", own)]


def _committee(user: object) -> list[tuple[str, str, tuple[str, ...]]]:
    """For members of a centre alone."""
    if not isinstance(user, User) or not any(row.role in READERS for row in memberships_of(user)):
        return []
    return [(_("Committee"), "audits:committees", ("/comite",))]


def _figures(user: object) -> list[tuple[str, str, tuple[str, ...]]]:
    """For members of a centre, their clients, and auditors, who are members of nothing."""
    if not isinstance(user, User) or is_administrator(user):
        return []
    rows = memberships_of(user)
    reads = reads_providers(user) or any(row.role in READERS for row in rows)
    return (
        [
            (
                _("Indicators"),
                "audits:indicators",
                ("/indicateurs", "/alertes", "/reclamations-internes"),
            )
        ]
        if reads or not rows
        else []
    )


def _team(user: User) -> str:
    """Where a quality manager finds members and sites, "" for everybody else."""
    has_own = manages_people_somewhere(user) and not is_administrator(user)
    return reverse("accounts:organisations") if has_own else ""


def _label(user: User) -> str:
    rows = memberships_of(user)
    if not rows:
        return str(user)
    return f"{rows[0].organisation.name} · {rows[0].get_role_display()}"
