"""What an imported file says, as frozen values: no database, no Django model.

The importers return these when a file has no problem at all. Texts are already checked
(length, control characters), codes are unique and every code that is referred to exists.
"""

from engagements.importers.values.catalogue import (
    CatalogueFile,
    CatalogueTargetData,
    CatalogueVocabularies,
    IndicatorData,
    InputData,
    ParameterData,
)
from engagements.importers.values.common import (
    Bilingual,
    Parameter,
    Parsed,
    Problem,
    Term,
)
from engagements.importers.values.referential import (
    AnnexArea,
    AnnexData,
    CycleData,
    DomainData,
    EngagementData,
    EscalationData,
    GradeData,
    InternalControlData,
    LevelNames,
    ReferentialFile,
    RequirementData,
    ScaleLevelData,
    SchemeData,
    TargetData,
    ThresholdsData,
    Vocabularies,
)

__all__ = [
    "AnnexArea",
    "AnnexData",
    "Bilingual",
    "CatalogueFile",
    "CatalogueTargetData",
    "CatalogueVocabularies",
    "CycleData",
    "DomainData",
    "EngagementData",
    "EscalationData",
    "GradeData",
    "IndicatorData",
    "InputData",
    "InternalControlData",
    "LevelNames",
    "Parameter",
    "ParameterData",
    "Parsed",
    "Problem",
    "ReferentialFile",
    "RequirementData",
    "ScaleLevelData",
    "SchemeData",
    "TargetData",
    "Term",
    "ThresholdsData",
    "Vocabularies",
]
