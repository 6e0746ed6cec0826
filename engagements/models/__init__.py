"""Models of the referential."""

from engagements.models.control import ControlPoint
from engagements.models.indicator import (
    Indicator,
    IndicatorInput,
    IndicatorTarget,
    RequirementIndicator,
)
from engagements.models.mapping import RequirementMapping
from engagements.models.referential import Edition, EditionTerm, Referential
from engagements.models.requirement import Domain, Engagement, Requirement
from engagements.models.scheme import FindingGrade, RatingLevel, Scheme

__all__ = [
    "ControlPoint",
    "Domain",
    "Edition",
    "EditionTerm",
    "Engagement",
    "FindingGrade",
    "Indicator",
    "IndicatorInput",
    "IndicatorTarget",
    "RatingLevel",
    "Referential",
    "Requirement",
    "RequirementIndicator",
    "RequirementMapping",
    "Scheme",
]
