"""The shipped files, as bytes and imported."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from engagements import actions
from engagements.importers.indicators import parse_catalogue
from engagements.importers.yaml_library import parse_referential

FIXTURES = Path(__file__).parents[2] / "fixtures"
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def shipped():
    """Reads one shipped file, as bytes."""
    return lambda name: (FIXTURES / name).read_bytes()


@cache
def _parsed_catalogue():
    return parse_catalogue((FIXTURES / "indicators.yaml").read_bytes())


@cache
def _parsed_referential(name):
    return parse_referential((FIXTURES / "referentials" / f"{name}.yaml").read_bytes())


@pytest.fixture
def catalogue(db):
    """The 100 indicators in the database."""
    return actions.import_catalogue(parsed=_parsed_catalogue(), by=None, at=AT)


@pytest.fixture
def load(catalogue):
    """Imports one shipped referential as a draft."""

    def import_(name):
        parsed = _parsed_referential(name)
        return actions.import_referential(parsed=parsed, by=None, at=AT).edition

    return import_


@pytest.fixture
def mobile(load):
    """The referential of the mobile operator, published."""
    return actions.publish_edition(edition=load("sfr-2004"), by=None, at=AT)
