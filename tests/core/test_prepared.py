"""Statements kept between requests: each answers for the keys, days and language asked for."""

from datetime import date

import pytest

from audits.snapshots.rollups import stored_rollups
from tests.factories.audits import first_assessment, running_audit
from tests.queries import counted

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

DAY = date(2026, 7, 31)
NEXT = date(2026, 8, 1)


def test_each_key_gets_its_own_rows():
    first, second = running_audit(), running_audit()
    alone = stored_rollups({first.pk: DAY})
    both = stored_rollups({second.pk: DAY, first.pk: DAY})
    assert alone[first.pk] == both[first.pk]
    assert {row.section for row in both[second.pk]} == {
        section.pk for section in second.sections.filter(level="ENGAGEMENT")
    }


def test_each_key_gets_its_own_day():
    proven = []
    for _n in range(2):
        row = first_assessment(running_audit())
        row.evidence_until = DAY
        row.save()
        proven.append(row.audit_id)
    first, second = proven

    one, other = stored_rollups({first: DAY, second: NEXT}), stored_rollups({first: NEXT})

    assert [row.with_evidence for row in one[first]] == [1, 0]
    assert [row.with_evidence for row in one[second]] == [0, 0]
    assert [row.with_evidence for row in other[first]] == [0, 0]


def test_nothing_is_read_for_a_stranger():
    assert stored_rollups({999: DAY}) == {999: []}


def test_without_a_key_nothing_is_asked():
    with counted() as statements:
        assert stored_rollups({}) == {}
    assert not statements


def test_a_kept_statement_is_one_query_and_sees_what_changed():
    audit = running_audit()
    before = stored_rollups({audit.pk: DAY})[audit.pk]
    audit.rollups.update(total=41)
    with counted() as statements:
        after = stored_rollups({audit.pk: DAY})[audit.pk]
    assert len(statements) == 1
    assert [row.section for row in after] == [row.section for row in before]
    assert {row.total for row in after} == {41}
