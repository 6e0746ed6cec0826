"""Natural order of codes: EX-1.9.1 comes before EX-1.10.2."""

import re

Part = tuple[int, int, str]

_RUNS = re.compile(r"([0-9]+)")
_END, _NUMBER, _TEXT = 0, 1, 2


def natural_key(code: str) -> tuple[Part, ...]:
    """Sort key of a code: runs of digits compare as numbers, the rest as text without case.

    Total: two different codes never have the same key, since the code itself comes last.
    A shorter code comes before those it begins ("E1" before "E1.1").
    """
    parts: list[Part] = []
    for index, run in enumerate(_RUNS.split(code)):
        if index % 2:
            digits = run.lstrip("0")
            parts.append((_NUMBER, len(digits), digits))
        elif run:
            parts.append((_TEXT, 0, run.casefold()))
    return (*parts, (_END, 0, code))
