"""Bodies of the forms of listening: see `tests.project.asking`."""

from datetime import timedelta
from uuid import uuid4

from django.utils.timezone import localdate

from audits.models import CalibrationRound, ListeningGrid, ListeningSession, MysteryScenario
from audits.presenters.listening.results import months_back


def _version(model, side, thing: str) -> dict:
    return {"version": model.objects.get(pk=side.things[thing].pk).version}


def _marks(side) -> dict:
    grid = side.things["listening_used"]
    return {f"mark_{row.pk}": "COMPLIANT" for row in grid.criteria.all()}


def _listening_plan(side, _thing: str) -> dict:
    (month,) = months_back(localdate(), 1)
    return {f"planned_{side.site.pk}_{month:%Y_%m}": "12"}


def _session(side) -> dict:
    day = localdate().isoformat()
    return _marks(side) | {"site": side.site.pk, "channel": "PHONE", "heard_on": day}


def _add_listening(side, _thing: str) -> dict:
    own = {"key": uuid4(), "grid": side.things["listening_used"].key, "kind": "RANDOM"}
    return _session(side) | own


def _edit_listening(side, thing: str) -> dict:
    return _session(side) | _version(ListeningSession, side, thing)


def _grid(_side) -> dict:
    return {
        "title": "Appels du soir",
        "channels": ["PHONE"],
        "partly": "40",
        "critical_effect": "COUNTED",
        "section_0": "Accueil",
        "label_0": "Se présente",
        "weight_0": "100",
        "critical_0": "on",
        "indicator_0": "PEC-12",
    }


def _write_grid(side, _thing: str) -> dict:
    return _grid(side) | {"key": uuid4(), "organisation": side.organisation.pk}


def _edit_grid(side, thing: str) -> dict:
    return _grid(side) | _version(ListeningGrid, side, thing)


def _move_grid(_side, thing: str) -> dict:
    return {"to": "IN_USE" if thing == "listening_draft" else "WITHDRAWN"}


def _open_calibration(side, _thing: str) -> dict:
    people = [side.people["manager"].pk, side.people["contributor"].pk]
    day = localdate()
    return {
        "key": uuid4(),
        "grid": side.things["listening_used"].pk,
        "site": side.site.pk,
        "channel": "PHONE",
        "heard_on": day.isoformat(),
        "contact_reference": "A-77",
        "evaluators": people,
        "due_on": (day + timedelta(days=7)).isoformat(),
    }


def _conclude(side, thing: str) -> dict:
    said = {"conclusion": "Relire le critère"} | _version(CalibrationRound, side, thing)
    return _marks(side) | said


def _scenario(side) -> dict:
    return {
        "title": "Ligne coupée",
        "channel": "PHONE",
        "situation": "Plus de réseau",
        "says": "Je n'ai plus de réseau",
        "expected": "Un délai",
        "grid": side.things["listening_used"].pk,
        "is_active": "on",
    }


def _edit_scenario(side, thing: str) -> dict:
    return _scenario(side) | _version(MysteryScenario, side, thing)


def _campaign(side, _thing: str) -> dict:
    return {
        "key": uuid4(),
        "title": "Avril",
        "starts_on": "2026-04-01",
        "ends_on": "2026-04-30",
        "opens_at": "9",
        "closes_at": "18",
        "size": "4",
        "sites": [side.site.pk],
        "scenarios": [side.things["mystery_scenario"].pk],
        "testers": [side.people["contributor"].pk],
    }


def _contact(side, _thing: str) -> dict:
    return _marks(side) | {"made_on": "2026-03-02", "recommendation": "8", "wait": "20"}


BODIES = {
    "audits:listening-plan": _listening_plan,
    "audits:add-listening": _add_listening,
    "audits:edit-listening": _edit_listening,
    "audits:debrief-listening": lambda _side, _thing: {"debriefed_on": localdate().isoformat()},
    "audits:erase-listening": lambda _side, _thing: {"why": "REQUEST"},
    "audits:write-grid": _write_grid,
    "audits:edit-grid": _edit_grid,
    "audits:move-grid": _move_grid,
    "audits:copy-grid": lambda _side, _thing: {"purpose": "copy", "key": uuid4()},
    "audits:link-grid": lambda side, _thing: {"certification": side.things["idle_file"].pk},
    "audits:open-calibration": _open_calibration,
    "audits:grade-calibration": lambda side, _thing: _marks(side),
    "audits:conclude-calibration": _conclude,
    "audits:plan-campaign": _campaign,
    "audits:write-mystery-scenario": lambda side, _thing: _scenario(side) | {"key": uuid4()},
    "audits:edit-mystery-scenario": _edit_scenario,
    "audits:record-contact": _contact,
    "audits:miss-contact": lambda _side, _thing: {"reason": "Testeur absent"},
}
