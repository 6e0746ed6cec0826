"""What the quality manager of the story supposed: the planned actions done, and nothing else."""

import uuid
from datetime import datetime

from audits.actions.scenario import save_scenario
from audits.enums import ActionState
from audits.models import CorrectiveAction, Scenario
from audits.ticks import Ticks
from reports.management.demo.scene import Scene

PENDING = (ActionState.PLANNED, ActionState.IN_PROGRESS)


def suppose(scene: Scene, at: datetime) -> Scenario:
    """Keep a scenario on the running audit. Call once every action of the story is written."""
    audit = scene.audits["internal_audit"]
    file = audit.certification_id
    pending = CorrectiveAction.objects.filter(
        pk__in=[row.pk for row in scene.actions.values()],
        finding__audit__certification=file,
        state__in=PENDING,
    )
    return save_scenario(
        key=uuid.uuid4(),
        audit=audit,
        title="Si toutes les actions prévues sont faites",
        ticks=Ticks(actions=frozenset(pending.values_list("pk", flat=True))),
        by=scene.cast.people["qualite"],
        at=at,
    )
