"""Figures of a side: an indicator of its own, what it wants of it, measures, files of figures."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.measure_import import name_columns, receive_file
from audits.actions.measure_import_reading import read_file
from audits.actions.measure_import_writing import apply_import
from audits.actions.measurement import Entry, record_measures
from audits.actions.own_indicator import IndicatorFields, make_indicator
from audits.actions.place import place_of
from audits.actions.target import TargetFields, set_target
from audits.importers.measure_mapping import MeasureMapping
from audits.logic.periods import Grain, last_periods
from audits.measure_enums import ImportKind

KEYS = ("servis", "presentes")
TITLES = "Mois;Site;Indicateur;Numérateur;Dénominateur"


def add_figures(side) -> None:
    """Measured at both sites over three months, and once from a file."""
    by, now = side.people["manager"], timezone.now()
    row = make_indicator(
        organisation=side.organisation, fields=own_fields(side, "X-1"), by=by, at=now
    )
    side.things["own_indicator"] = row
    set_target(
        organisation=side.organisation,
        indicator=row,
        subject=None,
        fields=TargetFields(
            grain=Grain.MONTH,
            starts_on=localdate() - timedelta(days=400),
            operator=">=",
            value=Decimal(90),
            alert=Decimal(80),
            source="Contrat",
            reason="Convenu en comité",
        ),
        by=by,
        at=now,
    )
    entries = [
        Entry(
            indicator=row,
            place=place_of(side.organisation, site),
            period=period,
            inputs={"servis": Decimal(85), "presentes": Decimal(100)},
            note="Relevé de la téléphonie",
        )
        for site in (side.site, side.other_site)
        for period in last_periods(4, grain=Grain.MONTH, today=localdate())[:3]
    ]
    record_measures(organisation=side.organisation, entries=entries, by=by, at=now)
    side.things["figures"] = receive(side, _file(side, 5))
    side.things["given_up_figures"] = receive(side, _file(side, 6))
    side.things["read_figures"] = _read(side, _file(side, 7))
    side.things["applied_figures"] = apply_import(
        imported=_read(side, _file(side, 8)), without_faulty=False, by=by, at=now
    )


def own_fields(side, code: str) -> IndicatorFields:
    """An indicator as a form gives it."""
    return IndicatorFields(
        code=code,
        name=f"Appels servis de {side.organisation.name}",
        definition="Appels servis parmi les appels présentés",
        formula="100 * servis / presentes",
        inputs={"servis": "appels servis", "presentes": "appels présentés"},
        unit="%",
        direction="higher",
        journey_stage="access",
        dimension="process",
        frequency="monthly",
        statistic="proportion",
    )


def receive(side, content: str):
    """A file of measures that was received."""
    return receive_file(
        organisation=side.organisation,
        kind=ImportKind.MEASURES,
        upload=named(content),
        by=side.people["manager"],
        at=timezone.now(),
    )


def named(content: str, name: str = "mesures.csv") -> BytesIO:
    """An upload."""
    stream = BytesIO(content.encode())
    stream.name = name
    return stream


def _file(side, months: int) -> str:
    """One measure of the site, some months ago: each file is another one."""
    period = last_periods(months, grain=Grain.MONTH, today=localdate())[0]
    return f"{TITLES}\n{period.start:%m/%Y};{side.site.name};X-1;80;100\n"


def _read(side, content: str):
    by = side.people["manager"]
    imported = receive(side, content)
    kept = {side.site.name.casefold(): place_of(side.organisation, side.site).pk}
    mapping = MeasureMapping.from_json({**imported.mapping, "places": kept})
    imported = name_columns(imported=imported, mapping=mapping, by=by, at=timezone.now())
    read_file(import_id=imported.pk)
    imported.refresh_from_db()
    assert imported.state == "READ", imported.error
    assert not imported.problems, imported.problems
    return imported
