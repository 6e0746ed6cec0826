"""Findings that came back: changed, or written without a network."""

from collections import defaultdict
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import permissions
from audits.enums import WRITABLE_FINDING_STATES
from audits.finding_rules import (
    MAX_CONSEQUENCE,
    found_date_problem,
    grade_problem,
    grades_of,
)
from audits.models import Assessment, Audit, Finding
from audits.snapshots.common import in_language
from audits.workbook.checking import TableChecker, addition
from audits.workbook.columns import FINDING_ENTRY, FINDING_PLACE, REFERENCE, finding_columns
from audits.workbook.difference import Difference
from audits.workbook.fields import Values
from audits.workbook.problems import Problems, quoted
from audits.workbook.reader import TableEntry
from audits.workbook.words import grade_words
from crcaudit.accounts.models import User
from crcaudit.core.forms import CleanCharField, CleanTextField, DayField
from engagements.models import FindingGrade

# As its form asks for them.
FIELDS = {
    "title": CleanCharField(error_messages={"required": gettext_lazy("Give the finding a title.")}),
    "required": CleanTextField(error_messages={"required": gettext_lazy("Say what is required.")}),
    "found": CleanTextField(error_messages={"required": gettext_lazy("Say what was found.")}),
    "consequence": CleanTextField(required=False, limit=MAX_CONSEQUENCE),
    "next_step": CleanTextField(required=False, limit=MAX_CONSEQUENCE),
    "found_date": DayField(
        error_messages={"required": gettext_lazy("Say on which day it was found.")}
    ),
}


class FindingChecker(TableChecker[Finding]):
    """Compares the findings of a workbook with those of the audit, as far as its person sees them.

    ``rows`` are the requirements that the person sees, by key.
    """

    entry = FINDING_ENTRY
    gone = gettext_lazy("This finding is gone, or not yours to see: take the workbook away again.")

    def __init__(
        self,
        audit: Audit,
        user: User,
        problems: Problems,
        rows: dict[int, Assessment],
        *,
        today: date,
    ) -> None:
        super().__init__(audit, user, problems, finding_columns(), FIELDS)
        self._rows, self._today = rows, today

    def _present(self, keys: list[int]) -> list[Finding]:
        rows = Finding.objects.visible_to(self.user).filter(audit=self.audit, pk__in=keys)
        found = list(rows.select_related("grade", "assessment"))
        for row in found:
            row.audit = row.assessment.audit = self.audit
        return found

    def _edited(self, entry: TableEntry, row: Finding, names: list[str]) -> Values:
        values = {}
        refusal = self._refusal(row)
        for name in names:
            if name not in FINDING_ENTRY:
                self.refuse_change(entry, name)
            elif refusal:
                self.say(entry, name, refusal)
            elif not self.is_cut(entry, name):
                values[name] = self._value(entry, name, row.assessment)
        return values

    def _refusal(self, row: Finding) -> str:
        """Why the person may not change it, "" when they may."""
        if permissions.can_edit_finding(self.user, row):
            return ""
        if not self.audit.is_open:
            return _("The audit is validated, what was found stays: put this cell back.")
        if row.state not in WRITABLE_FINDING_STATES:
            return _("The finding is “%(state)s”, what it says stays: put this cell back.") % {
                "state": row.get_state_display()
            }
        return _("You may not write the findings of this audit: put this cell back.")

    def _value(self, entry: TableEntry, name: str, assessment: Assessment | None) -> str:
        if name == "grade":
            return self._grade(entry, assessment)
        value = self.cleaned(entry, name)
        if name == "found_date" and value:
            problem = found_date_problem(date.fromisoformat(value), today=self._today)
            return self.say(entry, name, problem) if problem else value
        return value

    def _grade(self, entry: TableEntry, assessment: Assessment | None) -> str:
        words = grade_words(self._grades.values(), "fr")
        unknown = _('"%(value)s" is not a grade of the scheme: choose one of %(words)s.')
        empty = _("Choose the grade of the finding.")
        code = self.chosen(entry, "grade", words, empty=empty, unknown=unknown)
        problem = grade_problem(assessment, self._grades[code]) if code and assessment else ""
        return self.say(entry, "grade", problem) if problem else code

    def _add(self, entry: TableEntry, names: list[str], found: Difference) -> None:
        if not permissions.can_write_finding(self.user, self.audit):
            text = _("You may not write a finding in this audit: remove this row.")
            self.say(entry, REFERENCE, text)
            return
        place = FINDING_PLACE if self.audit.is_per_site else FINDING_PLACE[:1]
        for name in names:
            if name not in (*place, *FINDING_ENTRY):
                self.refuse_change(entry, name)
        row = self._requirement(entry)
        filled = {"found_date": self._today.isoformat(), "required": ""}
        if row is not None:
            filled["required"] = in_language(row, "text", self.user.language)
        values = {"requirement": str(row.pk) if row else ""}
        for name in FINDING_ENTRY:
            is_left = name in filled and name not in names
            values[name] = filled[name] if is_left else self._value(entry, name, row)
        found.additions.append(addition(entry, values))

    def _requirement(self, entry: TableEntry) -> Assessment | None:
        """The requirement, on the site, that a new finding is about; None after a problem."""
        rows = self._by_code.get(_bare(entry.cells["requirement"]), [])
        if not rows:
            value = quoted(entry.cells["requirement"])
            text = _("Say which requirement it is about: choose its code in the list.")
            if value:
                text = _(
                    '"%(value)s" is not a requirement of this workbook: choose one of the list.'
                )
                text %= {"value": value}
            self.say(entry, "requirement", text)
            return None
        for row in rows:
            row.audit = self.audit
        if not self.audit.is_per_site:
            return rows[0]
        sites = {_bare(self._site(row)): row for row in rows}
        wanted = _bare(entry.cells["site"])
        if not wanted and len(rows) == 1:
            return rows[0]
        if wanted not in sites:
            text = _("Say on which site it was found: choose one of %(sites)s.")
            names = ", ".join(self._site(row) for row in rows)
            self.say(entry, "site", text % {"sites": names})
        return sites.get(wanted)

    def _site(self, row: Assessment) -> str:
        return self._sites.get(row.site_id or 0, "")

    @cached_property
    def _by_code(self) -> dict[str, list[Assessment]]:
        found: dict[str, list[Assessment]] = defaultdict(list)
        for row in self._rows.values():
            found[_bare(row.code)].append(row)
        return found

    @cached_property
    def _sites(self) -> dict[int, str]:
        return {site.pk: site.name for site in self.audit.organisation.sites.all()}

    @cached_property
    def _grades(self) -> dict[str, FindingGrade]:
        return {row.code: row for row in grades_of(self.audit)}


def _bare(text: str) -> str:
    return " ".join(text.split()).casefold()
