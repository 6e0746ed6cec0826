"""Bodies of the forms about providers: see `tests.project.asking`."""

from django.utils.timezone import localdate

from audits.models import ProviderReview, ScorecardGrid


def _grid(side, _thing: str) -> dict:
    """The one line of the grid with another weight: each form sent is another version."""
    latest = ScorecardGrid.objects.filter(organisation=side.organisation).count()
    return {
        "version": latest,
        "required": "75",
        "starts_on": localdate().isoformat(),
        "reason": "Avenant",
        "code_SPEED_0": "X-1",
        "weight_SPEED_0": str(latest + 2),
    }


def _review(side, thing: str) -> dict:
    row = ProviderReview.objects.get(pk=side.things[thing].pk)
    return {
        "version": row.version,
        "held_on": localdate().isoformat(),
        "strengths": "Accueil soigné",
        "conclusion": "Suivi à reprendre",
        "what_0": "Plan de rappels",
        "due_0": localdate().isoformat(),
    }


BODIES = {
    "audits:edit-scorecard-grid": _grid,
    "audits:edit-provider-review": _review,
    "audits:settle-asked": lambda _side, _thing: {"state": "DONE", "outcome": "Vu sur place"},
}
