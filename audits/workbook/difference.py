"""What a workbook that came back would change, and everything that stands in its way."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from audits import permissions
from audits.logic.merging import Outcome, outcome
from audits.models import Assessment, Audit, CorrectiveAction, Finding
from audits.workbook import layout
from audits.workbook.columns import Name, letters_of, requirement_columns
from audits.workbook.fields import UNITS, Addition, Proposal, Values, kind_of, part, values_of
from audits.workbook.problems import Problems, quoted
from audits.workbook.reader import Entry
from audits.workbook.stamp import FORMAT, RowStamp, Stamp
from audits.workbook.words import Levels
from crcaudit.accounts.models import User
from crcaudit.core.exceptions import NotAvailableError
from crcaudit.core.formats import number
from crcaudit.core.forms import MAX_REASON
from crcaudit.core.text import MAX_TEXT, clean_text


@dataclass(slots=True)
class Difference:
    """What the workbook says: changed rows, new ones, and how many cells others changed.

    ``theirs`` were changed by others alone, ``agreed`` to what the workbook says too.
    """

    proposals: list[Proposal] = field(default_factory=list)
    additions: list[Addition] = field(default_factory=list)
    theirs: int = 0
    agreed: int = 0

    @property
    def is_empty(self) -> bool:
        """Nothing to bring back."""
        return not self.proposals and not self.additions

    def to_json(self) -> list[dict[str, Any]]:
        """The rows as kept with the import."""
        changed = [proposal.to_json() for proposal in self.proposals]
        return changed + [item.to_json() for item in self.additions]

    def compare(
        self, row: Assessment | Finding | CorrectiveAction, taken: Values, brought: Values
    ) -> None:
        """Compare one row three ways, and keep what its person changed of it."""
        kind, now = kind_of(row), values_of(row)
        found = [
            outcome(taken=part(taken, kind, unit), now=part(now, kind, unit),
                    brought=part(brought, kind, unit))
            for unit in UNITS[kind]
        ]  # fmt: skip
        self.theirs += found.count(Outcome.THEIRS)
        self.agreed += found.count(Outcome.AGREED)
        if Outcome.MINE in found or Outcome.CONFLICT in found:
            self.proposals.append(Proposal(kind, row.pk, taken, brought))


def compare_requirements(
    audit: Audit,
    user: User,
    entries: Iterable[Entry],
    rows: dict[int, Assessment],
    problems: Problems,
) -> Difference:
    """Compare every requirement. ``rows`` are those that the user sees, by key.

    Raises:
        NotAvailableError: when one is changed and the audit is validated.
    """
    checker = _Checker(audit, user, problems)
    found = Difference()
    for entry in entries:
        row = rows.get(entry.taken.pk)
        if row is None:
            text = _(
                "You do not see this requirement: let whoever took the workbook bring it back."
            )
            problems.add(text, sheet=entry.sheet, row=entry.row, column=checker.letter(Name.CODE))
            continue
        taken = _taken(entry.taken)
        found.compare(row, taken, checker.values(entry, row))
        if found.proposals and not audit.is_open:
            raise NotAvailableError(_("The audit is validated: its ratings no longer change."))
    return found


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
        self._letters = letters_of(requirement_columns(per_site=audit.is_per_site))

    def letter(self, name: Name) -> str:
        """Letter of a column of this audit."""
        return self._letters[name]

    def values(self, entry: Entry, row: Assessment) -> Values:
        """What the cells say; what is wrong is added, and counts as unchanged."""
        taken = entry.taken
        self._check_protected(entry, row)
        level, reason = self._rating(entry)
        comment = self._comment(entry)
        if (level, reason) != (taken.level, taken.na_reason) and not self._may_rate:
            self._say(entry, Name.RATING, _("You may not rate this audit: put the rating back."))
        if comment != taken.comment and not self._may_comment(row):
            text = _("This requirement is not yours to comment on: put the comment back.")
            self._say(entry, Name.COMMENT, text)
        return {"level": level, "na_reason": reason, "comment": comment}

    def _may_comment(self, row: Assessment) -> bool:
        row.audit = self._audit
        return permissions.can_comment(self._user, row)

    def _rating(self, entry: Entry) -> tuple[str, str]:
        taken = entry.taken
        same = (taken.level, taken.na_reason)
        level = self._levels.code(entry.cells[Name.RATING])
        reason = entry.cells[Name.REASON].strip()
        if reason != taken.na_reason and reason == clean_text(taken.na_reason).strip():
            reason = taken.na_reason
        if level is None:
            text = _('"%(value)s" is not a level of the scale: choose one of %(levels)s.')
            words = ", ".join(self._levels.all)
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
            if text != layout.read_back(layout.held(taken.comment)):
                said = _("The comment is too long for a cell: change it in the application.")
                self._say(entry, Name.COMMENT, said)
            return taken.comment
        if text == taken.comment or text == clean_text(taken.comment):
            return taken.comment
        self._check_length(entry, Name.COMMENT, text, MAX_TEXT)
        return text

    def _check_protected(self, entry: Entry, row: Assessment) -> None:
        """Code and wording are the audit's own and never change: who edits them is told."""
        if entry.cells[Name.CODE] != row.code:
            text = _('This cell is protected: put "%(value)s" back.') % {"value": row.code}
            self._say(entry, Name.CODE, text)
        wording, texts = entry.cells[Name.TEXT], (row.text_fr, row.text_en)
        if wording not in texts and wording not in map(clean_text, texts):
            self._say(entry, Name.TEXT, _("The wording is protected: put it back as it was."))

    def _check_length(self, entry: Entry, name: Name, text: str, limit: int) -> None:
        if len(text) > limit:
            said = _("This text has %(length)s characters, and the limit is %(limit)s: shorten it.")
            self._say(entry, name, said % {"length": number(len(text)), "limit": number(limit)})

    def _say(self, entry: Entry, name: Name, text: str) -> None:
        self._problems.add(text, sheet=entry.sheet, row=entry.row, column=self.letter(name))


def _taken(row: RowStamp) -> Values:
    return {"level": row.level, "na_reason": row.na_reason, "comment": row.comment}
