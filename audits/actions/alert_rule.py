"""Rules of alerts: written, changed, taken away. What is open already keeps its deadlines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.once import require_same_form
from audits.alert_enums import BoundChoice
from audits.finding_rules import owners_in
from audits.logic.alerts import USUAL_DAYS, USUAL_HELD, USUAL_MISSED
from audits.models import AlertRule, AlertRulePerson, MeasuringPlace
from crcaudit.accounts.models import Organisation, User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from engagements.models import Indicator

KIND = "alert_rule"
WRITTEN, EDITED, REMOVED = "alert_rule.written", "alert_rule.edited", "alert_rule.removed"
CHANGED = gettext_lazy(
    "Somebody changed this rule meanwhile. Nothing you typed is lost: save again to keep what is "
    "below."
)
_COLUMNS = (
    *("is_active", "missed_periods", "bound", "trend_points", "return_periods", "owner"),
    *("plan_days", "level_days"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFields:
    """What a rule says. ``people`` are those told, by level."""

    is_active: bool = True
    missed_periods: int | None = USUAL_MISSED
    bound: BoundChoice = BoundChoice.NONE
    trend_points: int | None = None
    return_periods: int = USUAL_HELD
    owner: User | None = None
    plan_days: int = USUAL_DAYS
    level_days: int = USUAL_DAYS
    people: Mapping[int, Sequence[User]] = field(default_factory=dict)


@transaction.atomic
def write_rule(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    key: UUID,
    organisation: Organisation,
    indicator: Indicator | None,
    place: MeasuringPlace,
    fields: RuleFields,
    by: User,
    at: datetime,
) -> AlertRule:
    """A rule of a place; for every indicator with None. The same form twice leaves one.

    Raises:
        NotAvailableError: when one is there already, or the form was sent with other contents.
        UserError: when somebody named is no member of the organisation, or it opens by nothing.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    sent = as_json(fields)
    known = AlertRule.objects.filter(key=key).first()
    if known is not None:
        require_same_form(kind=KIND, key=key, action=WRITTEN, sent=sent, by=by)
        return known
    _require_sound(organisation, fields)
    if AlertRule.objects.filter(indicator=indicator, place=place).exists():
        raise NotAvailableError(_("There is a rule for them already: change that one."))
    row = AlertRule.objects.create(
        key=key,
        organisation=organisation,
        indicator=indicator,
        place=place,
        written_at=at,
        written_by=by,
        **_columns(fields),
    )
    _name(row, fields)
    _record(row, WRITTEN, after=sent, by=by, at=at)
    return row


@transaction.atomic
def edit_rule(
    *, rule: AlertRule, version: int, fields: RuleFields, by: User, at: datetime
) -> AlertRule:
    """Change a rule from now on.

    Raises:
        EditConflictError: when somebody changed it since ``version``.
        UserError: when somebody named is no member of the organisation, or it opens by nothing.
    """
    row = AlertRule.objects.select_for_update().get(pk=rule.pk)
    old, new = as_json(fields_of(row)), as_json(fields)
    if old == new:
        return row
    if row.version != version:
        raise EditConflictError(CHANGED, row)
    _require_sound(row.organisation, fields)
    columns = _columns(fields) | {
        "version": row.version + 1,
        "written_at": at,
        "written_by": by,
    }
    for name, value in columns.items():
        setattr(row, name, value)
    row.save(update_fields=list(columns))
    _name(row, fields)
    names = [name for name in new if old[name] != new[name]]
    before, after = ({name: kept[name] for name in names} for kept in (old, new))
    _record(row, EDITED, before=before, after=after, by=by, at=at)
    return row


@transaction.atomic
def remove_rule(*, rule: AlertRule, by: User, at: datetime) -> None:
    """Back to the rule of the whole, or to the usual one."""
    row = AlertRule.objects.select_for_update().get(pk=rule.pk)
    _record(row, REMOVED, before=as_json(fields_of(row)), by=by, at=at)
    row.delete()


def fields_of(rule: AlertRule) -> RuleFields:
    """What the rule says."""
    people: dict[int, list[User]] = {}
    for person in rule.people.select_related("user").order_by("level", "pk"):
        people.setdefault(person.level, []).append(person.user)
    values = {name: getattr(rule, name) for name in _COLUMNS}
    return RuleFields(people=people, **values)


def as_json(fields: RuleFields) -> dict[str, Any]:
    """As the journal keeps it."""
    values: dict[str, Any] = {name: getattr(fields, name) for name in _COLUMNS}
    values["bound"] = str(fields.bound)
    values["owner"] = str(fields.owner.key) if fields.owner else ""
    for level in (1, 2, 3):
        people = fields.people.get(level, ())
        values[f"told_{level}"] = sorted(str(person.key) for person in people)
    return values


def _columns(fields: RuleFields) -> dict[str, Any]:
    return {name: getattr(fields, name) for name in _COLUMNS}


def _require_sound(organisation: Organisation, fields: RuleFields) -> None:
    opens = (fields.missed_periods, fields.trend_points)
    if not any(opens) and fields.bound == BoundChoice.NONE:
        raise UserError(_("Say at least one thing that opens a complaint."))
    named = {person.pk for people in fields.people.values() for person in people}
    named |= {fields.owner.pk} if fields.owner else set()
    if owners_in(organisation.pk).filter(pk__in=named).count() != len(named):
        raise UserError(_("Choose people among the members of the organisation."))


def _name(rule: AlertRule, fields: RuleFields) -> None:
    rule.people.all().delete()
    AlertRulePerson.objects.bulk_create(
        AlertRulePerson(rule=rule, level=level, user=person)
        for level, people in sorted(fields.people.items())
        for person in people
    )


def _record(  # noqa: PLR0913 -- keyword-only, one line each
    rule: AlertRule,
    action: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    by: User,
    at: datetime,
) -> None:
    label = rule.indicator.code if rule.indicator else "*"
    change = journal.Change(action, KIND, rule.key, label, before=before or {}, after=after or {})
    stream = journal.organisation_stream(rule.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)
