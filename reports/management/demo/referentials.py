"""The catalogue of indicators and the shipped referentials, imported and published once."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError
from django.utils.translation import gettext as _

from crcaudit.core.exceptions import UserError
from engagements import actions
from engagements.enums import EditionState
from engagements.importers.indicators import parse_catalogue
from engagements.importers.values import Problem
from engagements.importers.yaml_library import parse_referential
from engagements.models import Edition, Indicator

REFERENTIALS = ("sfr-2004", "iso18295-1", "iso18295-2")


def import_all(at: datetime) -> Iterator[Edition]:
    """Import what is missing; yields each edition as it stands, published.

    Raises:
        CommandError: naming the file, when it has a problem.
    """
    folder = settings.BASE_DIR / "fixtures"
    _import_catalogue(folder / "indicators.yaml", at)
    codes = frozenset(Indicator.objects.of_catalogue().values_list("code", flat=True))
    for name in REFERENTIALS:
        yield _import_referential(folder / "referentials" / f"{name}.yaml", codes, at)


def _import_catalogue(path: Path, at: datetime) -> None:
    parsed = parse_catalogue(path.read_bytes())
    _require_sound(path, parsed.problems)
    try:
        actions.import_catalogue(parsed=parsed, by=None, at=at)
    except UserError as error:
        raise _refused(path, str(error)) from error


def _import_referential(path: Path, codes: frozenset[str], at: datetime) -> Edition:
    parsed = parse_referential(path.read_bytes(), indicators=codes)
    _require_sound(path, parsed.problems)
    try:
        edition = actions.import_referential(parsed=parsed, by=None, at=at).edition
        if edition.state == EditionState.DRAFT:
            edition = actions.publish_edition(edition=edition, by=None, at=at)
    except UserError as error:
        raise _refused(path, str(error)) from error
    return edition


def _require_sound(path: Path, problems: tuple[Problem, ...]) -> None:
    if problems:
        raise _refused(path, problems[0].message)


def _refused(path: Path, why: str) -> CommandError:
    return CommandError(_("%(file)s: %(why)s") % {"file": path.name, "why": why})
