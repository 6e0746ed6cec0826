"""What the quality manager of the story supposed: the planned actions done, and nothing else."""

import uuid
from datetime import datetime

from audits.actions.scenario import save_scenario
from audits.enums import ActionState
from audits.models import Scenario
from audits.ticks import Ticks
from reports.management.demo.scene import Scene

PENDING = (ActionState.PLANNED, ActionState.IN_PROGRESS)


def suppose(scene: Scene, at: datetime) -> Scenario:
    """Keep a scenario on the running audit. Call once every action of the story is written."""
    for action in scene.actions.values():
        action.refresh_from_db(fields=["state"])
    return save_scenario(
        key=uuid.uuid4(),
        audit=scene.audits["internal_audit"],
        title="Si toutes les actions prévues sont faites",
        ticks=Ticks(
            actions=frozenset(row.pk for row in scene.actions.values() if row.state in PENDING)
        ),
        by=scene.cast.people["qualite"],
        at=at,
    )
