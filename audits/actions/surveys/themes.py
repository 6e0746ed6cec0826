"""The themes of the barometer: written, renamed, put in order, left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audits.actions.listening.common import Subject as Told
from audits.actions.listening.common import record
from audits.models import ServiceTheme
from crcaudit.accounts.models import Organisation, User
from crcaudit.core.exceptions import UserError


@dataclass(frozen=True, slots=True)
class ThemeFields:
    """A theme; ``pk`` is None for a new one."""

    label: str
    journey_stage: str = ""
    is_active: bool = True
    pk: int | None = None


@transaction.atomic
def set_themes(
    *, organisation: Organisation, themes: Sequence[ThemeFields], by: User, at: datetime
) -> int:
    """The themes in their order, new ones with the others; how many changed.

    Raises UserError when two have the same name.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    labels = [one.label.casefold() for one in themes]
    if len(set(labels)) < len(labels):
        raise UserError(_("Two themes have the same name: name them apart."))
    rows = {row.pk: row for row in ServiceTheme.objects.filter(organisation=organisation)}
    before = [_theme_json(row) for row in rows.values()]
    kept: list[ServiceTheme] = []
    new: list[ServiceTheme] = []
    for position, fields in enumerate(themes, start=1):
        row = rows.get(fields.pk or 0)
        if row is None:
            row = ServiceTheme(organisation=organisation)
        row.label, row.journey_stage = fields.label, fields.journey_stage
        row.position, row.is_active = position, fields.is_active
        (kept if row.pk else new).append(row)
    after = [_theme_json(row) for row in sorted((*kept, *new), key=lambda row: row.position)]
    if before == after:
        return 0
    # Two names that change places would meet on the way.
    for row in kept:
        ServiceTheme.objects.filter(pk=row.pk).update(label=f"\u2060{row.pk}")
    ServiceTheme.objects.bulk_update(kept, ["label", "journey_stage", "position", "is_active"])
    ServiceTheme.objects.bulk_create(new)
    who = Told("barometer_themes", organisation.key, organisation.name, organisation)
    record(
        "barometer.themes",
        who,
        before={"themes": before},
        after={"themes": after},
        by=by,
        at=at,
    )
    return sum(old not in before for old in after) + max(0, len(before) - len(after))


def _theme_json(row: ServiceTheme) -> dict[str, Any]:
    names = ("label", "journey_stage", "position", "is_active")
    return {name: getattr(row, name) for name in names}
