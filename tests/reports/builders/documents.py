"""The sample documents, each made once for all tests of a process."""

from functools import cache

import pytest

from reports.builders.pdf_audit import build_audit_pdf
from reports.builders.pdf_control_plan import build_control_plan_pdf
from reports.builders.pdf_diagnosis import build_diagnosis_pdf
from tests.reports import pdf_text, values

# WeasyPrint leaves its colour profile to be closed by the interpreter.
MARKS = [
    pytest.mark.pdf,
    pytest.mark.filterwarnings("ignore:unclosed file.*sRGB2014:ResourceWarning"),
]
TITLES = {
    "diagnosis": "Rapport de diagnostic initial",
    "audit": "Rapport d'audit initial",
    "control_plan": "Plan de management et de contrôle interne",
}
NAMES = tuple(TITLES)
BUILDERS = {
    "diagnosis": (values.diagnosis, build_diagnosis_pdf),
    "audit": (values.audit, build_audit_pdf),
    "control_plan": (values.control_plan, build_control_plan_pdf),
}


@cache
def snapshot(name: str):
    return BUILDERS[name][0]()


@cache
def meta(name: str):
    return values.meta(snapshot(name), title=TITLES[name])


@cache
def pdf(name: str) -> bytes:
    return BUILDERS[name][1](snapshot(name), meta(name))


@cache
def pages(name: str) -> list[pdf_text.Page]:
    return pdf_text.read(pdf(name))


def whole(name: str) -> str:
    """All the text of a document, without white space."""
    return "".join(page.text for page in pages(name))


def read(name: str, snapshot, **changes) -> list[pdf_text.Page]:
    """Pages of that document made of another snapshot."""
    own = values.meta(snapshot, **({"title": TITLES[name]} | changes))
    return pdf_text.read(BUILDERS[name][1](snapshot, own))
