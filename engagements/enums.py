"""Vocabularies of referentials. Wordings shown to people are data of the edition or scheme."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from crcaudit.core.flow import Flow


class EditionState(TextChoices):
    """Life of an edition: published is for ever frozen."""

    DRAFT = "DRAFT", _("Draft")
    PUBLISHED = "PUBLISHED", _("Published")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")


EDITION_FLOW = Flow(
    "edition",
    {
        EditionState.DRAFT: frozenset({EditionState.PUBLISHED}),
        EditionState.PUBLISHED: frozenset({EditionState.WITHDRAWN}),
    },
)


class Criticality(TextChoices):
    """How much one failure weighs in the decision."""

    CRITICAL = "critical", _("Critical")
    MAJOR = "major", _("Major")
    STANDARD = "standard", _("Standard")


class Severity(TextChoices):
    """Rank of a finding grade, worst first, whatever words the scheme uses."""

    MAJOR = "major", _("Major nonconformity")
    MINOR = "minor", _("Minor nonconformity")
    WATCH = "watch", _("Sensitive point")
    IMPROVE = "improve", _("Opportunity for improvement")
    STRONG = "strong", _("Strong point")
    NOTE = "note", _("Conformity record")


class Shape(TextChoices):
    """The verdict component: shape and colour."""

    OK = "ok", _("Compliant")
    PART = "part", _("Partially compliant")
    MINOR = "minor", _("Minor nonconformity")
    MAJOR = "major", _("Major nonconformity")
    NA = "na", _("Not applicable")
    NONE = "none", _("Not assessed")


class TermKind(TextChoices):
    """The vocabularies that an edition brings with it."""

    CRITICALITY = "CRITICALITY", _("criticality")
    CONTROL_METHOD = "CONTROL_METHOD", _("control method")
    FREQUENCY = "FREQUENCY", _("frequency")
    ROLE = "ROLE", _("role")
    JOURNEY_STAGE = "JOURNEY_STAGE", _("journey stage")
    SOURCE = "SOURCE", _("source")
    CONFIDENCE = "CONFIDENCE", _("confidence")


class Operator(TextChoices):
    """How a value is compared with its target; < and > are strict."""

    AT_LEAST = ">=", "≥"
    AT_MOST = "<=", "≤"
    MORE_THAN = ">", ">"
    LESS_THAN = "<", "<"
    EQUAL = "=", "="


class Direction(TextChoices):
    """Which way an indicator is better."""

    HIGHER = "higher", _("Higher is better")
    LOWER = "lower", _("Lower is better")
    BAND = "band", _("Within a band")
    NEUTRAL = "neutral", _("Tracked without target")


class Dimension(TextChoices):
    """The three dimensions of a service certification's indicators."""

    PROCESS = "process", _("Economic: process and service")
    SOCIAL = "social", _("Social")
    CUSTOMER = "customer", _("Customer: contact quality and satisfaction")


class StatisticKind(TextChoices):
    """What kind of figure an indicator is; decides its interval."""

    PROPORTION = "proportion", _("Proportion: Wilson interval")
    MEAN = "mean", _("Mean: Student interval")
    RATIO = "ratio", _("Ratio, no interval")
    COUNT = "count", _("Count")
    NPS = "nps", _("Net score: dedicated standard error")
    SCORE = "score", _("Value given as is")


class MappingRelation(TextChoices):
    """What a requirement became in the next edition. `audits.logic.comparison.Relation` equals."""

    KEPT = "KEPT", _("Kept")
    REWORDED = "REWORDED", _("Reworded")
    MERGED = "MERGED", _("Merged")
    SPLIT = "SPLIT", _("Split")
    NEW = "NEW", _("New")
    REMOVED = "REMOVED", _("Removed")
