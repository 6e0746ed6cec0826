"""What the parts of the story share while it is told."""

from dataclasses import dataclass, field

from audits.models import Audit, Certification, CorrectiveAction, Evidence, Finding
from reports.management.demo.agenda import Agenda
from reports.management.demo.cast import Cast
from reports.management.demo.library import EvidenceData
from reports.management.demo.moments import Moments

# Why a rating is not the one that the measures propose, where the story says nothing else.
DEPARTURE = (
    "La mesure porte sur le dernier mois clos ; les pièces et les entretiens de l'audit couvrent "
    "toute la période."
)


@dataclass(slots=True)
class Scene:
    """Rows by the keys of the fixtures, filled as the steps of the agenda are carried out.

    ``certifications`` are by organisation or by their own key, ``audits`` by the name of their
    file. ``pieces`` are the evidence to bring, ``stored`` the paths of the files that were written.
    """

    cast: Cast
    moments: Moments
    pieces: dict[str, EvidenceData]
    agenda: Agenda = field(default_factory=Agenda)
    certifications: dict[str, Certification] = field(default_factory=dict)
    audits: dict[str, Audit] = field(default_factory=dict)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    findings: dict[str, Finding] = field(default_factory=dict)
    actions: dict[int, CorrectiveAction] = field(default_factory=dict)
    stored: list[str] = field(default_factory=list)
