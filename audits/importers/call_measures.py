"""What counted calls say of the indicators of the catalogue."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from audits.importers.call_mapping import (
    MILLI,
    CallMapping,
    CallTotals,
    Convention,
    Denominator,
    Role,
)
from audits.importers.proposal import Proposal
from audits.logic.periods import Period
from audits.logic.spread import percentile

P95: Final = 95
SHORT: Final = "short_abandon_s"


Inputs = dict[str, int | str]


@dataclass(frozen=True, slots=True)
class _Rule:
    """How one indicator is made from totals: what columns it needs, and what it depends on."""

    needs: frozenset[Role]
    inputs: Callable[[CallTotals, Convention], Inputs]
    depends_on: tuple[str, ...] = ()
    has_waits: bool = False


def proposals(totals: Iterable[CallTotals], mapping: CallMapping) -> Iterator[Proposal]:
    """Every measure that the mapped columns allow, in the order of the totals and the codes.

    A convention holds what the indicator depends on, and the time zone of its days.
    """
    known = frozenset(mapping.columns)
    rules = {code: rule for code, rule in RULES.items() if rule.needs <= known}
    if Role.ANSWERED not in known and Role.TALK not in known:
        return
    for row in totals:
        for code, rule in rules.items():
            found = rule.inputs(row, mapping.convention)
            if not found:
                continue
            convention: dict[str, object] = {
                name: _plain(getattr(mapping.convention, name))
                for name in rule.depends_on
                if name != SHORT or code == "PEC-03" or _drops_short(mapping.convention)
            }
            yield Proposal(
                indicator=code,
                place=row.place,
                period=Period(mapping.grain, row.period),
                inputs={key: str(value) for key, value in found.items()},
                convention=convention | {"time_zone": mapping.convention.time_zone},
                distribution=_written(row.waits) if rule.has_waits else {},
            )


def _drops_short(convention: Convention) -> bool:
    """Whether the service level depends on what a short abandon is."""
    return convention.denominator is Denominator.WITHOUT_SHORT


def _served(row: CallTotals, _convention: Convention) -> Inputs:
    return {"answered": row.answered, "offered": row.offered}


def _service_level(row: CallTotals, convention: Convention) -> Inputs:
    base = {
        Denominator.OFFERED: row.offered,
        Denominator.ANSWERED: row.answered,
        Denominator.WITHOUT_SHORT: row.offered - row.short_abandoned,
    }
    return {"answered_in_t": row.answered_in_t, "offered": base[convention.denominator]}


def _wait(row: CallTotals, _convention: Convention) -> Inputs:
    return {"wait_total": _seconds(row.wait_ms), "answered": row.answered}


def _abandoned(row: CallTotals, _convention: Convention) -> Inputs:
    return {
        "abandoned": row.offered - row.answered,
        "short_abandoned": row.short_abandoned,
        "offered": row.offered,
    }


def _longest_waits(row: CallTotals, _convention: Convention) -> Inputs:
    value = percentile(row.waits, P95)
    return {} if value is None else {"p95_wait": value}


def _talk(row: CallTotals, _convention: Convention) -> Inputs:
    return {"talk_total": _seconds(row.talk_ms), "handled": row.answered}


def _handling(row: CallTotals, _convention: Convention) -> Inputs:
    return {
        "talk_total": _seconds(row.talk_ms),
        "hold_total": _seconds(row.hold_ms),
        "wrap_total": _seconds(row.wrap_ms),
        "handled": row.answered,
    }


def _wrap_up(row: CallTotals, _convention: Convention) -> Inputs:
    return {"wrap_total": _seconds(row.wrap_ms), "handled": row.answered}


def _satisfied(row: CallTotals, _convention: Convention) -> Inputs:
    return {"satisfied": row.satisfied, "respondents": row.marks} if row.marks else {}


_WAITED = frozenset({Role.WAIT})
RULES: Final[Mapping[str, _Rule]] = {
    "ACC-01": _Rule(frozenset(), _served),
    "PEC-01": _Rule(_WAITED, _service_level, ("threshold_s", "is_strict", "denominator", SHORT)),
    "PEC-02": _Rule(_WAITED, _wait),
    "PEC-03": _Rule(_WAITED, _abandoned, (SHORT,)),
    "PEC-05": _Rule(_WAITED, _longest_waits, has_waits=True),
    "TRT-02": _Rule(frozenset({Role.TALK}), _talk),
    "TRT-03": _Rule(frozenset({Role.TALK, Role.HOLD, Role.WRAP}), _handling),
    "TRT-04": _Rule(frozenset({Role.WRAP}), _wrap_up),
    "SAT-01": _Rule(
        frozenset({Role.SATISFACTION}), _satisfied, ("satisfied_from", "satisfaction_max")
    ),
}


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Denominator) else value


def _written(waits: Mapping[int, int]) -> dict[str, int]:
    return {str(seconds): waits[seconds] for seconds in sorted(waits)}


def _seconds(milliseconds: int) -> str:
    """Seconds written out, exactly."""
    whole, rest = divmod(milliseconds, MILLI)
    return f"{whole}.{rest:03}".rstrip("0") if rest else str(whole)
