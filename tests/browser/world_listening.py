"""A centre that listens: two grids, contacts heard, rounds, a campaign."""

from datetime import timedelta
from uuid import uuid4

from django.utils import translation

from audits.actions.listening import calibration, grids, mystery, scenarios, sessions
from audits.actions.listening.common import MarkFields
from audits.enums import Channel
from audits.listening_enums import GridState, ListeningKind
from audits.ready_grids import ready_grid
from crcaudit.accounts.models import Site


def listens(centre, manager, others, now) -> dict[str, object]:
    """Keys of what is there; the grid of telephone calls is in use, another one is written."""
    site = Site.objects.create(organisation=centre, name="Lyon")
    with translation.override("fr"):
        fields = ready_grid("telephone")
        written = ready_grid("ecrit")
    grid = grids.write_grid(key=uuid4(), organisation=centre, fields=fields, by=manager, at=now)
    draft = grids.write_grid(key=uuid4(), organisation=centre, fields=written, by=manager, at=now)
    grid = grids.move_grid(grid=grid, to=GridState.IN_USE, by=manager, at=now)
    marks = {row.pk: MarkFields("COMPLIANT", "Entendu") for row in grid.criteria.all()}
    session = _heard(grid, site, marks, manager, now)
    rounds = [_round(grid, site, [manager, *others], manager, now) for _n in range(2)]
    for person in (manager, *others):
        calibration.grade_round(
            row=rounds[1], version=0, marks=marks, comment="Clair", by=person, at=now
        )
    campaign = _campaign(grid, site, manager, now)
    return {
        "grid": str(grid.key),
        "draft_grid": str(draft.key),
        "session": str(session.key),
        "round": str(rounds[0].key),
        "compared_round": str(rounds[1].key),
        "campaign": str(campaign.key),
        "contact": str(campaign.contacts.order_by("number")[0].key),
    }


def _heard(grid, site, marks, by, now):
    fields = sessions.SessionFields(
        site=site,
        channel=Channel.PHONE,
        heard_on=now.date(),
        kind=ListeningKind.RANDOM,
        marks=marks,
        agent="AB",
        contact_reference="A-12",
        comment="Échange calme",
    )
    return sessions.record_session(key=uuid4(), grid=grid, fields=fields, by=by, at=now)


def _round(grid, site, people, by, now):
    fields = calibration.RoundFields(
        site=site,
        channel=Channel.PHONE,
        heard_on=now.date(),
        grid=grid,
        evaluators=people,
        due_on=now.date() + timedelta(days=7),
        contact_reference="Appel 4512",
    )
    organisation = grid.organisation
    return calibration.open_round(
        key=uuid4(), organisation=organisation, fields=fields, by=by, at=now
    )


def _campaign(grid, site, by, now):
    scenario = scenarios.write_scenario(
        key=uuid4(),
        organisation=grid.organisation,
        fields=scenarios.ScenarioFields(
            title="Facture contestée",
            channel=Channel.PHONE,
            situation="Un montant a changé.",
            says="Je ne comprends pas ma facture.",
            expected="Une explication.",
            grid=grid,
        ),
        by=by,
        at=now,
    )
    first = now.date()
    return mystery.plan_campaign(
        key=uuid4(),
        organisation=grid.organisation,
        fields=mystery.CampaignFields(
            title="Campagne d'essai",
            starts_on=first,
            ends_on=first + timedelta(days=30),
            opens_at=9,
            closes_at=18,
            size=4,
            sites=[site],
            scenarios=[scenario],
            testers=[by],
        ),
        by=by,
        at=now,
    )
