"""What a workbook that came back would change, and everything that stands in its way."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from audits import permissions
from audits.logic.merging import Outcome, outcome
from audits.models import Assessment, Audit
from audits.workbook import layout
from audits.workbook.layout import Levels, Name
from audits.workbook.problems import Problems, quoted
from audits.workbook.reader import Entry
from audits.workbook.stamp import FORMAT, RowStamp, Stamp
from crcaudit.accounts.models import User
from crcaudit.core.formats import number
from crcaudit.core.forms import MAX_REASON
from crcaudit.core.text import MAX_TEXT, clean_text


class Unit(StrEnum):
    """What is chosen as one: a rating goes with its reason, a comment stands alone."""

    RATING = "RATING"
    COMMENT = "COMMENT"


@dataclass(frozen=True, slots=True)
class Values:
    """What a person fills in for one requirement."""

    level: str
    na_reason: str
    comment: str

    def unit(self, unit: Unit) -> tuple[str, ...]:
        """The part that is compared and chosen as one."""
        return (self.comment,) if unit is Unit.COMMENT else (self.level, self.na_reason)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One requirement that came back otherwise than it was taken away."""

    pk: int
    taken: Values
    brought: Values

    def to_json(self) -> dict[str, Any]:
        """As kept with the import."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Proposal":
        """As it was kept."""
        return cls(data["pk"], Values(**data["taken"]), Values(**data["brought"]))

    def units(self) -> Iterator[Unit]:
        """The parts that were changed in the workbook."""
        for unit in Unit:
            if self.taken.unit(unit) != self.brought.unit(unit):
                yield unit


@dataclass(frozen=True, slots=True)
class Difference:
    """What the workbook says: changed rows, and how many cells others changed or changed alike."""

    proposals: tuple[Proposal, ...]
    theirs: int
    agreed: int

    @property
    def is_empty(self) -> bool:
        """Nothing to bring back."""
        return not self.proposals


def current(row: Assessment) -> Values:
    """What the audit says now."""
    return Values(row.level, row.na_reason, row.comment)


def find_differences(
    audit: Audit,
    user: User,
    entries: list[Entry],
    rows: dict[int, Assessment],
    problems: Problems,
) -> Difference:
    """Compare every requirement three ways. ``rows`` are those that the user sees, by key."""
    checker = _Checker(audit, user, problems)
    proposals, theirs, agreed = [], 0, 0
    for entry in entries:
        row = rows.get(entry.taken.pk)
        if row is None:
            text = _(
                "You do not see this requirement: let whoever took the workbook bring it back."
            )
            problems.add(text, sheet=entry.sheet, row=entry.row, column=checker.letter(Name.CODE))
            continue
        taken = _taken(entry.taken)
        brought = checker.values(entry, row)
        now = current(row)
        found = {
            unit: outcome(taken=taken.unit(unit), now=now.unit(unit), brought=brought.unit(unit))
            for unit in Unit
        }
        theirs += sum(what is Outcome.THEIRS for what in found.values())
        agreed += sum(what is Outcome.AGREED for what in found.values())
        if any(what in {Outcome.MINE, Outcome.CONFLICT} for what in found.values()):
            proposals.append(Proposal(row.pk, taken, brought))
    return Difference(tuple(proposals), theirs, agreed)


def check_stamp(stamp: Stamp | None, audit: Audit, problems: Problems) -> None:
    """Whether the workbook is one of this audit, as it is written today."""
    if stamp is None:
        problems.add(_("This workbook was not taken away from here: its hidden sheet is missing."))
    elif stamp.format != FORMAT:
        problems.add(
            _("This workbook was made by another version of the application: take it away again.")
        )
    elif stamp.audit != str(audit.key):
        text = _("This workbook is that of another audit (%(reference)s).")
        problems.add(text % {"reference": quoted(stamp.reference)})
    elif stamp.edition != audit.certification.edition.content_hash:
        problems.add(
            _("This workbook was made on another edition of the referential: take it away again.")
        )


class _Checker:
    """The rules of the cells to fill in; they are those of the grid."""

    def __init__(self, audit: Audit, user: User, problems: Problems) -> None:
        self._audit, self._user, self._problems = audit, user, problems
        self._levels = Levels(audit.scale, "fr")
        self._may_rate = permissions.can_rate(user, audit)

    def letter(self, name: Name) -> str:
        """Letter of a column of this audit."""
        return layout.letter_of(name, per_site=self._audit.is_per_site)

    def values(self, entry: Entry, row: Assessment) -> Values:
        """What the cells say; what is wrong is added, and counts as unchanged."""
        taken = entry.taken
        self._check_protected(entry, row)
        level, reason = self._rating(entry)
        comment = self._comment(entry)
        if (level, reason) != (taken.level, taken.na_reason) and not self._may_rate:
            self._say(entry, Name.RATING, _("You may not rate this audit: put the rating back."))
        if comment != taken.comment and not permissions.can_comment(self._user, row):
            text = _("This requirement is not yours to comment on: put the comment back.")
            self._say(entry, Name.COMMENT, text)
        return Values(level, reason, comment)

    def _rating(self, entry: Entry) -> tuple[str, str]:
        taken = entry.taken
        same = (taken.level, taken.na_reason)
        level = self._levels.code(entry.cells[Name.RATING])
        reason = entry.cells[Name.REASON].strip()
        if reason == clean_text(taken.na_reason).strip():
            reason = taken.na_reason
        if level is None:
            text = _('"%(value)s" is not a level of the scale: choose one of %(levels)s.')
            words = ", ".join(level.word for level in self._levels.all)
            values = {"value": quoted(entry.cells[Name.RATING]), "levels": words}
            self._say(entry, Name.RATING, text % values)
            return same
        if self._levels.is_excluded(level):
            if not reason:
                self._say(entry, Name.REASON, _("Say why the requirement does not apply."))
                return same
            self._check_length(entry, Name.REASON, reason, MAX_REASON)
            return level, reason
        if reason and reason != taken.na_reason:
            text = _("A reason is for what does not apply: empty this cell, or change the rating.")
            self._say(entry, Name.REASON, text)
            return same
        return level, ""

    def _comment(self, entry: Entry) -> str:
        taken, text = entry.taken, entry.cells[Name.COMMENT]
        if taken.is_cut:
            if text != layout.restore_text(layout.protect_text(layout.cut_text(taken.comment))):
                said = _("The comment is too long for a cell: change it in the application.")
                self._say(entry, Name.COMMENT, said)
            return taken.comment
        if text == clean_text(taken.comment):
            return taken.comment
        self._check_length(entry, Name.COMMENT, text, MAX_TEXT)
        return text

    def _check_protected(self, entry: Entry, row: Assessment) -> None:
        """Code and wording are the audit's own and never change: who edits them is told."""
        if entry.cells[Name.CODE] != row.code:
            text = _('This cell is protected: put "%(value)s" back.') % {"value": row.code}
            self._say(entry, Name.CODE, text)
        wording = entry.cells[Name.TEXT]
        if not any(wording in {text, clean_text(text)} for text in (row.text_fr, row.text_en)):
            self._say(entry, Name.TEXT, _("The wording is protected: put it back as it was."))

    def _check_length(self, entry: Entry, name: Name, text: str, limit: int) -> None:
        if len(text) > limit:
            said = _("This text has %(length)s characters, and the limit is %(limit)s: shorten it.")
            self._say(entry, name, said % {"length": number(len(text)), "limit": number(limit)})

    def _say(self, entry: Entry, name: Name, text: str) -> None:
        self._problems.add(text, sheet=entry.sheet, row=entry.row, column=self.letter(name))


def _taken(row: RowStamp) -> Values:
    return Values(row.level, row.na_reason, row.comment)
