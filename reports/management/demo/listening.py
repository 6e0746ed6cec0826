"""A year of listening at the operator: grids, contacts heard, calibration, mystery contacts."""

import uuid
from datetime import date, datetime, timedelta
from functools import partial

from django.utils import translation
from django.utils.timezone import localdate

from audits.actions.listening import calibration, grids, plan, sessions
from audits.actions.listening.common import MarkFields, Marks
from audits.enums import Channel
from audits.listening_enums import GridState, ListeningKind, MarkValue
from audits.models import CalibrationRound, ListeningGrid, ListeningSession
from audits.ready_grids import ready_grid
from reports.management.demo import mystery
from reports.management.demo.scene import Scene

OPERATOR = "operateur"
PHONE, WRITTEN = "telephone", "ecrit"
_GRIDS, _PLANNED, _FIRST, _STEP, _LINKED = -246, -245, -240, 4, -16
HEARD, MONTHS, PLANNED = 60, 13, 3
SITES = ("lyon", "massy")
_ROUND, _OPEN = -40, -3
NOTES = {
    MarkValue.PARTLY: (
        "Prénom donné, service oublié.",
        "Reformule une fois la recherche commencée.",
        "Suite annoncée sans date.",
        "Deux mots du métier non expliqués.",
        "Attente annoncée, retour après deux minutes.",
    ),
    MarkValue.NOT_COMPLIANT: (
        "Le client est coupé deux fois.",
        "Pas de reformulation.",
        "La suite n'est pas dite.",
        "Aucune question de précision.",
    ),
}
REASONS = ("Facture", "Panne de ligne", "Changement d'offre", "Résiliation", "Suivi de commande")
COMMENTS = (
    "Échange calme, le client remercie.",
    "Bonne écoute ; la reformulation est à installer.",
    "",
    "Appel long, réponse juste du premier coup.",
    "À revoir ensemble : l'annonce des mises en attente.",
    "",
)
AGENTS = ("AB", "17", "CL", "", "23", "MD", "08", "RT")
# Contacts whose answer was wrong, or identity not checked: their place among those heard.
WRONG, UNCHECKED = (9, 26, 45), (18,)
WRITTEN_ONES = frozenset(range(2, HEARD, 5))
TARGETED_ONES = frozenset(range(3, HEARD, 4))
UNTOLD = frozenset({*range(4, HEARD, 9), HEARD - 1})
# Marks of the three evaluators of the round that was concluded, and what they agreed on: places
# of criteria that are not simply compliant.
GRADED = {
    "qualite": {5: MarkValue.PARTLY, 8: MarkValue.NOT_APPLICABLE, 10: MarkValue.NOT_COMPLIANT},
    "lyon": {5: MarkValue.NOT_COMPLIANT, 8: MarkValue.NOT_APPLICABLE, 10: MarkValue.PARTLY},
    "massy": {8: MarkValue.NOT_APPLICABLE, 10: MarkValue.NOT_COMPLIANT},
}
AGREED = GRADED["qualite"]
CONCLUSION = (
    "La reformulation est partielle quand elle vient après le début de la recherche. Une suite "
    "annoncée sans date est non conforme : Lyon notait « en partie » jusqu'ici."
)


def schedule(scene: Scene) -> None:
    """Note the steps in the agenda of the scene."""
    moments, agenda = scene.moments, scene.agenda
    agenda.add(moments.at(_GRIDS, 10), partial(_write, scene))
    agenda.add(moments.at(_PLANNED, 10), partial(_plan, scene))
    heard: dict[int, ListeningSession] = {}
    for n in range(HEARD):
        day = _FIRST + _STEP * n
        agenda.add(moments.at(day, 15, n % 50), partial(_hear, scene, heard, n))
        if n not in UNTOLD:
            # On the same day, or on the next one.
            agenda.add(moments.at(day + (n + 1) % 2, 16, n % 50), partial(_tell, heard, n))
    agenda.add(moments.at(_LINKED, 10), partial(_link, scene))
    agenda.add(moments.at(_ROUND, 10), partial(_open_round, scene, "Appel 88-4512", tuple(GRADED)))
    for days, name in enumerate(GRADED, start=1):
        step = partial(_grade, scene, name, GRADED[name])
        agenda.add(moments.at(_ROUND + days, 11), step)
    agenda.add(moments.at(_ROUND + len(GRADED) + 1, 16), partial(_conclude, scene))
    people = ("qualite", "massy", "exploitation")
    agenda.add(moments.at(_OPEN, 10), partial(_open_round, scene, "Appel 91-0377", people))
    first = {3: MarkValue.PARTLY, 8: MarkValue.NOT_APPLICABLE}
    agenda.add(moments.at(_OPEN + 1, 11), partial(_grade, scene, "qualite", first))
    mystery.schedule(scene)


def grid_of(scene: Scene, name: str) -> ListeningGrid:
    """A grid of the operator that is in use."""
    with translation.override("fr"):
        title = ready_grid(name).title
    rows = ListeningGrid.objects.filter(organisation=scene.cast.organisations[OPERATOR])
    return rows.in_use().get(title=title)


def marks_of(grid: ListeningGrid, weak: dict[int, MarkValue], n: int = 0) -> Marks:
    """Marks that are compliant but at the places of ``weak``; ``n`` chooses the remarks."""
    found = {}
    for row in grid.criteria.order_by("position"):
        mark = weak.get(row.position, MarkValue.COMPLIANT)
        notes = NOTES.get(mark, ("",))
        found[row.pk] = MarkFields(mark, notes[(n + row.position) % len(notes)])
    return found


def _write(scene: Scene, at: datetime) -> None:
    by = scene.cast.people["qualite"]
    for n, name in enumerate((PHONE, WRITTEN)):
        with translation.override("fr"):
            fields = ready_grid(name)
        grid = grids.write_grid(
            key=uuid.uuid4(),
            organisation=scene.cast.organisations[OPERATOR],
            fields=fields,
            by=by,
            at=at + timedelta(minutes=20 * n),
        )
        used_at = at + timedelta(minutes=20 * n + 10)
        grids.move_grid(grid=grid, to=GridState.IN_USE, by=by, at=used_at)


def _plan(scene: Scene, at: datetime) -> None:
    """Three contacts a month on each site, from this month to the one after today."""
    sites = [scene.cast.sites[key] for key in SITES]
    first = localdate(at).year * 12 + localdate(at).month - 1
    months = [date(m // 12, m % 12 + 1, 1) for m in range(first, first + MONTHS + 1)]
    plan.set_plan(
        organisation=scene.cast.organisations[OPERATOR],
        planned={(site.pk, month): PLANNED for site in sites for month in months},
        by=scene.cast.people["qualite"],
        at=at,
    )


def _link(scene: Scene, at: datetime) -> None:
    grids.link_grid(
        grid=grid_of(scene, PHONE),
        certification=scene.certifications[OPERATOR],
        by=scene.cast.people["qualite"],
        at=at,
    )


def _hear(scene: Scene, heard: dict[int, ListeningSession], n: int, at: datetime) -> None:
    """One contact; feedback comes within a day, but for one in nine and the newest one."""
    site = SITES[n % len(SITES)]
    is_written = n in WRITTEN_ONES
    grid = grid_of(scene, WRITTEN if is_written else PHONE)
    heard_on = localdate(at)
    fields = sessions.SessionFields(
        site=scene.cast.sites[site],
        channel=Channel.EMAIL if is_written else Channel.PHONE,
        heard_on=heard_on,
        kind=ListeningKind.TARGETED if n in TARGETED_ONES else ListeningKind.RANDOM,
        marks=marks_of(grid, _weak(n, grid), n),
        agent=AGENTS[n % len(AGENTS)],
        contact_reference=f"{'M' if is_written else 'A'}-{heard_on:%y%m}-{100 + 7 * n}",
        contact_reason=REASONS[n % len(REASONS)],
        comment=COMMENTS[n % len(COMMENTS)],
    )
    by = scene.cast.people["qualite" if n % 3 == 0 else site]
    heard[n] = sessions.record_session(key=uuid.uuid4(), grid=grid, fields=fields, by=by, at=at)


def _tell(heard: dict[int, ListeningSession], n: int, at: datetime) -> None:
    sessions.debrief_session(session=heard[n], on=localdate(at), by=heard[n].evaluator, at=at)


def _weak(n: int, grid: ListeningGrid) -> dict[int, MarkValue]:
    """What is not compliant in the nth contact: more at first, less as the year goes on."""
    size = grid.criteria.count()
    critical = list(grid.criteria.filter(is_critical=True).order_by("position"))
    weak = {(5 + n) % size: MarkValue.PARTLY}
    if n % 3 != 1 or n < HEARD // 3:
        weak[(2 * n + 3) % size] = MarkValue.NOT_COMPLIANT if n % 4 == 0 else MarkValue.PARTLY
    if n % 2:
        weak[(size - 5) % size] = MarkValue.NOT_APPLICABLE
    # What fails a whole contact happens seldom, and where it is said.
    for row in critical:
        if weak.get(row.position) == MarkValue.NOT_COMPLIANT:
            weak[row.position] = MarkValue.PARTLY
    if n in WRONG:
        weak[critical[-1].position] = MarkValue.NOT_COMPLIANT
    if n in UNCHECKED:
        weak[critical[0].position] = MarkValue.NOT_COMPLIANT
    return weak


def _open_round(scene: Scene, contact: str, people: tuple[str, ...], at: datetime) -> None:
    fields = calibration.RoundFields(
        site=scene.cast.sites["lyon"],
        channel=Channel.PHONE,
        heard_on=localdate(at) - timedelta(days=1),
        grid=grid_of(scene, PHONE),
        evaluators=[scene.cast.people[name] for name in people],
        due_on=localdate(at) + timedelta(days=10),
        contact_reference=contact,
    )
    calibration.open_round(
        key=uuid.uuid4(),
        organisation=scene.cast.organisations[OPERATOR],
        fields=fields,
        by=scene.cast.people["qualite"],
        at=at,
    )


def _round(scene: Scene) -> CalibrationRound:
    rows = CalibrationRound.objects.filter(organisation=scene.cast.organisations[OPERATOR])
    return rows.latest("opened_at")


def _grade(scene: Scene, name: str, weak: dict[int, MarkValue], at: datetime) -> None:
    row = _round(scene)
    calibration.grade_round(
        row=row,
        version=0,
        marks=marks_of(row.grid, weak),
        comment="",
        by=scene.cast.people[name],
        at=at,
    )


def _conclude(scene: Scene, at: datetime) -> None:
    row = _round(scene)
    calibration.conclude_round(
        row=row,
        version=row.version,
        marks=marks_of(row.grid, AGREED),
        conclusion=CONCLUSION,
        by=scene.cast.people["qualite"],
        at=at,
    )
