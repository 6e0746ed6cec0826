"""Samples of the audits under way.

In the certification audit the sites to visit, letters that were all looked at, and files of the
subcontractor of which some are left; in the internal audit, appeals still to be drawn.
"""

import uuid
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from audits.actions import sample as sample_actions
from audits.actions.sample_fields import SampleFields
from audits.actions.sample_item import record_result
from audits.logic.sampling import Unit
from audits.models import Assessment, Sample
from audits.sample_enums import SampleMethod, SampleSubject, SiteSampleRule, UnitResult
from reports.management.demo.moments import words_of
from reports.management.demo.scene import Scene

_AUDIT, _BY, _INTERNAL = "landline_certification", "evaluateur", "internal_audit"
_SITES, _DRAWN, _EVENING, _DRAFT = -139, -33, -6, -3
_LETTERS, _SIZE = 2_176, 50
_FILES, _LOOKED_AT = 240, 20
_WEAK = {
    7: "Une demande sur deux traitée.",
    19: "Suite annoncée sans délai.",
    41: "Réponse type, question restée ouverte.",
}


def schedule(scene: Scene) -> None:
    """Note the steps in the agenda of the scene, once the audit is in it."""
    moments = scene.moments
    scene.agenda.add(moments.at(_SITES, 9), partial(_sites, scene))
    scene.agenda.add(moments.at(_DRAWN, 14), partial(_letters, scene))
    scene.agenda.add(moments.at(_EVENING, 20, 30), partial(_evening, scene))
    scene.agenda.add(moments.at(_DRAFT, 16), partial(_appeals, scene))


def _letters(scene: Scene, at: datetime) -> None:
    """Fifty letters out of a month's list, every one of them looked at."""
    words = words_of(scene.moments.workday(_DRAWN))
    fields = SampleFields(
        subject=SampleSubject.UNITS,
        assessment=_requirement(scene, "EX-3.1.3", "lyon"),
        title="Courriers relus, {mois}".format(**words),
        counted="La réponse traite chaque demande du courrier et annonce la suite.",
        source="Courriers reçus en {mois}, hors facture (registre d'arrivée).".format(**words),
        units=_letter_list(words["aaaa_mm"]),
        population_size=_LETTERS,
        method=SampleMethod.STRATIFIED,
        size=_SIZE,
        confidence=95,
        margin=10,
        target=Decimal(90),
    )
    sample = _prepared(scene, fields, at)
    sample = _drawn(scene, sample, at + timedelta(minutes=4))
    _look_at(scene, sample, _SIZE, at)
    sample_actions.conclude_sample(
        sample=sample, by=scene.cast.people[_BY], at=at + timedelta(hours=3)
    )


def _evening(scene: Scene, at: datetime) -> None:
    """Files of the evening at the subcontractor, the first ones looked at on the spot."""
    fields = SampleFields(
        subject=SampleSubject.UNITS,
        assessment=_requirement(scene, "EX-3.1.1", "debordement"),
        title="Dossiers ouverts le soir, quatre semaines",
        counted="Une échéance est saisie et le motif du client est écrit.",
        source="Dossiers ouverts entre 18 et 20 heures, numérotés par l'outil.",
        units=(),
        population_size=_FILES,
        method=SampleMethod.SIMPLE,
        size=40,
        confidence=95,
        margin=15,
        target=Decimal(95),
    )
    sample = _prepared(scene, fields, at)
    sample = _drawn(scene, sample, at + timedelta(minutes=4))
    _look_at(scene, sample, _LOOKED_AT, at)


def _look_at(scene: Scene, sample: Sample, count: int, at: datetime) -> None:
    """Record the result of the first units, three minutes each."""
    for item in sample.items.filter(rank__lte=count).order_by("rank"):
        weak = _WEAK.get(item.rank)
        record_result(
            item=item,
            version=item.version,
            result=UnitResult.NOT_CONFORM if weak else UnitResult.CONFORM,
            comment=weak or "",
            by=scene.cast.people[_BY],
            at=at + timedelta(minutes=20 + 3 * item.rank),
        )


def _appeals(scene: Scene, at: datetime) -> None:
    """Only its number is known: prepared, and left to be drawn."""
    fields = SampleFields(
        subject=SampleSubject.UNITS,
        title="Recours traités au trimestre",
        counted="Le recours a une réponse motivée, signée hors du service qui a décidé.",
        source="Recours reçus dans le trimestre, numérotés dans l'ordre du registre.",
        units=(),
        population_size=186,
        method=SampleMethod.SYSTEMATIC,
        size=64,
        confidence=95,
        margin=10,
        target=Decimal(95),
    )
    _prepared(scene, fields, at, audit=_INTERNAL, by="auditeur")


def _sites(scene: Scene, at: datetime) -> None:
    """Which sites the auditors visit: all of them, for the file is small and one is not its own."""
    certification = scene.audits[_AUDIT].certification
    names = sorted(certification.sites.values_list("name", flat=True))
    fields = SampleFields(
        subject=SampleSubject.SITES,
        title="Sites à visiter",
        counted="",
        source=f"Sites du dossier de certification {certification.reference}.",
        units=tuple(Unit(name) for name in names),
        population_size=len(names),
        method=SampleMethod.SIMPLE,
        size=len(names),
        rule=SiteSampleRule.INITIAL,
    )
    sample = _prepared(scene, fields, at)
    _drawn(scene, sample, at + timedelta(minutes=2))


def _prepared(
    scene: Scene, fields: SampleFields, at: datetime, *, audit: str = _AUDIT, by: str = _BY
) -> Sample:
    return sample_actions.prepare_sample(
        key=uuid.uuid4(),
        audit=scene.audits[audit],
        fields=fields,
        by=scene.cast.people[by],
        at=at,
    )


def _drawn(scene: Scene, sample: Sample, at: datetime) -> Sample:
    return sample_actions.draw_sample(
        sample=sample, version=sample.version, by=scene.cast.people[_BY], at=at
    )


def _requirement(scene: Scene, code: str, site: str) -> Assessment:
    return scene.audits[_AUDIT].assessments.get(code=code, site=scene.cast.sites[site])


def _letter_list(month: str) -> tuple[Unit, ...]:
    """References as a file management system gives them; three letters in five go to Lyon."""
    return tuple(
        Unit(f"CR-{month}-{number:04d}", "Lyon" if number % 5 in {0, 2, 3} else "Massy")
        for number in range(1, _LETTERS + 1)
    )
