"""What a version of the plan changes in the one before."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from audits import control_texts as words
from audits.actions.controls.fields import changed, fields_of
from audits.models import ControlLine
from audits.snapshots import common
from crcaudit.core.formats import exact


@dataclass(frozen=True, slots=True)
class Change:
    """One column of a line, before and after in words; "" stands for nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line that both versions have, and what differs."""

    line: ControlLine
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """Lines that come, that go, that change; ``kept`` counts those that stay as they are."""

    added: tuple[ControlLine, ...]
    removed: tuple[ControlLine, ...]
    changed: tuple[ChangedLine, ...]
    kept: int

    @property
    def is_empty(self) -> bool:
        """Nothing changes."""
        return not (self.added or self.removed or self.changed)


def changes_of(
    before: Sequence[ControlLine], after: Sequence[ControlLine], *, terms: common.Labels
) -> PlanChanges:
    """Lines are the same by their lineage. Their related rows and sites are loaded already."""
    known = {line.lineage: line for line in before}
    here = {line.lineage for line in after}
    pairs = [(known[line.lineage], line) for line in after if line.lineage in known]
    differing = [
        ChangedLine(new, tuple(_changes(old, new, terms)))
        for old, new in pairs
        if changed(fields_of(old), fields_of(new))
    ]
    return PlanChanges(
        added=tuple(line for line in after if line.lineage not in known),
        removed=tuple(line for line in before if line.lineage not in here),
        changed=tuple(differing),
        kept=len(pairs) - len(differing),
    )


def _changes(old: ControlLine, new: ControlLine, terms: common.Labels) -> list[Change]:
    return [
        Change(label_of(name), value_text(old, name, terms), value_text(new, name, terms))
        for name in changed(fields_of(old), fields_of(new))
    ]


def label_of(name: str) -> str:
    """The column as the model calls it, with a capital."""
    column: Any = ControlLine._meta.get_field(name)  # noqa: SLF001 -- Django's own
    text = str(column.verbose_name)
    return text[:1].upper() + text[1:]


TEXTS: Final[Mapping[str, Callable[[ControlLine], str]]] = {
    "is_per_site": lambda line: _("each site") if line.is_per_site else _("all sites together"),
    "sites": lambda line: ", ".join(sorted(site.name for site in line.sites.all())),
    "channels": words.channels_text,
    "frequency": lambda line: line.get_frequency_display(),
    "weekday": lambda line: line.get_weekday_display() or "",
    "sign": lambda line: line.get_sign_display() if line.sign else "",
    "escalation": lambda line: line.get_escalation_display(),
    "target": lambda line: exact(line.target),
    "alert": lambda line: exact(line.alert),
    "nonconformity": lambda line: exact(line.nonconformity),
}


def value_text(line: ControlLine, name: str, terms: common.Labels) -> str:
    """One column of a line in words, "" for nothing."""
    if name == "method":
        return words.method_text(line, terms)
    if name == "role":
        return words.role_text(line, terms)
    if name in TEXTS:
        return str(TEXTS[name](line))
    value = getattr(line, name)
    return "" if value is None else str(value)
