"""The ``scheme`` block of a referential file: scale, grades, thresholds, names of levels."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from engagements.importers import limits
from engagements.importers.section import Section
from engagements.importers.values import (
    Bilingual,
    CycleData,
    EscalationData,
    GradeData,
    LevelNames,
    ScaleLevelData,
    SchemeData,
    ThresholdsData,
)
from engagements.importers.vocabulary import Codes

MAX_POINTS = 100
LEAST_LEVELS = 2


NO_LEVELS = LevelNames(Bilingual(), Bilingual(), Bilingual())
NO_THRESHOLDS = ThresholdsData(0, 0, 0)
NO_CYCLE = CycleData()
NO_SCHEME = SchemeData(
    "", Bilingual(), "", None, Bilingual(), NO_CYCLE, NO_LEVELS, "", NO_THRESHOLDS, (), ()
)


def read_scheme(root: Section) -> SchemeData:
    """The scheme of the file; an empty one, with a problem noted, when the block is absent."""
    block = root.section("scheme")
    if block is None:
        return NO_SCHEME
    scheme = SchemeData(
        code=block.code("code", limits.MAX_TERM_CODE),
        name=block.pair("name", limits.MAX_NAME),
        certification_body=block.text("certification_body", limits.MAX_NAME, required=False),
        validity_years=block.optional_whole("validity_years", 1, limits.MAX_YEARS),
        surveillance=block.pair("surveillance", limits.MAX_NAME),
        cycle=_cycle(block.section("cycle", required=False)),
        levels=_levels(block.section("levels")),
        gap_rule=block.choice("gap_rule", limits.GAP_RULES),
        thresholds=_thresholds(block.section("thresholds")),
        scale=_scale(block),
        grades=_grades(block),
        escalation=_escalation(block.section("escalation", required=False)),
    )
    block.close()
    return scheme


def _cycle(block: Section | None) -> CycleData:
    if block is None:
        return NO_CYCLE
    cycle = CycleData(
        surveillance_months=block.optional_whole("surveillance_months", 1, limits.MAX_MONTHS),
        surveillance_count=block.optional_whole("surveillance_count", 1, limits.MAX_FOLLOW_UPS),
        window_months=block.optional_whole("window_months", 0, limits.MAX_MONTHS),
        renewal_lead_months=block.optional_whole("renewal_lead_months", 0, limits.MAX_MONTHS),
        notice_days=block.optional_whole("notice_days", 0, limits.MAX_DAYS),
    )
    if block.has("surveillance_months") != block.has("surveillance_count"):
        message = _("Follow-ups need both: how many months apart, and how many in a cycle.")
        block.note(message, "surveillance_months")
    block.close()
    return cycle


def _levels(block: Section | None) -> LevelNames:
    if block is None:
        return NO_LEVELS
    names = LevelNames(
        block.pair("domain", limits.MAX_WORD),
        block.pair("engagement", limits.MAX_WORD),
        block.pair("requirement", limits.MAX_WORD),
    )
    block.close()
    return names


def _thresholds(block: Section | None) -> ThresholdsData:
    if block is None:
        return NO_THRESHOLDS
    thresholds = ThresholdsData(
        block.whole("global_score", 0, 100),
        block.whole("domain_score", 0, 100),
        block.whole("open_minors", 0, limits.MAX_DAYS),
    )
    block.close()
    return thresholds


def _escalation(block: Section | None) -> EscalationData:
    if block is None:
        return EscalationData()
    rules = EscalationData(
        minor_becomes_major=block.flag("minor_becomes_major"),
        minors_per_major=block.optional_whole("minors_per_major", 1, limits.MAX_DAYS),
        critical_is_major=block.flag("critical_is_major"),
    )
    block.close()
    return rules


def _scale(block: Section) -> tuple[ScaleLevelData, ...]:
    codes, letters = Codes(), Codes()
    levels = tuple(_level(item, codes, letters) for item in block.sections("scale"))
    if block.has("scale") and not _is_usable(levels):
        message = _(
            "The scale needs two levels with points at least, and the best one must be conform."
        )
        block.note(message, "scale")
    return levels


def _is_usable(levels: Sequence[ScaleLevelData]) -> bool:
    rated = [level for level in levels if level.points is not None]
    best = max((level.points or 0 for level in rated), default=0)
    conform = [level.is_conform for level in rated if level.points == best]
    return len(rated) >= LEAST_LEVELS and best > 0 and all(conform)


def _level(item: Section, codes: Codes, letters: Codes) -> ScaleLevelData:
    level = ScaleLevelData(
        code=item.code("code", limits.MAX_LEVEL_CODE),
        letter=item.text("letter", limits.MAX_LETTER),
        label=item.pair("label", limits.MAX_LABEL),
        points=item.optional_whole("points", 0, MAX_POINTS),
        is_conform=item.flag("is_conform"),
        shape=item.choice("shape", limits.SHAPES),
    )
    codes.claim(item, level.code)
    letters.claim(item, level.letter, "letter")
    if level.is_conform and not item.has("points"):
        item.note(_("A level without points means not applicable: it cannot be conform."))
    item.close()
    return level


def _grades(block: Section) -> tuple[GradeData, ...]:
    codes = Codes()
    return tuple(_grade(item, codes) for item in block.sections("grades"))


def _grade(item: Section, codes: Codes) -> GradeData:
    grade = GradeData(
        code=item.code("code", limits.MAX_GRADE_CODE),
        label=item.pair("label", limits.MAX_LABEL),
        short=item.pair("short", limits.MAX_SHORT),
        meaning=item.pair("meaning", limits.MAX_WORDING, required=False),
        severity=item.choice("severity", limits.SEVERITIES),
        shape=item.choice("shape", limits.SHAPES),
        blocks=item.flag("blocks"),
        needs_action=item.flag("needs_action"),
        answer_days=item.optional_whole("answer_days", 0, limits.MAX_DAYS),
        evidence_days=item.optional_whole("evidence_days", 0, limits.MAX_DAYS),
        working_days=item.flag("working_days"),
    )
    codes.claim(item, grade.code)
    item.close()
    return grade
