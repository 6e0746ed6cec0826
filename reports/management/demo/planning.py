"""The audit programme of the operator, and the plan of its internal audit."""

import uuid
from datetime import date, datetime, time, timedelta
from functools import partial

from django.utils.timezone import localdate

from audits.actions import meeting as meetings
from audits.actions import plan as plans
from audits.actions import programme as programmes
from audits.actions import programme_lines
from audits.cycle_enums import AuditMethod, ProgrammeState, SlotKind
from audits.enums import AuditKind
from audits.models import Audit, AuditProgramme, PlanSlot, ProgrammeLine
from crcaudit.core.workdays import PARIS, Calendar
from reports.management.demo.moments import Moments
from reports.management.demo.scene import Scene

FILE, INTERNAL = "operateur", "internal_audit"
_WRITTEN, _DIAGNOSED, _STARTED = -173, -172, -15
_DAY_ONE, _DAY_TWO, _ENDS_IN, _MOCK_IN, _TARGET_IN = -14, -13, 12, 64, 113

RISKS = (
    (
        "Auditeur indisponible à moins de deux semaines",
        "Le cabinet tient un second auditeur prêt ; report d'une semaine au plus",
    ),
    (
        "Pic d'appels pendant les jours d'écoute",
        "Pas d'audit en première semaine du mois ni pendant une ouverture de gamme",
    ),
    (
        "Preuves échues à l'arrivée des auditeurs",
        "Revue des validités un mois avant chaque audit, depuis « Préparer l'audit »",
    ),
)
# (day, site, from, until, kind, title, people met, topics, domains, who), in the order of time.
SLOTS = (
    (_DAY_ONE, "lyon", (9, 0), (9, 30), SlotKind.OPENING, "Réunion d'ouverture",
     "Direction, responsable qualité, responsable de site", "", (), "both"),
    (_DAY_ONE, "lyon", (9, 30), (12, 0), SlotKind.SESSION, "Joignabilité et accueil",
     "Responsable d'exploitation, superviseur", "Tableaux de la téléphonie, annonces, écoutes",
     (0,), "lead"),
    (_DAY_ONE, "lyon", (9, 30), (12, 0), SlotKind.SESSION, "Courriers et courriels",
     "Responsable du courrier", "Vingt dossiers tirés au sort, délais, relances", (3,), "auditor"),
    (_DAY_ONE, None, (12, 0), (13, 30), SlotKind.BREAK, "Déjeuner", "", "", (), ""),
    (_DAY_ONE, "lyon", (13, 30), (16, 30), SlotKind.SESSION, "Écoutes au poste",
     "Deux conseillers par équipe", "Trente appels, grille d'écoute du dossier", (2,), "both"),
    (_DAY_ONE, "lyon", (16, 30), (17, 30), SlotKind.TEAM, "Bilan du jour de l'équipe d'audit",
     "", "", (), "both"),
    (_DAY_TWO, "massy", (9, 30), (12, 0), SlotKind.SESSION, "Facturation et recouvrement",
     "Responsable facturation", "Clarté des factures, relances, rétablissements", (3,), "lead"),
    (_DAY_TWO, "massy", (9, 30), (12, 0), SlotKind.SESSION, "Réclamations et recours",
     "Responsable des réclamations", "Registre, délais de réponse, médiation", (4,), "auditor"),
    (_DAY_TWO, None, (12, 0), (13, 30), SlotKind.BREAK, "Déjeuner", "", "", (), ""),
    (_DAY_TWO, "massy", (13, 30), (16, 0), SlotKind.SESSION, "Pilotage et mesure",
     "Responsable qualité, pilotage", "Recalcul de trois indicateurs", (5,), "both"),
)  # fmt: skip


def schedule_planning(scene: Scene) -> None:
    """Put the programme and the plan in the agenda of the scene."""
    moments, agenda = scene.moments, scene.agenda
    agenda.add(moments.at(_WRITTEN, 14), partial(_write_programme, scene))
    agenda.add(moments.at(_WRITTEN, 17), partial(_approve, scene))
    agenda.add(moments.at(_DIAGNOSED, 15), partial(_join, scene, "diagnosis"))
    agenda.add(moments.at(_STARTED, 15), partial(_join, scene, INTERNAL))
    agenda.add(moments.at(_STARTED, 16), partial(_write_plan, scene))
    agenda.add(moments.at(_DAY_ONE, 9, 40), partial(_hold_opening, scene))


def _write_programme(scene: Scene, at: datetime) -> None:
    moments, by = scene.moments, scene.cast.people["qualite"]
    target = moments.date_in(_TARGET_IN)
    programme = programmes.write_programme(
        key=uuid.uuid4(),
        organisation=scene.cast.organisations[FILE],
        fields=programmes.ProgrammeFields(
            title="Audits jusqu'à la certification",
            starts_on=localdate(at).replace(day=1),
            ends_on=target + timedelta(days=30),
            objectives=(
                "Mesurer l'écart au départ, vérifier que les actions l'ont réduit, et arriver à "
                "l'audit de certification sans non-conformité majeure."
            ),
            resources="Huit jours d'auditeur du Cabinet d'audit Démo, un jour de l'équipe qualité.",
            risks=RISKS,
        ),
        by=by,
        at=at,
    )
    for kind, day, lead in (
        (AuditKind.DIAGNOSIS, moments.workday(_DIAGNOSED), str(by)),
        (AuditKind.INTERNAL, moments.workday(_STARTED), "Cabinet d'audit Démo"),
        (AuditKind.MOCK, _working_day(moments.date_in(_MOCK_IN)), "Cabinet d'audit Démo"),
        (AuditKind.INITIAL, target, ""),
    ):
        fields = programme_lines.LineFields(
            scene.certifications[FILE],
            kind,
            day,
            lead,
            (scene.cast.sites["lyon"], scene.cast.sites["massy"]),
        )
        programme_lines.add_line(programme=programme, fields=fields, by=by, at=at)


def _approve(scene: Scene, at: datetime) -> None:
    programmes.move_programme(
        programme=_programme(scene),
        to=ProgrammeState.APPROVED,
        by=scene.cast.people["direction"],
        at=at,
    )


def _join(scene: Scene, name: str, at: datetime) -> None:
    audit = scene.audits[name]
    line = ProgrammeLine.objects.select_related("programme").get(
        programme=_programme(scene), kind=audit.kind
    )
    programme_lines.join_audit(line=line, audit=audit, by=scene.cast.people["qualite"], at=at)


def _programme(scene: Scene) -> AuditProgramme:
    return AuditProgramme.objects.get(organisation=scene.cast.organisations[FILE])


def _write_plan(scene: Scene, at: datetime) -> None:
    audit, by = scene.audits[INTERNAL], scene.cast.people["auditeur_principal"]
    plans.save_plan(
        audit=audit,
        version=0,
        fields=plans.PlanFields(
            criteria="Le référentiel du dossier, les procédures internes, les mesures récentes.",
            language="Français",
            confidentiality=(
                "Les écoutes se font sans enregistrement ; aucune personne n'est nommée au rapport."
            ),
            remote_means="Visioconférence du cabinet, partage d'écran ; essai la veille.",
            fallback="Conférence téléphonique ; les pièces sont envoyées par l'outil.",
            logistics="Un poste d'écoute double par site, une salle fermée, badges à l'accueil.",
        ),
        by=by,
        at=at,
    )
    for fields in _slots(scene, audit):
        plans.add_slot(key=uuid.uuid4(), audit=audit, fields=fields, by=by, at=at)


def _slots(scene: Scene, audit: Audit) -> list[plans.SlotFields]:
    team = {row.role: row for row in audit.team.select_related("user")}
    people = {
        "lead": (team["LEAD"],),
        "auditor": (team["AUDITOR"],),
        "both": (team["LEAD"], team["AUDITOR"]),
        "": (),
    }
    domains = list(audit.sections.filter(parent=None).order_by("position"))
    found = [
        plans.SlotFields(
            kind=kind,
            starts_at=_at(scene.moments, day, start),
            ends_at=_at(scene.moments, day, end),
            title=title,
            method=AuditMethod.ON_SITE,
            site=scene.cast.sites[site] if site else None,
            people_met=met,
            topics=topics,
            sections=tuple(domains[n] for n in parts),
            auditors=people[who],
        )
        for day, site, start, end, kind, title, met, topics, parts, who in SLOTS
    ]
    last = _working_day(scene.moments.date_in(_ENDS_IN))
    closing = plans.SlotFields(
        kind=SlotKind.CLOSING,
        starts_at=datetime.combine(last, time(16), tzinfo=PARIS),
        ends_at=datetime.combine(last, time(17), tzinfo=PARIS),
        title="Réunion de clôture",
        method=AuditMethod.REMOTE,
        people_met="Direction, responsable qualité, responsables de site",
        topics="Constats, désaccords éventuels, délais de réponse",
        auditors=people["both"],
    )
    return [*found, closing]


def _hold_opening(scene: Scene, at: datetime) -> None:
    slot = PlanSlot.objects.select_related("plan__audit").get(
        plan__audit=scene.audits[INTERNAL], kind=SlotKind.OPENING
    )
    meetings.record_meeting(
        slot=slot,
        version=slot.version,
        fields=meetings.MeetingFields(
            held_at=slot.starts_at,
            notes="Plan confirmé sans changement. Le droit au désaccord a été rappelé.",
            attendees=(
                ("Direction", str(scene.cast.people["direction"])),
                ("Responsable qualité", str(scene.cast.people["qualite"])),
                ("Responsable du site de Lyon", str(scene.cast.people["lyon"])),
                ("Deux superviseurs", ""),
            ),
        ),
        by=scene.cast.people["auditeur_principal"],
        at=at,
    )


def _at(moments: Moments, day: int, hour: tuple[int, int]) -> datetime:
    return datetime.combine(moments.workday(day), time(*hour), tzinfo=PARIS)


def _working_day(day: date) -> date:
    """The day itself, or the last working day before."""
    while not Calendar().is_working_day(day):
        day -= timedelta(days=1)
    return day
