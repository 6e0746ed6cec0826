"""When minor nonconformities weigh more: rules that a scheme may have.

Source: domain.md 5.5. One public order makes a minor that is not closed in time a major one, and
lets five open minors amount to a major; accredited practice says that both may. So both are
data of the scheme, copied by each audit.
"""

from datetime import date

# States of `audits.enums.FindingState` in which the auditee still owes something. Proof that was
# brought and waits for the auditor is late by nobody's fault but the auditor's.
OWING = frozenset({"PRESENTED", "ANSWERED", "ACCEPTED"})


def becomes_major(*, severity: str, state: str, due: date | None, today: date, rule: bool) -> bool:
    """Whether a finding becomes major today: a minor one, owed, after its last day.

    ``due`` is the last day to bring proof, None when the grade sets none: it never is late.
    ``rule`` is whether the scheme has it so.
    """
    is_late = due is not None and due < today
    return rule and is_late and severity == "minor" and state in OWING


def majors_in_effect(*, majors: int, minors: int, minors_per_major: int | None) -> int:
    """How many majors the open findings amount to.

    ``minors_per_major`` open minors count as one more, as often as they are reached; None when
    the scheme counts none. Raises ValueError for a number below 1 or a negative count.
    """
    if min(majors, minors) < 0 or (minors_per_major is not None and minors_per_major < 1):
        raise ValueError("Counts are not negative, and minors_per_major is at least 1.")
    return majors + (minors // minors_per_major if minors_per_major else 0)
