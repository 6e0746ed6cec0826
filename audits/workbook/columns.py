"""The columns of the sheets, as data: one place for who writes them and who reads them again."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from audits.finding_rules import MAX_CONSEQUENCE
from crcaudit.core.forms import MAX_LINE, MAX_REASON
from crcaudit.core.text import MAX_TEXT

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # no sheet is wider
_WRAPS = 24  # texts in a column as wide as this may take several lines


class Name(StrEnum):
    """Columns of a requirement. ``KEY`` is hidden: a sheet that was sorted is read all the same."""

    KEY = "KEY"
    CODE = "CODE"
    SECTION = "SECTION"
    TEXT = "TEXT"
    CRITICALITY = "CRITICALITY"
    SITE = "SITE"
    EVIDENCE = "EVIDENCE"
    RATING = "RATING"
    REASON = "REASON"
    COMMENT = "COMMENT"


class List(StrEnum):
    """Lists to choose from, each a column of the hidden sheet."""

    LEVELS = "LEVELS"
    GRADES = "GRADES"
    REQUIREMENTS = "REQUIREMENTS"
    SITES = "SITES"
    FINDINGS = "FINDINGS"
    OWNERS = "OWNERS"
    STATES = "STATES"


class Format(StrEnum):
    """What is typed in a column: a text stays a text, such as "1/2"."""

    TEXT = "@"
    DAY = "dd/mm/yyyy"
    NUMBER = "General"


# A code may be typed in small letters, and a person named without the address.
LOOSE = frozenset({List.REQUIREMENTS, List.OWNERS})
ENTRY = (Name.RATING, Name.REASON, Name.COMMENT)
REFERENCE = "reference"
NEW_FINDING, NEW_ACTION = "F-N", "ACT-N"  # and a number: the references of rows to write
# What an auditor writes of a finding, and where: only a new one still looks for its place.
FINDING_ENTRY = ("grade", "title", "required", "found", "consequence", "next_step", "found_date")
FINDING_PLACE = ("requirement", "site")
ACTION_ENTRY = ("title", "description", "owner", "due_date", "effort_days")
ACTION_PLACE = ("finding",)
ACTION_STEP = ("state", "outcome")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet; ``limit`` is in characters, 0 without one."""

    name: str
    header: str
    width: int
    choices: List | None = None
    limit: int = 0
    format: Format = Format.TEXT
    is_hidden: bool = False

    @property
    def wraps(self) -> bool:
        """Whether its texts make a row higher."""
        return self.width >= _WRAPS and self.choices is None


def requirement_columns(*, per_site: bool) -> tuple[Column, ...]:
    """The site only where requirements are rated site by site."""
    rating = pgettext("column of the workbook", "Rating")
    found = (
        Column(Name.KEY, "", 4, is_hidden=True),
        Column(Name.CODE, _("Code"), 12),
        Column(Name.SECTION, _("Engagement"), 24),
        Column(Name.TEXT, _("Requirement"), 60),
        Column(Name.CRITICALITY, _("Criticality"), 12),
        Column(Name.SITE, _("Site"), 18),
        Column(Name.EVIDENCE, _("Evidence"), 9),
        Column(Name.RATING, rating, 26, List.LEVELS),
        Column(Name.REASON, _("Reason for not applicable"), 30, limit=MAX_REASON),
        Column(Name.COMMENT, _("Comment"), 60, limit=MAX_TEXT),
    )
    return tuple(column for column in found if per_site or column.name != Name.SITE)


def finding_columns() -> tuple[Column, ...]:
    """What a finding says, in the order of its page."""
    return (
        Column(REFERENCE, _("Reference"), 11),
        Column("grade", _("Grade"), 26, List.GRADES),
        Column("requirement", _("Requirement"), 13, List.REQUIREMENTS),
        Column("site", _("Site"), 18, List.SITES),
        Column("title", _("Title"), 40, limit=MAX_LINE),
        Column("required", _("Required"), 50, limit=MAX_TEXT),
        Column("found", _("Found"), 60, limit=MAX_TEXT),
        Column("consequence", _("Consequence"), 40, limit=MAX_CONSEQUENCE),
        Column("next_step", _("Next step"), 40, limit=MAX_CONSEQUENCE),
        Column("found_date", _("Found on"), 12, format=Format.DAY),
        Column("due_date", _("Proof due on"), 18),
        Column("state", _("State"), 14),
    )


def action_columns() -> tuple[Column, ...]:
    """What an action says, in the order of its page."""
    return (
        Column(REFERENCE, _("Reference"), 11),
        Column("finding", _("Finding"), 11, List.FINDINGS),
        Column("title", _("Title"), 50, limit=MAX_LINE),
        Column("description", _("Description"), 50, limit=MAX_TEXT),
        Column("owner", _("Owner"), 34, List.OWNERS),
        Column("due_date", _("Due date"), 12, format=Format.DAY),
        Column("effort_days", _("Effort (days)"), 14, format=Format.NUMBER),
        Column("state", _("State"), 22, List.STATES),
        Column("outcome", _("Outcome"), 50, limit=MAX_TEXT),
    )


def letters_of(columns: tuple[Column, ...]) -> dict[str, str]:
    """The letter of each column, by its name."""
    return {column.name: LETTERS[place] for place, column in enumerate(columns)}
