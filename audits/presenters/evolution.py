"""Where a file comes from and where it is heading: waterfall and trajectory, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from audits.charts import Bar, Mark, trajectory_chart, waterfall_chart
from audits.charts.movement import signed
from audits.logic.comparison import Line, compare
from audits.logic.trajectory import Pending, Trajectory, past_lateness, trajectory
from audits.logic.waterfall import Step, StepKind, Waterfall, waterfall
from audits.models import Audit, Certification, CorrectiveAction
from audits.presenters.comparison import domain_titles
from audits.snapshots import movement
from audits.snapshots.audit import thresholds
from crcaudit.core.formats import percent

SHORT: Mapping[StepKind, str | Promise] = {
    StepKind.NO_LONGER_APPLICABLE: gettext_lazy("become NA"),
    StepKind.NO_LONGER_RATED: gettext_lazy("not rated"),
    StepKind.LEFT: gettext_lazy("left"),
    StepKind.WEIGHTS: gettext_lazy("weights"),
    StepKind.NEWLY_RATED: gettext_lazy("newly rated"),
    StepKind.ENTERED: gettext_lazy("entered"),
}
LONG: Mapping[StepKind, str | Promise] = {
    StepKind.NO_LONGER_APPLICABLE: gettext_lazy("Requirements that became not applicable"),
    StepKind.NO_LONGER_RATED: gettext_lazy("Requirements not rated yet in the latest audit"),
    StepKind.LEFT: gettext_lazy("Requirements or sites that left the scope"),
    StepKind.WEIGHTS: gettext_lazy("Weights that the new edition changed"),
    StepKind.NEWLY_RATED: gettext_lazy("Requirements rated for the first time"),
    StepKind.ENTERED: gettext_lazy("Requirements or sites that came into the scope"),
}


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of the waterfall in words; ``after`` is the score once it is taken."""

    label: str
    code: str
    value: Fraction
    count: int
    after: Fraction


@dataclass(frozen=True, slots=True)
class Evolution:
    """What the screen shows. Charts are "" where there is nothing to draw."""

    audit: Audit | None
    diagnosis: Audit | None
    fall: Waterfall | None
    steps: tuple[StepRow, ...]
    fall_chart: SafeString | str
    path: Trajectory | None
    path_chart: SafeString | str
    threshold: Fraction | None
    is_past: bool

    @property
    def last(self) -> tuple[Fraction, Fraction | None, Fraction] | None:
        """Low, middle and high score on the last day."""
        if self.path is None:
            return None
        point = self.path.points[-1]
        return point.low, point.middle, point.high

    @property
    def shifts(self) -> tuple[str, str, str]:
        """High, middle and low shift in words, "" where nothing is stated."""
        if self.path is None:
            return "", "", ""
        lateness = self.path.lateness
        return _days(lateness.high), _days(lateness.middle), _days(lateness.low)

    @property
    def reaches(self) -> str:
        """What the band says of the threshold: "all", "some" or "none" of it is above."""
        if self.path is None or self.threshold is None:
            return ""
        point = self.path.points[-1]
        if point.low >= self.threshold:
            return "all"
        return "some" if point.high >= self.threshold else "none"


def _days(shift: int | None) -> str:
    """A lateness in words; "" for None."""
    if shift is None:
        return ""
    if shift == 0:
        return _("on the due date")
    late = ngettext("%(n)s day after the due date", "%(n)s days after the due date", shift)
    early = ngettext("%(n)s day before the due date", "%(n)s days before the due date", -shift)
    return (late if shift > 0 else early) % {"n": abs(shift)}


def evolution(certification: Certification, *, today: date) -> Evolution:
    """Read one file: latest audit, its diagnosis, pending actions, past lateness."""
    audits = list(
        certification.audits.select_related("certification")
        .defer("frozen")
        .order_by("-started_at", "-pk")
    )
    audit = audits[0] if audits else None
    diagnosis = next((row for row in audits if row.is_diagnosis), None)
    if audit is None:
        return Evolution(None, None, None, (), "", None, "", None, is_past=False)
    read = [row for row in (diagnosis, audit) if row is not None]
    lines = movement.lines_of(list(dict.fromkeys(read)), today=today)
    threshold = thresholds(audit).global_score
    fall = None
    if diagnosis is not None and diagnosis != audit:
        fall = waterfall(compare(lines[diagnosis.pk], lines[audit.pk]))
    steps = _step_rows(fall, domain_titles(audit)) if fall else ()
    path = _path(certification, audit, lines[audit.pk], today=today)
    target = certification.target_date
    return Evolution(
        audit=audit,
        diagnosis=diagnosis,
        fall=fall,
        steps=steps,
        fall_chart=_fall_chart(fall, threshold) if fall else "",
        path=path,
        path_chart=_path_chart(path, diagnosis, audit, fall, threshold) if path else "",
        threshold=threshold,
        is_past=target is not None and target <= today,
    )


def _path(
    certification: Certification, audit: Audit, lines: Sequence[Line], *, today: date
) -> Trajectory | None:
    if certification.target_date is None:
        return None
    actions = movement.pending_actions(CorrectiveAction.objects.all(), audit)
    good = movement.compliant_level(movement.scale_of(audit, get_language() or "fr"))
    return trajectory(
        {line.pk: movement.rated_of(line) for line in lines},
        [
            Pending(action.due, target)
            for target, rows in movement.targets(actions, lines).items()
            for action in rows
        ],
        lateness=past_lateness(movement.lateness_days(certification.organisation_id)),
        points=good.value.points,
        today=today,
        horizon=certification.target_date,
    )


def _step_rows(fall: Waterfall, titles: Mapping[str, str]) -> tuple[StepRow, ...]:
    rows, score = [], fall.start
    for step in fall.steps:
        score += step.value
        label = titles.get(step.code, "") if step.code else str(LONG[step.kind])
        rows.append(StepRow(label, step.code, step.value, step.count, score))
    return tuple(rows)


def _fall_chart(fall: Waterfall, threshold: Fraction) -> SafeString:
    bars, score = [_total(_("Diagnosis"), fall.start)], fall.start
    for step in fall.steps:
        bars.append(Bar(_short(step), score, score + step.value, signed(step.value)))
        score += step.value
    bars.append(_total(_("Today"), fall.end))
    return waterfall_chart(bars, threshold=threshold)


def _total(label: str, score: Fraction) -> Bar:
    return Bar(label, Fraction(0), score, percent(score, decimals=0), is_total=True)


def _short(step: Step) -> str:
    return step.code or str(SHORT[step.kind])


def _path_chart(
    path: Trajectory,
    diagnosis: Audit | None,
    audit: Audit,
    fall: Waterfall | None,
    threshold: Fraction,
) -> SafeString:
    past = []
    if fall is not None and diagnosis is not None and diagnosis != audit:
        ended = diagnosis.validated_at
        day = localdate(ended) if ended else diagnosis.start_date
        if day < path.points[0].day:
            past.append(Mark(_("Diagnosis"), day, fall.start))
    return trajectory_chart(path.points, past=past, threshold=threshold)
