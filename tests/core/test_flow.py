import pytest

from crcaudit.core.flow import Flow, TransitionNotAllowedError

pytestmark = pytest.mark.unit

STATES = ("DRAFT", "ISSUED", "CLOSED", "CANCELLED")
FLOW = Flow(
    "finding",
    {
        "DRAFT": frozenset({"ISSUED", "CANCELLED"}),
        "ISSUED": frozenset({"CLOSED"}),
        "CLOSED": frozenset(),
    },
)


def test_transitions_are_enumerated_in_a_stable_order():
    assert FLOW.transitions == (("DRAFT", "CANCELLED"), ("DRAFT", "ISSUED"), ("ISSUED", "CLOSED"))


@pytest.mark.parametrize("source", STATES)
@pytest.mark.parametrize("target", STATES)
def test_only_the_listed_transitions_pass(source, target):
    if (source, target) in FLOW.transitions:
        assert FLOW.check(source=source, target=target) is None
    else:
        with pytest.raises(TransitionNotAllowedError) as caught:
            FLOW.check(source=source, target=target)
        assert (caught.value.flow, caught.value.source, caught.value.target) == (
            "finding",
            source,
            target,
        )


def test_a_refused_transition_is_a_value_error_that_names_both_states():
    with pytest.raises(ValueError, match=r"^finding: CLOSED -> DRAFT is not allowed\.$"):
        FLOW.check(source="CLOSED", target="DRAFT")


def test_targets_are_where_a_state_may_go():
    assert FLOW.targets("DRAFT") == {"ISSUED", "CANCELLED"}
    assert FLOW.targets("CLOSED") == frozenset()
    assert FLOW.targets("CANCELLED") == frozenset()
