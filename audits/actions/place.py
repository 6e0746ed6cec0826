"""Places of measure: made the first time that something is wanted or measured there."""

from audits.measure_enums import PlaceKind
from audits.models import MeasuringPlace, Subcontractor
from crcaudit.accounts.models import Organisation, Site

Subject = Site | Subcontractor | None


def place_of(organisation: Organisation, subject: Subject) -> MeasuringPlace:
    """The place of a site, of a subcontractor, or of the whole for None.

    The organisation must be that of the site, or of the subcontractor's file. That of the whole
    is always there once another one is: results are put together for it. Runs in the transaction
    of the change that needs it.
    """
    rows = MeasuringPlace.objects
    whole, _new = rows.get_or_create(organisation=organisation, kind=PlaceKind.WHOLE)
    if isinstance(subject, Site):
        found, _new = rows.get_or_create(
            site=subject, defaults={"organisation": organisation, "kind": PlaceKind.SITE}
        )
        return found
    if subject is not None:
        found, _new = rows.get_or_create(
            subcontractor=subject,
            defaults={"organisation": organisation, "kind": PlaceKind.PROVIDER},
        )
        return found
    return whole
