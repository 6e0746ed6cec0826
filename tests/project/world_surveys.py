"""Surveys of a side: waves in each state, a file of answers, barometers of two years."""

from io import BytesIO

from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.measure_import import name_columns
from audits.actions.measure_import_reading import read_file
from audits.actions.place import place_of
from audits.actions.surveys import waves
from audits.actions.surveys.barometer import close_barometer
from audits.actions.surveys.fields import ReturnFields
from audits.actions.surveys.files import receive_answers
from audits.importers.answer_mapping import AnswerMapping
from tests.factories import surveys as factory
from tests.factories.surveys import SATISFACTION, spread

TITLES = "Site;Note;Verbatim"


def add_surveys(side) -> None:
    """At both sites, so that the manager of one of them reads a part of each."""
    by = side.people["manager"]
    sites = (side.site, side.other_site)
    draft = factory.wave(side.organisation, by=by, subjects=sites, source="Relevé du mois")
    one = ReturnFields(invited=40, counts={SATISFACTION: spread(SATISFACTION, m5=8, m2=2)})
    side.things["draft_wave"] = factory.answer(draft, dict.fromkeys(sites, one))
    side.things["closed_wave"] = factory.closed_wave(side.organisation, by=by, subjects=sites)
    gone = factory.wave(side.organisation, by=by, subjects=sites)
    side.things["withdrawn_wave"] = waves.withdraw_wave(
        wave=gone, reason="Saisie deux fois", by=by, at=timezone.now()
    )
    side.things["read_answers"] = _file(
        side, factory.wave(side.organisation, by=by, subjects=sites)
    )
    themes = factory.themes(side.organisation, "Joindre", "Comprendre", by=by)
    year = localdate().year
    for name, back in (("closed_barometer", 1), ("open_barometer", 0)):
        row = factory.barometer(side.organisation, year - back, by=by)
        row = factory.mark(
            row, themes[0], factory.marks(m9=20), factory.marks(m7=20), subject=side.site
        )
        if back:
            row = close_barometer(barometer=row, by=by, at=timezone.now())
        side.things[name] = row


def _file(side, wave):
    """A file of answers that was read: its counts are to be taken."""
    by = side.people["manager"]
    stream = BytesIO(f"{TITLES}\n{side.site.name};5;Merci\n{side.site.name};4;\n".encode())
    stream.name = "reponses.csv"
    imported = receive_answers(wave=wave, upload=stream, by=by, at=timezone.now())
    places = {side.site.name.casefold(): place_of(side.organisation, side.site).pk}
    mapping = AnswerMapping(columns=("place", "SATISFACTION", ""), places=places)
    imported = name_columns(imported=imported, mapping=mapping, by=by, at=timezone.now())
    read_file(import_id=imported.pk)
    imported.refresh_from_db()
    assert (imported.state, imported.problems) == ("READ", []), imported.error
    return imported
