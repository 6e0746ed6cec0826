"""The story of the demonstration, from the opening of the files to yesterday."""

import uuid
from datetime import datetime
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction

from audits.actions import certification as certification_actions
from audits.actions import corrective_action, finding, rollup
from audits.enums import ActionState
from engagements.models import Edition
from reports.management.demo import (
    alerts,
    certified,
    committee,
    contacts,
    controls,
    counted,
    followup,
    indicators,
    landline,
    library,
    listening,
    plans,
    programme,
    providers,
    requests,
    samples,
    sharing,
    surveys,
)
from reports.management.demo.audit import AuditStory
from reports.management.demo.cast import create_cast
from reports.management.demo.evidence import renew
from reports.management.demo.library import (
    ActionData,
    AuditData,
    CertificationData,
    ClosingData,
    StepData,
)
from reports.management.demo.moments import Moments
from reports.management.demo.movement import suppose
from reports.management.demo.scene import Scene

_FIRST_DAY = -265


def tell(moments: Moments) -> Scene:
    """Create all of it, or nothing. The referentials are published already."""
    stored: list[str] = []
    try:
        with transaction.atomic():
            return _tell(moments, stored)
    except BaseException:
        # The rows are gone with the transaction; the files would stay.
        for path in stored:
            default_storage.delete(path)
        raise


def _tell(moments: Moments, stored: list[str]) -> Scene:
    cast = create_cast(moments.at(_FIRST_DAY, 9))
    scene = Scene(cast, moments, library.evidence(), stored=stored)
    for data in library.certifications():
        scene.agenda.add(moments.at(data.day, 9), partial(_open, scene, data))
        for name in data.audits:
            AuditStory(scene, data.organisation, name, AuditData.read(name)).schedule()
    certified.schedule(scene)
    samples.schedule(scene)
    programme.schedule(scene)
    controls.schedule(scene)
    plans.schedule(scene)
    for number, action in enumerate(library.actions()):
        _schedule_action(scene, number, action)
    for piece in scene.pieces.values():
        for version in piece.versions:
            at = moments.at(version.day, 14)
            scene.agenda.add(at, partial(renew, scene, piece, version))
    for closing in library.closings():
        scene.agenda.add(moments.at(closing.day, 16), partial(_close, scene, closing))
    followup.schedule(scene)
    landline.schedule(scene)
    requests.schedule(scene)
    sharing.schedule(scene)
    listening.schedule(scene)
    counted.schedule(scene)
    indicators.schedule(scene)
    surveys.schedule(scene)
    contacts.schedule(scene)
    alerts.schedule(scene)
    committee.schedule(scene)
    providers.schedule(scene)
    scene.agenda.add(moments.at(-1, 17), partial(suppose, scene))
    scene.agenda.run()
    # Evidence has expired since it was linked.
    rollup.rebuild()
    return scene


def _open(scene: Scene, data: CertificationData, at: datetime) -> None:
    fields = certification_actions.CertificationFields(
        title=data.title,
        scope=data.scope,
        channels=data.channels,
        sites=tuple(scene.cast.sites[key] for key in data.sites),
        target_date=scene.moments.date_in(data.target),
        body=scene.cast.organisations[data.body] if data.body else None,
    )
    published = Edition.objects.published().filter(referential__code=data.referential)
    scene.certifications[data.key or data.organisation] = certification_actions.open_certification(
        key=uuid.uuid4(),
        organisation=scene.cast.organisations[data.organisation],
        edition=published.latest("published_at"),
        fields=fields,
        by=scene.cast.people[data.opened_by],
        at=at,
    )


def _schedule_action(scene: Scene, number: int, data: ActionData) -> None:
    moments = scene.moments
    scene.agenda.add(moments.at(data.day, 11, number), partial(_plan, scene, number, data))
    for step in data.steps:
        at = moments.at(step.day, 15, number)
        scene.agenda.add(at, partial(_move, scene, number, data, step))


def _plan(scene: Scene, number: int, data: ActionData, at: datetime) -> None:
    fields = corrective_action.ActionFields(
        title=data.title,
        description=data.description,
        owner=scene.cast.people[data.owner],
        due_date=scene.moments.date_in(data.due),
        effort_days=data.effort_days,
    )
    scene.actions[number] = corrective_action.plan_action(
        key=uuid.uuid4(),
        finding=scene.findings[data.finding],
        fields=fields,
        by=scene.cast.people["qualite"],
        at=at,
    )


def _move(scene: Scene, number: int, data: ActionData, step: StepData, at: datetime) -> None:
    action = scene.actions[number]
    scene.actions[number] = corrective_action.move_action(
        action=action,
        version=action.version,
        to=ActionState(step.to),
        outcome=step.outcome,
        by=scene.cast.people[step.by or data.owner],
        at=at,
    )


def _close(scene: Scene, data: ClosingData, at: datetime) -> None:
    row = scene.findings[data.finding]
    finding.close_finding(
        finding=row,
        version=row.version,
        comment=data.comment,
        by=scene.cast.people[data.by],
        at=at,
    )
