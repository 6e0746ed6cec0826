"""What was measured of a requirement, the alerts about it, and the rating that it proposes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString

from audits import figure_words as wording
from audits.charts.series import band_of, spark
from audits.logic.result_verdict import V1
from audits.models import Assessment, InternalComplaint, MeasuringPlace, VerdictProposal
from audits.presenters.scale import level_shown
from audits.proposal_enums import ProposalChoice
from audits.proposal_words import needed_text, reason_text
from audits.snapshots.kept_figures import kept
from audits.snapshots.requirement_figures import Measured, audit_day, measured_of
from audits.snapshots.requirement_figures import proposal_of as proposed
from crcaudit.accounts.models import User
from crcaudit.core.templatetags.crc import localized
from engagements.enums import Direction
from engagements.words import terms_text


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """One indicator of the requirement over its last closed period, in words.

    ``asked`` is the target of the edition, "" where the organisation has the same; ``trend`` is 1
    for better than the closed period before, -1 for worse, 0 for the same, None when unknown.
    """

    code: str
    name: str
    url: str
    period: str
    value: str
    size: str
    interval: str
    target: str
    asked: str
    shape: str
    verdict: str
    needed: str
    note: str
    trend: int | None
    spark: SafeString


@dataclass(frozen=True, slots=True)
class ProposalView:
    """What is proposed, and what was made of it. ``level`` is "" when nothing is.

    ``is_chosen`` once somebody retained it or departed from it, with ``reason``.
    """

    level: str
    shape: str
    label: str
    text: str
    rule: str
    is_chosen: bool
    is_departed: bool
    reason: str
    chosen_by: str
    chosen_at: datetime | None
    changed: bool


@dataclass(frozen=True, slots=True)
class MeasuresView:
    """The block. ``lines`` are empty for who may not read the figures, or without indicators."""

    lines: Sequence[MeasureLine]
    alerts: Sequence[InternalComplaint]
    proposal: ProposalView | None
    can_read: bool


def measures_view(row: Assessment, user: User, *, today: date) -> MeasuresView:
    """Of one requirement: 8 queries, whatever is behind; fewer when nothing is measured."""
    audit = row.audit
    measured = measured_of(audit, [row], day=audit_day(audit, today)).get(row.pk, ())
    if not measured:
        return MeasuresView((), (), None, can_read=True)
    places = {pk for one in measured for pk in one.places}
    read = MeasuringPlace.objects.visible_to(user).filter(pk__in=places)
    can_read = set(read.values_list("pk", flat=True)) == places
    chosen = VerdictProposal.objects.select_related("chosen_by").filter(assessment=row).first()
    if not can_read:
        return MeasuresView((), (), None, can_read=False)
    return MeasuresView(
        lines=[_line(row, one) for one in measured],
        alerts=_alerts(row, user, measured),
        proposal=_proposal(row, measured, chosen),
        can_read=True,
    )


def _alerts(row: Assessment, user: User, measured: Sequence[Measured]) -> list[InternalComplaint]:
    rows = InternalComplaint.objects.visible_to(user).not_closed()
    rows = rows.filter(
        organisation=row.audit.organisation_id,
        indicator__in={one.indicator.pk for one in measured},
    )
    if row.site_id is not None:
        rows = rows.filter(place__site=row.site_id)
    related = ("indicator", "place__site", "place__subcontractor")
    return list(rows.select_related(*related).order_by("-level", "opened_at", "pk").distinct())


def _line(row: Assessment, one: Measured) -> MeasureLine:
    indicator, found, unit = one.indicator, one.found, one.indicator.unit
    terms = one.target.terms if one.target else None
    shape, verdict = wording.verdict_of(one.standing, has_target=terms is not None)
    return MeasureLine(
        code=indicator.code,
        name=localized(indicator, "name"),
        url=_series_url(row, one),
        period=wording.period_text(one.period) if one.period else "",
        value=wording.value_text(found.value if found else None, unit),
        size=wording.size_text(found) if found else "",
        interval=wording.interval_text(found, unit) if found else "",
        target=wording.target_text(one.target, unit),
        asked=_asked(one),
        shape=shape,
        verdict=verdict,
        needed=needed_text(kept(one)),
        note=str(wording.WHY_NOT[one.unpooled]) if one.unpooled else "",
        trend=_trend(one),
        spark=spark(
            one.values,
            band=band_of(terms),
            is_bad=one.standing is not None and one.standing.rank != "MET",
        ),
    )


def _series_url(row: Assessment, one: Measured) -> str:
    address = reverse("audits:series", args=[row.audit.organisation.key, one.indicator.pk])
    asked = {"lieu": one.places[0]} if len(one.places) == 1 else {}
    if one.period is not None:
        asked["periode"] = one.period.start.isoformat()  # type: ignore[assignment]
    return f"{address}?{urlencode(asked)}#mesures" if one.period else address


def _asked(one: Measured) -> str:
    """The target that the edition states, where it is not the one that is in force."""
    stated = one.asked
    if not stated.operator or stated.value is None:
        return ""
    line = one.target
    if line is not None and (line.operator, line.value) == (stated.operator, stated.value):
        return ""
    return terms_text(stated.operator, Decimal(stated.value).normalize(), stated.unit)


def _trend(one: Measured) -> int | None:
    known = [value for value in one.values if value is not None]
    sense = one.indicator.direction
    if len(known) < 2 or sense not in {Direction.HIGHER, Direction.LOWER}:  # noqa: PLR2004 -- a pair
        return None
    before, last = known[-2:]
    rise = (last > before) - (last < before)
    return rise if sense == Direction.HIGHER else -rise


def _proposal(
    row: Assessment, measured: Sequence[Measured], chosen: VerdictProposal | None
) -> ProposalView | None:
    """As it stands while the audit runs, as it was kept once it is over."""
    if chosen is not None and (chosen.choice or not row.audit.is_open):
        return _kept_view(row, measured, chosen)
    found = proposed(row.audit, measured) if row.audit.is_open else None
    if found is None:
        return None
    shape, label = level_shown(row.audit, found.level)
    return ProposalView(
        level=found.level,
        shape=shape,
        label=label,
        text=reason_text([kept(one) for one in measured]),
        rule=V1,
        is_chosen=False,
        is_departed=False,
        reason="",
        chosen_by="",
        chosen_at=None,
        changed=False,
    )


def _kept_view(
    row: Assessment, measured: Sequence[Measured], chosen: VerdictProposal
) -> ProposalView:
    shape, label = level_shown(row.audit, chosen.level)
    now = proposed(row.audit, measured) if row.audit.is_open else None
    return ProposalView(
        level=chosen.level,
        shape=shape,
        label=label,
        text=reason_text(chosen.figures),
        rule=chosen.rule,
        is_chosen=bool(chosen.choice),
        is_departed=chosen.choice == ProposalChoice.DEPARTED,
        reason=chosen.reason,
        chosen_by=str(chosen.chosen_by) if chosen.chosen_by else "",
        chosen_at=chosen.chosen_at,
        changed=now is not None and now.level != chosen.level,
    )
