"""Actions that came back: changed, moved on, or planned without a network."""

from datetime import date
from functools import cached_property

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import permissions
from audits.enums import ACTION_FLOW, ActionState, FindingState
from audits.finding_rules import due_date_problem, needs_text, owners_in
from audits.models import Audit, CorrectiveAction, Finding
from audits.models.workbook import Kind
from audits.workbook.checking import TableChecker, addition
from audits.workbook.columns import (
    ACTION_ENTRY,
    ACTION_PLACE,
    ACTION_STEP,
    NEW_FINDING,
    REFERENCE,
    action_columns,
)
from audits.workbook.difference import Difference
from audits.workbook.fields import Addition, Values
from audits.workbook.problems import Problems, quoted
from audits.workbook.reader import TableEntry
from audits.workbook.words import Words, owner_words, state_words
from crcaudit.accounts.models import User
from crcaudit.core.forms import CleanCharField, CleanTextField, DayField

# As its form asks for them.
FIELDS = {
    "title": CleanCharField(
        error_messages={"required": gettext_lazy("Say in one line what will be done.")}
    ),
    "description": CleanTextField(required=False),
    "due_date": DayField(
        error_messages={"required": gettext_lazy("Say by which day it will be done.")}
    ),
    "effort_days": forms.DecimalField(required=False, min_value=0, max_digits=6, decimal_places=2),
    "outcome": CleanTextField(required=False),
}


class ActionChecker(TableChecker[CorrectiveAction]):
    """Compares the actions of a workbook with those of the audit, as far as its person sees them.

    Call after the findings: an action may answer one that is written in the same workbook.
    """

    entry = (*ACTION_ENTRY, *ACTION_STEP)
    gone = gettext_lazy("This action is gone, or not yours to see: take the workbook away again.")

    def __init__(self, audit: Audit, user: User, problems: Problems) -> None:
        super().__init__(audit, user, problems, action_columns(), FIELDS)

    def _present(self, keys: list[int]) -> list[CorrectiveAction]:
        rows = CorrectiveAction.objects.visible_to(self.user)
        rows = rows.filter(finding__audit=self.audit, pk__in=keys)
        found = list(rows.select_related("finding", "owner"))
        for row in found:
            row.finding.audit = self.audit
        return found

    def _edited(self, entry: TableEntry, row: CorrectiveAction, names: list[str]) -> Values:
        values = {}
        refusal = self._refusal(row)
        for name in names:
            if name in ACTION_PLACE:
                self.refuse_change(entry, name)
            elif name in ACTION_ENTRY and refusal:
                self.say(entry, name, refusal)
            elif name in ACTION_ENTRY and not self.is_cut(entry, name):
                values[name] = self._value(entry, name, row.finding.found_date, row.due_date)
        if not set(ACTION_STEP).isdisjoint(names):
            values |= self._step(entry, row, names)
        return values

    def _refusal(self, row: CorrectiveAction) -> str:
        """Why the person may not change what is planned, "" when they may."""
        if permissions.can_edit_action(self.user, row):
            return ""
        if permissions.plans_actions(self.user, self.audit):
            text = _("The action is “%(state)s”, what was planned stays: put this cell back.")
            return text % {"state": row.get_state_display()}
        return _("You may not change what is planned: put this cell back.")

    def _value(self, entry: TableEntry, name: str, found: date, kept: date | None) -> str:
        if name == "owner":
            empty = _("Choose who is in charge of the action.")
            unknown = _(
                '"%(value)s" is no member of the organisation, or the name of several: choose one '
                "of the list, or write the e-mail address."
            )
            return self.chosen(entry, name, self._owners, empty=empty, unknown=unknown)
        value = self.cleaned(entry, name)
        if name == "due_date" and value:
            problem = due_date_problem(date.fromisoformat(value), found=found, kept=kept)
            return self.say(entry, name, problem) if problem else value
        return value

    def _step(self, entry: TableEntry, row: CorrectiveAction, names: list[str]) -> Values:
        """The new state, with what was done; nothing after a problem."""
        if "state" not in names:
            text = _("It is written with a new state: choose the state, or put this cell back.")
            self.say(entry, "outcome", text)
            return {}
        unknown = _('"%(value)s" is not a state of an action: choose one of %(words)s.')
        empty = _("An action has a state: put it back.")
        code = self.chosen(entry, "state", self._states, empty=empty, unknown=unknown)
        if not code:
            return {}
        if code == row.state:  # somebody took the same step meanwhile
            return {"state": row.state, "outcome": row.outcome}
        to = ActionState(code)
        problem = self._step_problem(row, to)
        if problem:
            self.say(entry, "state", problem)
            return {}
        done = self.cleaned(entry, "outcome") if "outcome" in names else ""
        if needs_text(ActionState(row.state), to) and not done:
            self.say(entry, "outcome", _("Say in a few words what was seen, or why."))
        return {"state": code} | ({"outcome": done} if done else {})

    def _step_problem(self, row: CorrectiveAction, to: ActionState) -> str:
        steps = permissions.action_steps(self.user, row)
        if to in steps:
            return ""
        if row.finding.state == FindingState.CLOSED:
            return _("This step is not available: the finding is closed. Reopen it first.")
        if to in ACTION_FLOW.targets(row.state):
            return _("This step is not yours to take: put the state back.")
        text = _("The action is “%(state)s”, and this step does not lead on from there.")
        return text % {"state": row.get_state_display()}

    def _add(self, entry: TableEntry, names: list[str], found: Difference) -> None:
        if not permissions.plans_actions(self.user, self.audit):
            text = _("You may not plan an action here: remove this row.")
            self.say(entry, REFERENCE, text)
            return
        for name in names:
            if name not in (*ACTION_PLACE, *ACTION_ENTRY):
                self.refuse_change(entry, name)
        label = entry.cells["finding"].strip()
        written = next((row for row in found.additions if row.label == label), None)
        if written is not None:
            key, day = self._of_new(entry, written), written.values["found_date"]
        else:
            key, day = self._of_present(entry, label)
        values = {"finding": key}
        start = date.fromisoformat(day) if day else date.min
        for name in ACTION_ENTRY:
            values[name] = self._value(entry, name, start, None)
        found.additions.append(addition(entry, values))

    def _of_new(self, entry: TableEntry, written: Addition) -> str:
        """Key of a finding of the same workbook; a draft has no action yet."""
        if self.audit.is_own and written.kind is Kind.FINDING:
            return written.key
        text = _("This finding is a draft: an action is planned once it is presented.")
        return self.say(entry, "finding", text)

    def _of_present(self, entry: TableEntry, label: str) -> tuple[str, str]:
        """Key and day of a finding of the audit that an action may answer; "" after a problem."""
        row = self._findings.get(label.upper())
        if row is not None and permissions.can_plan_action(self.user, row):
            return str(row.pk), row.found_date.isoformat()
        if row is not None and row.is_draft:
            text = _("This finding is a draft: an action is planned once it is presented.")
        elif row is not None:
            text = _("This finding is closed: reopen it to plan an action.")
        elif label.startswith(NEW_FINDING):
            text = _('"%(value)s" is not written, or is to be corrected first.')
            text %= {"value": quoted(label)}
        elif label:
            text = _('"%(value)s" is not a finding of this audit: choose one of the list.')
            text %= {"value": quoted(label)}
        else:
            text = _("Say which finding it answers: choose it in the list.")
        return self.say(entry, "finding", text), ""

    @cached_property
    def _findings(self) -> dict[str, Finding]:
        rows = Finding.objects.visible_to(self.user).filter(audit=self.audit)
        found = {row.reference: row for row in rows}
        for row in found.values():
            row.audit = self.audit
        return found

    @cached_property
    def _owners(self) -> Words:
        return owner_words(owners_in(self.audit.organisation_id))

    @cached_property
    def _states(self) -> Words:
        return state_words("fr")
