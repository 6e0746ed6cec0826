"""Bodies of the forms of surveys: see `tests.project.asking`."""

from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate

from audits.actions.place import place_of
from audits.logic.barometer import SCALE
from audits.logic.surveys import SCALES, Question
from audits.models import Barometer, ServiceTheme, SurveyWave
from audits.survey_enums import Aspect
from tests.project.world_surveys import TITLES


def _version(model, side, thing: str) -> dict:
    return {"version": model.objects.get(pk=side.things[thing].pk).version}


def _described(side) -> dict:
    return {
        "kind": "COLD",
        "questions": ["SATISFACTION"],
        "places": [f"site-{side.site.pk}"],
        "grain": "MONTH",
        "day": localdate().isoformat(),
        "channel": "PHONE",
        "extent": "sample",
        "source": "Institut",
    }


def _record_wave(side, _thing: str) -> dict:
    return _described(side) | {"key": uuid4()}


def _edit_wave(side, thing: str) -> dict:
    return _described(side) | _version(SurveyWave, side, thing)


def _answers(side, thing: str) -> dict:
    marks = SCALES[Question.SATISFACTION]
    cells = {
        f"satisfaction-{mark}-{place_of(side.organisation, site).pk}": str(10 + mark)
        for mark in marks
        for site in (side.site, side.other_site)
    }
    return cells | _version(SurveyWave, side, thing) | {"reason": "Relu"}


def _close(side, thing: str) -> dict:
    return _version(SurveyWave, side, thing)


def _file(_side, _thing: str) -> dict:
    text = f"{TITLES}\nLyon;5;{uuid4()}\n"
    return {"file": SimpleUploadedFile("reponses.csv", text.encode())}


def columns(_side) -> dict:
    """What the columns of the file of answers are."""
    return {"column_0": "place", "column_1": "SATISFACTION", "column_2": ""}


def _themes(side, _thing: str) -> dict:
    rows = ServiceTheme.objects.filter(organisation=side.organisation)
    found = {}
    for place, row in enumerate(rows):
        found |= {f"position-{place}": place + 1, f"label-{place}": f"{row.label} vite"}
        found |= {f"active-{place}": "on"}
    return found


def _begin(_side, _thing: str) -> dict:
    return {"year": localdate().year - 2, "source": "Institut"}


def _marks(side, thing: str) -> dict:
    rows = ServiceTheme.objects.filter(organisation=side.organisation)
    cells = {
        f"{aspect.lower()}-{row.pk}-{mark}": "3"
        for row in rows
        for aspect in Aspect
        for mark in SCALE
    }
    return cells | _version(Barometer, side, thing)


def _sector(side, thing: str) -> dict:
    row = ServiceTheme.objects.filter(organisation=side.organisation).first()
    said = {"expected": "8,5", "delivered": "7", "source": "Étude", "year": "2025"}
    found = {f"{name}-{row.pk}": value for name, value in said.items()}
    return found | _version(Barometer, side, thing)


BODIES = {
    "audits:record-wave": _record_wave,
    "audits:edit-wave": _edit_wave,
    "audits:wave-answers": _answers,
    "audits:close-wave": _close,
    "audits:withdraw-wave": lambda _side, _thing: {"reason": "Saisie deux fois"},
    "audits:wave-file": _file,
    "audits:barometer-themes": _themes,
    "audits:begin-barometer": _begin,
    "audits:barometer-marks": _marks,
    "audits:sector-marks": _sector,
    "audits:reopen-barometer": lambda _side, _thing: {"reason": "Notes inversées"},
}
