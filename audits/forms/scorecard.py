"""Form of the scorecard grid: what each criterion holds, all criteria on one page."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.scorecard_grid import MAX_LINES, GridFields, LineFields
from audits.logic.scorecard import Criterion
from audits.models.scorecard import MAX_LINE_WEIGHT
from audits.scorecard_enums import CriterionChoice
from audits.snapshots.scorecard_grids import Grid
from crcaudit.core.forms import CleanCharField, CleanTextField, DayField, VersionField
from crcaudit.core.templatetags.crc import localized
from engagements.models import Indicator

SPARE_ROWS = 2
COLUMNS = ("code", "weight", "critical")
_MESSAGES = {
    "required": gettext_lazy("Give a percentage from 1 to 100."),
    "invalid": gettext_lazy("Give a percentage from 1 to 100."),
    "min_value": gettext_lazy("Give a percentage from 1 to 100."),
    "max_value": gettext_lazy("Give a percentage from 1 to 100."),
}


class ScorecardGridForm(forms.Form):
    """The next version of a grid. Rows are ``code_SPEED_0``, ``weight_SPEED_0``, and so on.

    ``start`` are the values to begin with: see `start_of` and `with_more_rows`.
    """

    submit_label = gettext_lazy("Save as a new version")

    version = VersionField(required=False)
    required = forms.IntegerField(
        label=gettext_lazy("Part of the weights that holds a criterion (%)"),
        min_value=1,
        max_value=100,
        error_messages=_MESSAGES,
        help_text=gettext_lazy("Under half of it, the criterion is not held; between, partly."),
    )
    starts_on = DayField(
        label=gettext_lazy("In force from the month of"),
        error_messages={"required": gettext_lazy("Say from which month it is in force.")},
    )
    reason = CleanTextField(
        label=gettext_lazy("Why it changes"), required=False, limit=2000, rows=2
    )

    def __init__(
        self,
        *args: Any,
        indicators: Mapping[str, Indicator],
        start: Mapping[str, Any],
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = dict(start)
        super().__init__(*args, **kwargs)
        self.indicators = indicators
        sent: Mapping[str, Any] = self.data if self.is_bound else start
        self.rows = {criterion: _count(sent, criterion) for criterion in Criterion}
        if not self.is_bound:
            self.rows = {
                criterion: min(MAX_LINES, n + SPARE_ROWS) for criterion, n in self.rows.items()
            }
        for criterion, n in self._places():
            self._add_row(criterion, n, sent)

    @property
    def sections(self) -> list[tuple[str, list[dict[str, forms.BoundField]]]]:
        """Criteria with their rows, as they are shown."""
        return [
            (
                str(CriterionChoice(criterion).label),
                [
                    {name: self[_name(name, criterion, n)] for name in COLUMNS}
                    for n in range(self.rows[criterion])
                ],
            )
            for criterion in Criterion
        ]

    def clean(self) -> dict[str, Any]:
        """A row has a known code and a weight; a criterion holds an indicator once."""
        data = super().clean() or {}
        seen: set[tuple[Criterion, str]] = set()
        for criterion, n in self._places():
            code = str(data.get(_name("code", criterion, n)) or "").upper()
            if not code:
                continue
            if code not in self.indicators:
                self.add_error(
                    _name("code", criterion, n),
                    _("No indicator has this code: choose one of the list."),
                )
            elif (criterion, code) in seen:
                self.add_error(
                    _name("code", criterion, n), _("This criterion holds the indicator already.")
                )
            seen.add((criterion, code))
            weight = _name("weight", criterion, n)
            if not data.get(weight) and weight not in self.errors:
                self.add_error(weight, _("Give a weight from 1 to 100."))
        if not self.errors and not seen:
            self.add_error(None, _("Choose at least one indicator."))
        return data

    def to_fields(self) -> GridFields:
        """Valid values as the action takes them; empty rows are left out."""
        data = self.cleaned_data
        lines = [
            LineFields(
                criterion=criterion,
                indicator=self.indicators[data[_name("code", criterion, n)].upper()],
                weight=data[_name("weight", criterion, n)],
                is_critical=data[_name("critical", criterion, n)],
            )
            for criterion, n in self._places()
            if data.get(_name("code", criterion, n))
        ]
        return GridFields(
            lines=lines,
            starts_on=data["starts_on"],
            required=data["required"],
            reason=data["reason"],
        )

    def _places(self) -> Iterator[tuple[Criterion, int]]:
        for criterion, count in self.rows.items():
            for n in range(count):
                yield criterion, n

    def _add_row(self, criterion: Criterion, n: int, start: Mapping[str, Any]) -> None:
        words = {"criterion": CriterionChoice(criterion).label, "n": n + 1}
        code = CleanCharField(label=_("%(criterion)s, indicator %(n)s") % words, required=False)
        code.limit = 20
        code.widget.attrs |= {"list": "indicator-codes", "autocomplete": "off"}
        known = self.indicators.get(str(start.get(_name("code", criterion, n), "")).upper())
        code.help_text = localized(known, "name") if known else ""
        self.fields[_name("code", criterion, n)] = code
        self.fields[_name("weight", criterion, n)] = forms.IntegerField(
            label=_("%(criterion)s, weight %(n)s") % words,
            required=False,
            min_value=1,
            max_value=MAX_LINE_WEIGHT,
            error_messages=dict.fromkeys(
                ("invalid", "min_value", "max_value"), _("Give a weight from 1 to 100.")
            ),
        )
        self.fields[_name("critical", criterion, n)] = forms.BooleanField(
            label=_("%(criterion)s, critical %(n)s") % words, required=False
        )


def start_of(grid: Grid, *, starts_on: Any) -> dict[str, Any]:
    """Values of the version that a new one starts from."""
    start: dict[str, Any] = {
        "version": grid.number or None,  # the ready grid is no version
        "required": grid.required,
        "starts_on": starts_on,
    }
    for criterion, held in grid.criteria.items():
        for n, one in enumerate(held):
            start |= {
                _name("code", criterion, n): one.line.code,
                _name("weight", criterion, n): one.line.weight,
                _name("critical", criterion, n): one.line.is_critical,
            }
    return start


def with_more_rows(data: QueryDict) -> dict[str, Any]:
    """The page as it was sent; an unbound form of it has spare rows again."""
    start: dict[str, Any] = {
        name: data.get(name, "") for name in ("version", "required", "starts_on", "reason")
    }
    for criterion in Criterion:
        for n in range(_count(data, criterion)):
            start |= {
                _name("code", criterion, n): data.get(_name("code", criterion, n), ""),
                _name("weight", criterion, n): data.get(_name("weight", criterion, n), ""),
                _name("critical", criterion, n): _name("critical", criterion, n) in data,
            }
    return start


def by_code(rows: Sequence[Indicator]) -> dict[str, Indicator]:
    """Indicators by code in capitals; one's own before that of the catalogue."""
    ordered = sorted(rows, key=lambda row: row.organisation_id is not None)
    return {row.code.upper(): row for row in ordered}


def _name(column: str, criterion: Criterion, n: int) -> str:
    return f"{column}_{criterion}_{n}"


def _count(data: Mapping[str, Any], criterion: Criterion) -> int:
    """How many rows of a criterion there are, as far as there may be."""
    found = (n for n in range(MAX_LINES) if _name("code", criterion, n) in data)
    return max(found, default=-1) + 1
