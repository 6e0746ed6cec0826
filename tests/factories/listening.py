"""Grids, sessions, calibration rounds and mystery contacts."""

from datetime import date, timedelta
from uuid import uuid4

from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.listening import calibration, mystery, scenarios, sessions
from audits.actions.listening import grids as actions
from audits.actions.listening.common import MarkFields
from audits.enums import Channel
from audits.listening_enums import GridState, ListeningKind
from audits.models import (
    CalibrationRound,
    ListeningGrid,
    ListeningSession,
    MysteryCampaign,
    MysteryContact,
    MysteryScenario,
)
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, Site, User
from tests.factories.accounts import MembershipFactory, OrganisationFactory, SiteFactory

HELLO, RIGHT, LEAVE = 0, 1, 2  # places of the criteria of the usual grid


def grid_fields(**changes: object) -> actions.GridFields:
    """Three criteria: weights 20, 50 (critical) and 30."""
    line = actions.CriterionFields
    usual = {
        "title": "Appels",
        "channels": ("PHONE", "EMAIL"),
        "criteria": (
            line("Accueil", "Se présente", 20, "Service et prénom", indicator="PEC-12"),
            line("Réponse", "Répond juste", 50, is_critical=True, indicator="TRT-14"),
            line("Congé", "Prend congé", 30, indicator="CLO-01"),
        ),
    }
    return actions.GridFields(**usual | changes)


def draft_grid(
    organisation: Organisation | None = None, by: User | None = None, **changes: object
) -> ListeningGrid:
    """A grid that is being written, by a quality manager of the organisation."""
    organisation = organisation or OrganisationFactory()
    by = by or MembershipFactory(organisation=organisation).user
    return actions.write_grid(
        key=uuid4(),
        organisation=organisation,
        fields=grid_fields(**changes),
        by=by,
        at=timezone.now(),
    )


def used_grid(
    organisation: Organisation | None = None, by: User | None = None, **changes: object
) -> ListeningGrid:
    """A grid that is in use."""
    grid = draft_grid(organisation, by, **changes)
    return actions.move_grid(grid=grid, to=GridState.IN_USE, by=grid.created_by, at=timezone.now())


def marks(grid: ListeningGrid, *given: str, note: str = "") -> dict[int, MarkFields]:
    """Marks in the order of the criteria; the last one given goes on to the end."""
    rows = list(grid.criteria.order_by("position"))
    given = given or ("COMPLIANT",)
    return {
        row.pk: MarkFields(given[min(place, len(given) - 1)], note)
        for place, row in enumerate(rows)
    }


def heard(
    grid: ListeningGrid,
    *given: str,
    by: User | None = None,
    site: Site | None = None,
    note: str = "",
    **changes: object,
) -> ListeningSession:
    """A random contact heard today, with these marks in the order of the criteria."""
    usual = {
        "site": site or site_of(grid.organisation),
        "channel": Channel.PHONE,
        "heard_on": localdate(),
        "kind": ListeningKind.RANDOM,
        "marks": marks(grid, *given, note=note),
    }
    return sessions.record_session(
        key=uuid4(),
        grid=grid,
        fields=sessions.SessionFields(**usual | changes),
        by=by or grid.created_by,
        at=timezone.now(),
    )


def site_of(organisation: Organisation) -> Site:
    """A site of the organisation, made if there is none."""
    return organisation.sites.order_by("pk").first() or SiteFactory(organisation=organisation)


def graders(organisation: Organisation, count: int = 2) -> list[User]:
    """Contributors who may grade."""
    role = {"organisation": organisation, "role": Role.CONTRIBUTOR}
    return [MembershipFactory(**role).user for _n in range(count)]


def opened_round(
    grid: ListeningGrid, people: list[User] | None = None, **changes: object
) -> CalibrationRound:
    """A round that two people are asked to grade."""
    usual = {
        "site": site_of(grid.organisation),
        "channel": Channel.PHONE,
        "heard_on": localdate(),
        "grid": grid,
        "evaluators": tuple(people or graders(grid.organisation)),
        "due_on": localdate() + timedelta(days=7),
        "contact_reference": "Appel 4512",
    }
    return calibration.open_round(
        key=uuid4(),
        organisation=grid.organisation,
        fields=calibration.RoundFields(**usual | changes),
        by=grid.created_by,
        at=timezone.now(),
    )


def grade(row: CalibrationRound, by: User, *given: str, comment: str = "") -> ListeningSession:
    """The marks of one person."""
    return calibration.grade_round(
        row=row,
        version=0,
        marks=marks(row.grid, *given),
        comment=comment,
        by=by,
        at=timezone.now(),
    )


def conclude(row: CalibrationRound, *given: str, conclusion: str = "Relire") -> CalibrationRound:
    """What was agreed on, in a round that is compared."""
    row.refresh_from_db()
    return calibration.conclude_round(
        row=row,
        version=row.version,
        marks=marks(row.grid, *given),
        conclusion=conclusion,
        by=row.leader,
        at=timezone.now(),
    )


def written_scenario(grid: ListeningGrid, **changes: object) -> MysteryScenario:
    """A scenario on the telephone."""
    usual = {
        "title": "Facture contestée",
        "channel": Channel.PHONE,
        "situation": "Un client conteste un montant.",
        "says": "Je ne comprends pas ma facture.",
        "expected": "Explication ligne à ligne.",
        "grid": grid,
    }
    return scenarios.write_scenario(
        key=uuid4(),
        organisation=grid.organisation,
        fields=scenarios.ScenarioFields(**usual | changes),
        by=grid.created_by,
        at=timezone.now(),
    )


def planned_campaign(
    grid: ListeningGrid, *, seed: str = "", key: object = None, **changes: object
) -> MysteryCampaign:
    """Four contacts over March 2026 by one tester, a contributor."""
    usual = {
        "title": "Mars",
        "starts_on": date(2026, 3, 2),
        "ends_on": date(2026, 3, 31),
        "opens_at": 9,
        "closes_at": 18,
        "size": 4,
    }
    values = usual | changes
    values.setdefault("sites", (site_of(grid.organisation),))
    if "scenarios" not in values:
        values["scenarios"] = (written_scenario(grid),)
    if "testers" not in values:
        values["testers"] = tuple(graders(grid.organisation, 1))
    return mystery.plan_campaign(
        key=key or uuid4(),
        organisation=grid.organisation,
        fields=mystery.CampaignFields(**values),
        seed=seed,
        by=grid.created_by,
        at=timezone.now(),
    )


def made(contact: MysteryContact, *given: str, **changes: object) -> MysteryContact:
    """A contact that was made."""
    usual = {"made_on": contact.planned_on, "recommendation": 9, "wait": 20}
    return mystery.record_contact(
        contact=contact,
        marks=marks(contact.scenario.grid, *given),
        by=contact.tester,
        at=timezone.now(),
        **usual | changes,
    )
