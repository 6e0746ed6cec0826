"""The audit programme of the operator: audits of its two files, and those that were held."""

import uuid
from datetime import datetime, timedelta
from functools import partial

from django.utils.timezone import localdate

from audits.actions import programme as programmes
from audits.actions import programme_lines
from audits.cycle_enums import ProgrammeState
from audits.enums import AuditKind
from audits.models import AuditProgramme, ProgrammeLine
from reports.management.demo.scene import Scene

MOBILE, LANDLINE = "operateur", "fixe"
_WRITTEN, _TARGET_IN = -173, 113
_FIRM, _BODY = "Cabinet d'audit Démo", "Organisme certificateur Démo"
_TWO, _THREE = ("lyon", "massy"), ("lyon", "massy", "debordement")

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
# (file, kind, name of the audit when it was held, day, who leads, sites); the day counts working
# days back, or calendar days ahead.
LINES = (
    (MOBILE, AuditKind.DIAGNOSIS, "diagnosis", -172, "Équipe qualité", _TWO),
    (LANDLINE, AuditKind.INITIAL, "landline_certification", -140, _BODY, _THREE),
    (MOBILE, AuditKind.INTERNAL, "internal_audit", -15, _FIRM, _TWO),
    (MOBILE, AuditKind.MOCK, "", 64, _FIRM, _TWO),
    (MOBILE, AuditKind.INITIAL, "", _TARGET_IN, "", _TWO),
)


def schedule(scene: Scene) -> None:
    """Put the programme in the agenda of the scene, and each audit that is joined to it."""
    moments, agenda = scene.moments, scene.agenda
    agenda.add(moments.at(_WRITTEN, 14), partial(_write, scene))
    agenda.add(moments.at(_WRITTEN, 17), partial(_approve, scene))
    for _file, _kind, name, day, _lead, _sites in LINES:
        if name:
            agenda.add(moments.at(day, 15), partial(_join, scene, name))


def _write(scene: Scene, at: datetime) -> None:
    moments, by = scene.moments, scene.cast.people["qualite"]
    target = moments.date_in(_TARGET_IN)
    programme = programmes.write_programme(
        key=uuid.uuid4(),
        organisation=scene.cast.organisations[MOBILE],
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
    for file, kind, _name, day, lead, sites in LINES:
        fields = programme_lines.LineFields(
            scene.certifications[file],
            kind,
            moments.workday(day) if day < 0 else moments.last_workday_by(day),
            lead,
            [scene.cast.sites[key] for key in sites],
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
        programme=_programme(scene), kind=audit.kind, certification=audit.certification_id
    )
    programme_lines.join_audit(line=line, audit=audit, by=scene.cast.people["qualite"], at=at)


def _programme(scene: Scene) -> AuditProgramme:
    return AuditProgramme.objects.get(organisation=scene.cast.organisations[MOBILE])
