"""The pack of the operational committee: frozen values, in no language, of one week or month."""

from audits.snapshots.committee.pack import pack_of
from audits.snapshots.committee.values import (
    ActionLine,
    CommitteePack,
    ComplaintLine,
    ControlItem,
    DecisionLine,
    FigureLine,
    PlaceName,
    ProposalLine,
)

__all__ = [
    "ActionLine",
    "CommitteePack",
    "ComplaintLine",
    "ControlItem",
    "DecisionLine",
    "FigureLine",
    "PlaceName",
    "ProposalLine",
    "pack_of",
]
