from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.snapshots import (
    ActionView,
    AuditSnapshot,
    ControlPlanSnapshot,
    EvidenceView,
    SnapshotError,
    digest,
    from_json,
    to_json,
)
from tests.reports import values

pytestmark = pytest.mark.unit

days = st.none() | st.dates()
texts = st.text(st.characters())  # lone surrogates and controls too
actions = st.builds(
    ActionView,
    reference=texts,
    title=texts,
    owner=texts,
    due_date=days,
    effort_days=st.none() | st.fractions(),
    state=texts,
    state_label=texts,
    finding=texts,
)
evidence = st.builds(
    EvidenceView,
    key=texts,
    reference=texts,
    title=texts,
    file_name=texts,
    media_type=texts,
    size=st.integers(),
    sha256=texts,
    version=st.integers(),
    fact_date=days,
    valid_until=days,
    confidentiality=texts,
    requirements=st.lists(texts).map(tuple),
)


@given(actions)
def test_an_action_comes_back_as_it_was(view):
    assert from_json(ActionView, to_json(view)) == view


@given(evidence)
def test_evidence_comes_back_as_it_was(view):
    assert from_json(EvidenceView, to_json(view)) == view


@pytest.mark.parametrize("make", [values.diagnosis, values.audit])
def test_a_whole_audit_comes_back_as_it_was(make):
    snapshot = make()

    assert from_json(AuditSnapshot, to_json(snapshot)) == snapshot


def test_a_control_plan_comes_back_as_it_was():
    snapshot = values.control_plan()

    assert from_json(ControlPlanSnapshot, to_json(snapshot)) == snapshot


def test_the_text_is_canonical():
    view = ActionView("A-1", "é", "", date(2026, 3, 1), Fraction(2, 4), "DONE", "", "F-1")

    assert to_json(view) == (
        '{"due_date":"2026-03-01","effort_days":"1/2","finding":"F-1","owner":"",'
        '"reference":"A-1","state":"DONE","state_label":"","title":"\\u00e9"}'
    )


def test_the_digest_is_that_of_the_text():
    text = to_json(values.diagnosis())

    assert digest(text) == sha256(text.encode()).hexdigest()


def test_one_changed_letter_changes_the_digest():
    before = values.diagnosis()
    after = replace(before, scope=before.scope + ".")

    assert digest(to_json(before)) != digest(to_json(after))


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (('"size":1', '"size":"1"'), "$.size"),
        (('"size":1', '"size":true'), "$.size"),
        (('"size":1', '"size":1.5'), "$.size"),
        (('"fact_date":null', '"fact_date":"2026-02-30"'), "$.fact_date"),
        (('"fact_date":null', '"fact_date":20260230'), "$.fact_date"),
        (('"requirements":["EX-1"]', '"requirements":"EX-1"'), "$.requirements"),
        (('"requirements":["EX-1"]', '"requirements":[1]'), "$.requirements[0]"),
        (('"size":1,', ""), "size"),
        (('"size":1', '"size":1,"more":2'), "more"),
    ],
)
def test_a_text_that_was_tampered_with_is_refused_with_the_place(change, where):
    view = EvidenceView("k", "P-1", "t", "f", "m", 1, "s", 1, None, None, "c", ("EX-1",))
    text = to_json(view)
    assert change[0] in text

    with pytest.raises(SnapshotError) as caught:
        from_json(EvidenceView, text.replace(*change))

    assert where in str(caught.value)


@pytest.mark.parametrize("fraction", ["1/0", "1", "a/b", "1/2/3"])
def test_a_fraction_that_is_none_is_refused(fraction):
    view = ActionView("A-1", "", "", None, Fraction(1, 2), "", "", "")

    with pytest.raises(SnapshotError):
        from_json(ActionView, to_json(view).replace("1/2", fraction))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000])
def test_what_is_no_snapshot_is_refused(text):
    with pytest.raises(SnapshotError):
        from_json(ActionView, text)


def test_a_value_that_has_no_canonical_text_is_refused():
    @dataclass(frozen=True)
    class Loose:
        ratio: float

    with pytest.raises(TypeError):
        to_json(Loose(0.1))
