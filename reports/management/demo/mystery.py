"""Mystery contacts of the operator: five scenarios, a campaign that is over, one in course."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial

from django.utils.timezone import localdate

from audits.actions.listening import mystery, scenarios
from audits.actions.listening.common import MarkFields, Marks
from audits.enums import Channel
from audits.listening_enums import ContactState, MarkValue
from audits.models import ListeningGrid, MysteryCampaign, MysteryContact, MysteryScenario
from reports.management.demo.scene import Scene

OPERATOR = "operateur"
_SCENARIOS, _FIRST, _FIRST_OVER, _SECOND = -64, -62, -41, -9
_LENGTH, _AHEAD = 28, 16  # calendar days
SIZE = 20
TESTERS = ("recouvrement", "exploitation")
# Title, channel, situation, what the tester says, expected points.
SCENARIOS = (
    (
        "Facture plus haute que d'habitude",
        Channel.PHONE,
        "Cliente depuis trois ans, forfait simple. La facture du mois a monté de douze euros.",
        "Bonjour, ma facture a augmenté et je ne comprends pas pourquoi.",
        "Identité vérifiée. Hausse expliquée ligne à ligne. Geste ou refus motivé.",
    ),
    (
        "Ligne coupée depuis la veille",
        Channel.PHONE,
        "Client à jour de ses paiements, plus de réseau depuis hier soir.",
        "Je n'ai plus de réseau depuis hier, j'ai besoin de mon téléphone pour travailler.",
        "Diagnostic mené. Délai de rétablissement annoncé. Rappel proposé.",
    ),
    (
        "Le conjoint qui appelle",
        Channel.PHONE,
        "Le testeur n'est pas le titulaire et n'a pas de mandat.",
        "J'appelle pour la ligne de ma femme, donnez-moi le détail de ses appels.",
        "Refus courtois. Rien n'est dit du contrat. Démarche du mandat expliquée.",
    ),
    (
        "Résilier sans frais",
        Channel.EMAIL,
        "Client en déménagement à l'étranger, engagement de quatre mois restant.",
        "Bonjour, je pars vivre à l'étranger et souhaite résilier. Que dois-je envoyer ?",
        "Pièces demandées. Date de fin. Absence de frais confirmée ou expliquée.",
    ),
    (
        "Carte SIM perdue",
        Channel.EMAIL,
        "Cliente qui a perdu sa carte et veut garder son numéro.",
        "J'ai perdu ma carte SIM. Comment en recevoir une autre avec le même numéro ?",
        "Suspension proposée. Délai de trois jours ouvrés annoncé. Coût dit.",
    ),
)
MISSED = {
    4: "Exercice d'évacuation à l'heure prévue",
    13: "Testeur absent ce jour-là",
}


def schedule(scene: Scene) -> None:
    """Note the steps in the agenda of the scene."""
    moments, agenda = scene.moments, scene.agenda
    agenda.add(moments.at(_SCENARIOS, 14), partial(_write, scene))
    agenda.add(moments.at(_FIRST, 9), partial(_plan, scene, "Accueil et réponses", TESTERS))
    agenda.add(moments.at(_FIRST_OVER, 18), partial(_make, scene))
    agenda.add(moments.at(_SECOND, 9), partial(_plan, scene, "Suites annoncées", TESTERS[:1]))
    agenda.add(moments.at(-1, 18), partial(_make, scene))


def _grid(scene: Scene, channel: str) -> ListeningGrid:
    rows = ListeningGrid.objects.filter(organisation=scene.cast.organisations[OPERATOR]).in_use()
    return next(row for row in rows.order_by("pk") if channel in row.channels)


def _write(scene: Scene, at: datetime) -> None:
    for title, channel, situation, says, expected in SCENARIOS:
        scenarios.write_scenario(
            key=uuid.uuid4(),
            organisation=scene.cast.organisations[OPERATOR],
            fields=scenarios.ScenarioFields(
                title=title,
                channel=channel,
                situation=situation,
                says=says,
                expected=expected,
                grid=_grid(scene, channel),
            ),
            by=scene.cast.people["qualite"],
            at=at,
        )


def _plan(scene: Scene, title: str, testers: Sequence[str], at: datetime) -> None:
    """From the next day on: over by now, or half before and half after today."""
    organisation = scene.cast.organisations[OPERATOR]
    first = localdate(at) + timedelta(days=1)
    in_course = scene.moments.date_in(_AHEAD)
    last = min(first + timedelta(days=_LENGTH), in_course)
    rows = MysteryScenario.objects.filter(organisation=organisation).order_by("pk")
    mystery.plan_campaign(
        key=uuid.uuid4(),
        organisation=organisation,
        fields=mystery.CampaignFields(
            title=title,
            starts_on=first,
            ends_on=last,
            opens_at=9,
            closes_at=18,
            size=SIZE,
            sites=[scene.cast.sites["lyon"], scene.cast.sites["massy"]],
            scenarios=tuple(rows),
            testers=[scene.cast.people[name] for name in testers],
        ),
        by=scene.cast.people["qualite"],
        at=at,
    )


def _make(scene: Scene, at: datetime) -> None:
    """What was planned up to that day is made, or missed."""
    organisation = scene.cast.organisations[OPERATOR]
    campaign = MysteryCampaign.objects.filter(organisation=organisation).latest("planned_at")
    rows = campaign.contacts.filter(state=ContactState.PLANNED, planned_on__lte=localdate(at))
    for n, contact in enumerate(rows.select_related("scenario__grid").order_by("number")):
        moment = at + timedelta(minutes=n)
        if contact.number in MISSED:
            mystery.miss_contact(
                contact=contact, reason=MISSED[contact.number], by=contact.tester, at=moment
            )
        else:
            _record(contact, moment)


def _record(contact: MysteryContact, at: datetime) -> None:
    n = contact.number
    made_on: date = contact.planned_on
    is_call = contact.channel == Channel.PHONE
    mystery.record_contact(
        contact=contact,
        made_on=made_on,
        marks=_marks(contact.scenario.grid, n),
        comment="" if n % 3 else "Réponse claire, suite notée.",
        evidence=f"MYS-{made_on:%y%m}-{n:02d}",
        recommendation=(9, 7, 10, 8, 6, 9, 5, 8)[n % 8],
        wait=18 + 7 * (n % 9) if is_call else None,
        by=contact.tester,
        at=at,
    )


def _marks(grid: ListeningGrid, n: int) -> Marks:
    rows = list(grid.criteria.order_by("position"))
    weak = {(n * 3) % len(rows): MarkValue.PARTLY}
    if n % 4 == 1:
        weak[len(rows) - 3] = MarkValue.NOT_COMPLIANT
    return {row.pk: MarkFields(weak.get(row.position, MarkValue.COMPLIANT)) for row in rows}
