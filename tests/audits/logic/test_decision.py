"""What a certification body may decide, when, and how a certificate reads on a day."""

from datetime import date

import pytest

from audits import decision_enums
from audits.enums import OWN_AUDITS, AuditKind
from audits.logic.decision import (
    DECISION_FLOW,
    GRANTS,
    AuditedFor,
    CertificateState,
    CertificateStatus,
    DecisionKind,
    blocking,
    decisions_on_audit,
    decisions_on_certificate,
    makes_certificate,
    status_on,
)
from audits.logic.readiness import OpenFinding

pytestmark = pytest.mark.unit

FROM, UNTIL = date(2026, 3, 14), date(2029, 3, 13)


def status(day, state=CertificateState.CERTIFIED, *, is_latest=True):
    return status_on(day, valid_from=FROM, expires_on=UNTIL, state=state, is_latest=is_latest)


def test_the_words_of_the_rule_are_those_of_the_vocabularies():
    assert {one.value for one in DecisionKind} == set(decision_enums.DecisionKind.values)
    assert {one.value for one in CertificateState} == set(decision_enums.CertificateState.values)
    assert {one.value for one in AuditedFor} == set(AuditKind.values) - OWN_AUDITS


def test_nothing_follows_a_withdrawal():
    assert not [kind for state, kind in DECISION_FLOW if state == CertificateState.WITHDRAWN]


def test_a_suspended_certificate_is_restored_before_it_is_maintained():
    assert decisions_on_audit(CertificateState.SUSPENDED, AuditedFor.SURVEILLANCE) == (
        DecisionKind.SUPPLEMENTARY_AUDIT,
        DecisionKind.REFUSED,
    )
    assert decisions_on_certificate(CertificateState.SUSPENDED) == (
        DecisionKind.RESTORED,
        DecisionKind.WITHDRAWN,
    )


def test_a_surveillance_maintains_only_what_exists():
    offered = decisions_on_audit(CertificateState.NONE, AuditedFor.SURVEILLANCE)

    assert not GRANTS & set(offered)
    assert set(offered) == {DecisionKind.SUPPLEMENTARY_AUDIT, DecisionKind.REFUSED}


@pytest.mark.parametrize(
    ("kind", "state", "expected"),
    [
        (AuditedFor.INITIAL, CertificateState.NONE, True),
        (AuditedFor.RENEWAL, CertificateState.CERTIFIED, True),
        (AuditedFor.SUPPLEMENTARY, CertificateState.NONE, True),
        (AuditedFor.SUPPLEMENTARY, CertificateState.CERTIFIED, False),
        (AuditedFor.SURVEILLANCE, CertificateState.CERTIFIED, False),
    ],
)
def test_which_grants_write_a_certificate(kind, state, expected):
    assert makes_certificate(state, kind, DecisionKind.GRANTED) is expected
    assert not makes_certificate(state, kind, DecisionKind.REFUSED)


def test_an_open_major_keeps_from_granting_and_a_minor_does_not():
    major = OpenFinding("F-01", "EX-1", "Délai", "major")

    assert blocking([major, OpenFinding("F-02", "EX-2", "Trace", "minor")]) == (major,)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 13), CertificateStatus.TO_COME),
        (FROM, CertificateStatus.IN_FORCE),
        (UNTIL, CertificateStatus.IN_FORCE),
        (date(2029, 3, 14), CertificateStatus.EXPIRED),
    ],
)
def test_a_certificate_is_in_force_from_its_first_to_its_last_day(day, expected):
    assert status(day) == expected


def test_what_was_decided_shows():
    assert status(FROM, CertificateState.SUSPENDED) == CertificateStatus.SUSPENDED
    assert status(UNTIL.replace(year=2030), CertificateState.WITHDRAWN) == (
        CertificateStatus.WITHDRAWN
    )
    assert status(FROM, is_latest=False) == CertificateStatus.REPLACED
