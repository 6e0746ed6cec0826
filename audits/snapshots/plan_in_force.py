"""The internal control plan that the direction approved, as lines of a document."""

from collections.abc import Mapping, Sequence

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from audits import control_texts as words
from audits.control_enums import ControlFrequency, PlanState
from audits.models import Certification, ControlLine, ControlOccurrence, ControlPlan
from audits.snapshots import common
from audits.snapshots.control_lines import Last, LineRow, lines_of, rows_of
from audits.snapshots.plan_values import ControlLineView, PlanVersionView
from crcaudit.core.formats import NO_BREAK, exact
from engagements.enums import Operator

# As the vocabulary of editions names them: documents sort by it.
FREQUENCIES: Mapping[str, str] = {
    ControlFrequency.HALF_YEARLY: "semiannual",
    ControlFrequency.YEARLY: "annual",
}


def approved_plan(certification: Certification) -> ControlPlan | None:
    """The version in force, None while nobody approved one."""
    rows = ControlPlan.objects.in_force().filter(certification=certification)
    return rows.select_related("submitted_by", "approved_by").first()


def versions_of(certification: Certification) -> tuple[PlanVersionView, ...]:
    """The approved versions, latest first."""
    rows = ControlPlan.objects.filter(certification=certification).exclude(state=PlanState.DRAFT)
    found = rows.select_related("submitted_by", "approved_by").order_by("-number")
    return tuple(_version(row) for row in found)


def _version(row: ControlPlan) -> PlanVersionView:
    return PlanVersionView(
        number=row.number,
        reason=row.reason,
        submitted_by=str(row.submitted_by),
        submitted_on=localdate(row.submitted_at) if row.submitted_at else None,
        approved_by=str(row.approved_by),
        approved_on=localdate(row.approved_at) if row.approved_at else None,
        starts_on=row.starts_on,
        is_in_force=row.state == PlanState.APPROVED,
    )


def lines_in_force(
    plan: ControlPlan, *, terms: common.Labels, language: str
) -> tuple[ControlLineView, ...]:
    """Lines of the plan by domain and engagement: 4 queries whatever the numbers."""
    lines = sorted(lines_of(plan), key=_order)
    controls = ControlOccurrence.objects.filter(line__plan__certification=plan.certification_id)
    return tuple(_line(row, language) for row in rows_of(lines, controls, terms=terms))


def uncovered(codes: Sequence[str], lines: Sequence[ControlLineView]) -> tuple[str, ...]:
    """Requirements of the edition that no line of the plan controls, in order."""
    known = {line.code for line in lines}
    return tuple(code for code in codes if code not in known)


def _order(line: ControlLine) -> tuple[int, int, int, int, int]:
    engagement = line.requirement.engagement
    places = (engagement.domain.position, engagement.position, line.requirement.position)
    return (*places, line.position, line.pk)


def _line(row: LineRow, language: str) -> ControlLineView:
    line, requirement = row.line, row.line.requirement
    engagement = requirement.engagement
    last = row.last
    return ControlLineView(
        code=requirement.code,
        domain=engagement.domain.code,
        engagement=engagement.code,
        requirement=str(common.in_language(requirement, "text", language)),
        criticality=requirement.criticality,
        criticality_label=requirement.get_criticality_display(),
        control_point=line.control_point,
        methods=row.method,
        procedure=line.procedure,
        sample=words.sample_text(line),
        site_channel=f"{words.places_text(line)}, {words.channels_text(line)}",
        frequency=FREQUENCIES.get(line.frequency, line.frequency.lower()),
        frequency_label=", ".join(filter(None, (row.often, words.window_text(line)))),
        responsible=_who(row.role, line.responsible),
        substitute=str(line.substitute) if line.substitute else "",
        record=row.record,
        indicator=_indicator(line),
        target=_limit(line, "target"),
        alert=_limit(line, "alert"),
        nonconformity=_limit(line, "nonconformity"),
        last=_last(last),
        reaction=line.reaction,
        escalation=words.escalation_text(line),
        action=line.action.reference if line.action else "",
        population=line.population,
        thresholds=line.threshold_note,
        last_on=last.row.done_on if last else None,
        trend=_trend(last),
        next_due=row.next,
    )


def _who(role: str, person: object) -> str:
    return f"{role} ({person})" if person else role


def _indicator(line: ControlLine) -> str:
    if line.indicator is None:
        return ""
    return f"{line.indicator.code} = {line.indicator.formula}"


def _limit(line: ControlLine, name: str) -> str:
    """A threshold as printed; under a sign that counts gaps it is a share of gaps."""
    value = getattr(line, name)
    if value is None or not line.sign:
        return ""
    return f"{Operator(line.sign).label}{NO_BREAK}{exact(value)}{NO_BREAK}%"


def _last(last: Last | None) -> str:
    if last is None:
        return ""
    counts = words.counts_text(last.row)
    site = last.row.site.name if last.row.site else ""
    return ", ".join(filter(None, (last.words.text, counts, site)))


def _trend(last: Last | None) -> str:
    told = {1: _("better than before"), -1: _("worse than before"), 0: _("as before")}
    return told[last.trend] if last is not None and last.trend is not None else ""
