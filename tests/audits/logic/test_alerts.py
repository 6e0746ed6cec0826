"""The machine of alerts: examples that people would argue about, and the laws."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from audits.logic.alerts import (
    TOP_LEVEL,
    Alert,
    Bound,
    Cause,
    Closed,
    Measured,
    PlanWritten,
    Raise,
    Reading,
    Reason,
    Rule,
    Status,
    follow,
    is_due,
    missed_after,
    missed_run,
    returned,
)
from audits.logic.periods import Grain, Period

pytestmark = pytest.mark.unit

MET, MISSED, OPEN, NONE = Status.MET, Status.MISSED, Status.NOT_PROVEN, Status.NO_FIGURE
FIRST = Period(Grain.MONTH, date(2026, 1, 1))
TODAY = date(2026, 9, 7)
LETTERS = {"+": MET, "-": MISSED, "?": OPEN, ".": NONE}


def series(text, *, sample=False, values=None):
    """One reading per letter: + met, - missed, ? not proven, . no figure."""
    return tuple(
        Reading(
            FIRST.after(place),
            LETTERS[letter],
            None if letter == "." else Fraction(values[place] if values else 80),
            is_sample=sample or letter == "?",
            operator=">=",
            target=Fraction(85),
        )
        for place, letter in enumerate(text)
    )


def measured(text, how=Rule(), *, alert=Alert(), **options):  # noqa: B008
    return follow(alert, Measured(series(text, **options)), how)


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("", None),
        ("+-", None),
        ("+--", 1),
        ("-+-", None),
        ("--+", None),  # came and went before it was known
        ("---", 0),
        ("-.-", 0),  # what was not measured neither counts nor ends the run
        ("-?-", 0),
        ("-...", None),
        ("....", None),
        ("--.", 0),
    ],
)
def test_two_missed_periods_running_open_an_alert(text, since):
    found = measured(text)

    assert found.since == (None if since is None else FIRST.after(since))
    assert found.cause == (None if since is None else Cause.MISSED)
    assert (found.level, found.is_closable) == (1, False)


def test_a_sample_opens_at_once_when_its_interval_says_so():
    proven, strict = Rule(bound=Bound.PROVEN), Rule(bound=Bound.STRICT)

    assert measured("+-", proven, sample=True).cause is Cause.SAMPLE
    assert not measured("+-", proven).is_open  # counted in full: one period is no run
    assert not measured("+?", proven).is_open
    assert measured("+?", strict).cause is Cause.SAMPLE
    assert measured("??", strict).cause is Cause.MISSED
    assert not measured("??").is_open


def test_a_trend_opens_while_the_target_is_still_met():
    how = Rule(trend=4)

    assert measured("+++++", how, values=[99, 95, 94, 93, 92]).since == FIRST.after(1)
    assert measured("+++++", how, values=[99, 98, 97, 96, 96]).since is None
    assert measured("++.++", how, values=[95, 94, 93, 92, 91]).since is None
    assert measured("+++++", Rule(), values=[95, 94, 93, 92, 91]).since is None


@pytest.mark.parametrize(
    ("operator", "values", "opens"),
    [
        ("<=", [1, 2, 3], True),
        ("<", [3, 2, 1], False),
        ("=", [85, 86, 84], False),
        ("=", [86, 83, 90], True),
    ],
)
def test_the_bad_direction_is_that_of_the_target(operator, values, opens):
    readings = tuple(
        Reading(FIRST.after(n), MET, Fraction(v), operator=operator, target=Fraction(85))
        for n, v in enumerate(values)
    )

    assert follow(Alert(), Measured(readings), Rule(trend=3)).is_open is opens


def test_a_trend_is_over_when_the_figures_hold():
    how = Rule(trend=3)
    opened = measured("+++", how, values=[95, 94, 93])
    falling = measured("++++", how, alert=opened, values=[95, 94, 93, 92])
    holding = measured("+++++", how, alert=opened, values=[95, 94, 93, 93, 94])

    assert (falling.is_closable, holding.is_closable) == (False, True)
    assert [one.period for one in holding.returned] == [FIRST.after(3), FIRST.after(4)]


@pytest.mark.parametrize(
    ("text", "closable"),
    [("--+", False), ("--++", True), ("--+-+", False), ("--+.+", True), ("--+?", False)],
)
def test_a_return_must_hold(text, closable):
    opened = measured("--")

    assert measured(text, alert=opened).is_closable is closable


def test_a_new_miss_within_the_return_continues_the_same_alert():
    opened = measured("--")
    back = measured("--++", alert=opened)
    again = measured("--++-", alert=back)

    assert (back.is_closable, again.is_closable) == (True, False)
    assert again.since == opened.since


def test_only_what_is_closable_is_closed():
    opened = measured("--")

    assert follow(opened, Closed(FIRST.start), Rule()) == opened
    back = measured("--++", alert=opened)
    assert follow(back, Closed(FIRST.after(3).start), Rule()) == Alert(settled=FIRST.after(3).start)


def test_what_a_closed_alert_has_judged_opens_no_other():
    closed = Alert(settled=FIRST.after(3).start)

    assert measured("----", alert=closed) == closed
    assert measured("-----", alert=closed) == closed
    assert measured("------", alert=closed).since == FIRST.after(4)


def test_a_level_goes_up_once_per_reason_and_day():
    late = Raise(Reason.PLAN_LATE, TODAY)
    once = follow(measured("--"), late, Rule())
    other = follow(once, Raise(Reason.ACTION_LATE, TODAY, "1"), Rule())

    assert (once.level, follow(once, late, Rule()).level, other.level) == (2, 2, 3)
    later = Raise(Reason.PLAN_LATE, TODAY + timedelta(days=30))
    assert follow(other, later, Rule()).level == TOP_LEVEL


def test_what_does_not_go_up():
    opened = measured("--")
    planned = follow(opened, PlanWritten(), Rule())
    again = Raise(Reason.MISSED_AGAIN, TODAY, "2026-03-01")

    assert follow(planned, Raise(Reason.PLAN_LATE, TODAY), Rule()) == planned
    assert follow(opened, again, Rule()) == opened
    up = follow(planned, again, Rule())
    next_day = Raise(Reason.MISSED_AGAIN, TODAY + timedelta(days=1), "2026-03-01")
    assert (up.level, follow(up, next_day, Rule())) == (2, up)
    back = measured("--++", alert=planned)
    assert follow(back, Raise(Reason.ACTION_LATE, TODAY, "1"), Rule()) == back
    assert follow(Alert(), again, Rule()) == Alert()
    assert follow(Alert(), PlanWritten(), Rule()) == Alert()


def test_what_is_late_goes_up_again_after_some_days():
    def asked(day, alert):
        return is_due(
            Raise(Reason.PLAN_LATE, day),
            due=TODAY,
            alert=alert,
            days=5,
            add_working_days=lambda start, n: start + timedelta(days=n),
        )

    opened = measured("--")
    once = follow(opened, Raise(Reason.PLAN_LATE, TODAY + timedelta(days=1)), Rule())

    assert [asked(TODAY + timedelta(days=n), opened) for n in (0, 1)] == [False, True]
    assert [asked(TODAY + timedelta(days=n), once) for n in (5, 6)] == [False, True]


def test_the_period_that_was_missed_after_the_plan():
    readings = series("---")

    assert missed_after(readings, Rule(), FIRST.after(2).end) == FIRST.after(2)
    assert missed_after(readings, Rule(), FIRST.after(3).start) is None
    assert missed_after(series("--+"), Rule(), FIRST.start) is None


def test_runs_and_returns_are_in_the_order_of_time():
    assert [one.period for one in missed_run(series("+-.-"), Rule())] == [
        FIRST.after(1),
        FIRST.after(3),
    ]
    assert [one.period for one in returned(series("-+.+"), Rule())] == [
        FIRST.after(1),
        FIRST.after(3),
    ]


STATUSES = st.sampled_from([MET, MISSED, OPEN, NONE])


class AlertLife(RuleBasedStateMachine):
    """Any sequence of measures, late ones and corrections among them, and of what people do."""

    def __init__(self):
        super().__init__()
        self.how = Rule()
        self.readings: list[Reading] = []
        self.alert = Alert()
        self.opened = self.closed = 0
        self.day = TODAY

    def happen(self, event):
        before = self.alert
        self.alert = after = follow(before, event, self.how)
        if after.is_open and not before.is_open:
            assert isinstance(event, Measured)
            assert after.level == 1
            assert before.settled is None or after.since.start > before.settled
            self.opened += 1
        if before.is_open and not after.is_open:
            assert isinstance(event, Closed)
            self.closed += 1
        if before.is_open and after.is_open:
            assert after.since == before.since
            assert after.level - before.level in {0, 1}
            assert (after.level > before.level) is (len(after.raised) > len(before.raised))
        assert follow(after, event, self.how) == after or isinstance(event, Closed)

    def measure(self):
        self.happen(Measured(tuple(self.readings)))

    @rule(status=STATUSES, value=st.integers(60, 99), sample=st.booleans())
    def a_period_closes(self, status, value, sample):
        self.readings.append(self.reading(len(self.readings), status, value, sample))
        self.measure()

    def reading(self, place, status, value, sample):
        known = None if status is NONE else Fraction(value)
        return Reading(FIRST.after(place), status, known, sample, ">=", Fraction(85))

    @precondition(lambda self: self.readings)
    @rule(data=st.data(), status=STATUSES, value=st.integers(60, 99))
    def a_measure_is_corrected_or_comes_late(self, data, status, value):
        place = data.draw(st.integers(0, len(self.readings) - 1))
        before = self.alert
        self.readings[place] = self.reading(place, status, value, sample=False)
        self.measure()
        settled = before.settled
        if settled and not before.is_open and self.readings[place].period.start <= settled:
            assert self.alert == before

    @precondition(lambda self: not self.alert.is_open)
    @rule(
        missed=st.none() | st.integers(1, 4),
        bound=st.sampled_from(Bound),
        trend=st.none() | st.integers(3, 6),
        held=st.integers(1, 3),
    )
    def the_rule_is_changed(self, missed, bound, trend, held):
        self.how = Rule(missed, bound, trend, held)

    @rule()
    def a_plan_is_written(self):
        self.happen(PlanWritten())

    @rule(reason=st.sampled_from(Reason), days=st.integers(0, 1), about=st.sampled_from("ab"))
    def something_is_late(self, reason, days, about):
        self.day += timedelta(days=days)
        self.happen(Raise(reason, self.day, about))

    @precondition(lambda self: self.readings)
    @rule()
    def somebody_closes(self):
        was_closable = self.alert.is_closable
        self.happen(Closed(self.readings[-1].period.start))
        assert not (was_closable and self.alert.is_open)

    @invariant()
    def none_is_lost_and_none_is_double(self):
        assert self.opened - self.closed == int(self.alert.is_open)

    @invariant()
    def no_level_is_skipped(self):
        assert self.alert.level == 1 + len(self.alert.raised) <= TOP_LEVEL
        by_day = [(one.reason, one.day) for one in self.alert.raised]
        assert len(by_day) == len(set(by_day))

    @invariant()
    def closable_means_that_the_last_figures_are_met(self):
        if self.alert.is_closable:
            known = [one for one in self.readings if one.status in {MET, MISSED}]
            assert {one.status for one in known[-self.how.held :]} == {MET}

    @invariant()
    def what_is_missed_long_enough_is_open(self):
        settled, known = self.alert.settled, self.readings
        fresh = [one for one in known if settled is None or one.period.start > settled]
        decided = [one.status for one in fresh if one.status in {MET, MISSED}]
        if self.how == Rule() and len(decided) >= 2 and decided[-2:] == [MISSED, MISSED]:
            self.measure()
            assert self.alert.is_open


AlertLife.TestCase.settings = settings(max_examples=1000, stateful_step_count=25, deadline=None)
TestAlertLife = AlertLife.TestCase


@pytest.mark.parametrize("missed", [1, 2])
def test_an_indicator_that_goes_up_and_down_opens_one_alert_at_most(missed):
    how, alert, opened = Rule(missed=missed), Alert(), 0
    text = "+-" * 12
    for end in range(1, len(text) + 1):
        before, alert = alert, measured(text[:end], how, alert=alert)
        opened += alert.is_open and not before.is_open
        alert = follow(alert, Closed(FIRST.after(end - 1).start), how)

    assert opened == (1 if missed == 1 else 0)
