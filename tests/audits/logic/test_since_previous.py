"""What changed on a requirement since the audit before."""

from datetime import date

import pytest

from audits.logic.since_previous import Change, ChangeKind, Followed, Piece, changes_since

pytestmark = pytest.mark.unit

SINCE, TODAY = date(2026, 3, 2), date(2026, 9, 7)
MAY = date(2026, 5, 4)


def changes(*, pieces=(), findings=(), actions=()):
    return changes_since(
        pieces=pieces, findings=findings, actions=actions, since=SINCE, today=TODAY
    )


def piece(*, then=True, now=True, **values):
    return Piece(label="P-001 Registre", was_linked=then, is_linked=now, **values)


@pytest.mark.parametrize(
    ("given", "kind", "on"),
    [
        (piece(then=False), ChangeKind.EVIDENCE_ADDED, None),
        (piece(version_then=1, version_now=2), ChangeKind.EVIDENCE_REPLACED, None),
        (piece(now=False, withdrawn_on=MAY), ChangeKind.EVIDENCE_WITHDRAWN, MAY),
        (piece(withdrawn_on=SINCE), ChangeKind.EVIDENCE_WITHDRAWN, SINCE),
        (piece(now=False), ChangeKind.EVIDENCE_UNLINKED, None),
        (piece(valid_until=MAY), ChangeKind.EVIDENCE_EXPIRED, MAY),
        (piece(valid_until=MAY, version_then=1, version_now=2), ChangeKind.EVIDENCE_EXPIRED, MAY),
        (piece(valid_until=TODAY), None, None),
        (piece(valid_until=date(2026, 3, 1)), None, None),  # expired before it was judged
        (piece(version_then=2, version_now=2), None, None),
        (piece(), None, None),  # a link or a note has no version
        (piece(then=False, now=False), None, None),
        (piece(then=False, withdrawn_on=MAY), None, None),
        (piece(withdrawn_on=date(2026, 1, 5)), None, None),
    ],
)
def test_a_piece_has_one_change_at_most(given, kind, on):
    expected = () if kind is None else (Change(kind, "P-001 Registre", on),)

    assert changes(pieces=[given]) == expected


@pytest.mark.parametrize(
    ("days", "kinds"),
    [
        ({}, []),
        ({"done_on": SINCE}, []),
        ({"done_on": MAY}, [ChangeKind.ACTION_DONE]),
        ({"done_on": MAY, "verified_on": TODAY}, [ChangeKind.ACTION_VERIFIED]),
        ({"done_on": SINCE, "verified_on": MAY}, [ChangeKind.ACTION_VERIFIED]),
        ({"done_on": SINCE, "verified_on": SINCE}, []),
    ],
)
def test_of_an_action_the_last_step_is_told(days, kinds):
    found = changes(actions=[Followed(label="ACT-001", **days)])

    assert [change.kind for change in found] == kinds


@pytest.mark.parametrize(
    ("days", "kinds"),
    [
        ({"opened_on": SINCE}, []),
        ({"opened_on": SINCE, "closed_on": MAY}, [ChangeKind.FINDING_CLOSED]),
        ({"opened_on": MAY}, [ChangeKind.FINDING_OPENED]),
        (
            {"opened_on": MAY, "closed_on": TODAY},
            [ChangeKind.FINDING_CLOSED, ChangeKind.FINDING_OPENED],
        ),
    ],
)
def test_findings_closed_and_opened_since_are_told(days, kinds):
    found = changes(findings=[Followed(label="F-01", **days)])

    assert [change.kind for change in found] == kinds


def test_changes_come_by_kind_and_nothing_is_nothing():
    found = changes(
        pieces=[piece(valid_until=MAY), piece(then=False)],
        findings=[Followed(label="F-01", opened_on=MAY)],
        actions=[Followed(label="ACT-001", done_on=MAY)],
    )

    assert [change.kind for change in found] == [
        ChangeKind.EVIDENCE_ADDED,
        ChangeKind.EVIDENCE_EXPIRED,
        ChangeKind.ACTION_DONE,
        ChangeKind.FINDING_OPENED,
    ]
    assert changes() == ()
