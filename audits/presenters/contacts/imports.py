"""What a file of contacts would write, reason by reason."""

from collections import defaultdict

from django.utils.translation import gettext as _

from audits.figure_words import period_text
from audits.importers.volumes import VolumeProposal
from audits.models import ContactReason, MeasureImport, MeasuringPlace
from audits.presenters.indicators.lines import ProposedLine
from crcaudit.core.formats import number


def contact_lines(imported: MeasureImport) -> list[ProposedLine]:
    """One line for each reason, in the order of the file. Two queries, none without a proposal."""
    if not imported.proposed:
        return []
    groups: dict[tuple[int | None, str, str], list[VolumeProposal]] = defaultdict(list)
    for kept in imported.proposed:
        one = VolumeProposal.from_json(kept)
        groups[one.reason, one.family, one.new].append(one)
    rows = ContactReason.objects.filter(organisation=imported.organisation)
    reasons = {row.pk: row for row in rows.select_related("parent")}
    places = MeasuringPlace.objects.filter(organisation=imported.organisation).in_order()
    names = {place.pk: place.name for place in places}
    return [_line(key, own, reasons, names) for key, own in groups.items()]


def _line(
    key: tuple[int | None, str, str],
    own: list[VolumeProposal],
    reasons: dict[int, ContactReason],
    names: dict[int, str],
) -> ProposedLine:
    pk, family, new = key
    if pk is not None:
        code, name = reasons[pk].code, str(reasons[pk])
    elif new:
        code, name = _("new"), f"{family} / {new}" if family else new
    else:
        code, name = "", _("Without a reason")
    periods = [one.period for one in own]
    named = {one.place for one in own}
    return ProposedLine(
        code=code,
        name=name,
        count=number(sum(one.contacts for one in own)),
        first=period_text(min(periods)),
        last=period_text(max(periods)),
        places=", ".join(label for place, label in names.items() if place in named),
    )
