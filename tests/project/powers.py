"""Columns slipped into a form that does not ask for them, and what became of the rows."""

from collections.abc import Iterable

from django.db import models

from crcaudit.accounts.models import User
from tests.project.traces import our_models

LONG_AGO, NO_KEY = "2001-01-01", "11111111-1111-4111-8111-111111111111"
BY_KIND = {
    models.BooleanField: "1",
    models.IntegerField: "1",
    models.DateTimeField: f"{LONG_AGO}T00:00",
    models.DateField: LONG_AGO,
    models.UUIDField: NO_KEY,
    models.JSONField: '["x"]',
    models.ForeignKey: "1",
}
BY_NAME = {
    "state": "VALIDATED",
    "role": "QUALITY_MANAGER",
    "status": "RATED",
    "level": "C",
    "opinion": "ACCEPTED",
    "is_conform": "1",
    "sha256": "0" * 64,
}

Rows = dict[str, list[tuple[object, ...]]]


def columns(*, without: Iterable[str]) -> dict[str, str]:
    """Every column that we have, with a value that it takes."""
    found = {column.name: column for model in our_models() for column in model._meta.fields}
    return {
        name: BY_NAME.get(name)
        or next((BY_KIND[kind] for kind in type(column).__mro__ if kind in BY_KIND), "x")
        for name, column in found.items()
        if name not in set(without)
    }


def contents(statements: Iterable[str]) -> Rows:
    """Every account, and every row of the tables that these statements wrote to."""
    found: Rows = {}
    for model in our_models():
        table = f'"{model._meta.db_table}"'
        if model is User or any(table in sql for sql in statements):
            names = [column.attname for column in model._meta.fields if not column.primary_key]
            found[model._meta.label] = list(model.objects.order_by("pk").values_list(*names))
    return found


def taken(plain: Rows, powered: Rows, again: Rows) -> list[str]:
    """What a form took that it does not ask for.

    The same was sent without anything slipped in before and after: where these two differ, the
    time or chance has a hand in it, and what was slipped in must not be there.
    """
    counts = [{name: len(rows) for name, rows in one.items()} for one in (plain, powered)]
    if counts[0] != counts[1]:
        return [f"{counts[1]} rows instead of {counts[0]}"]
    found = []
    for name, rows in plain.items():
        for three in zip(rows, powered[name], again[name], strict=True):
            found += [f"{name}: {value}" for value in _odd(*three)]
    return found


def _odd(*three: tuple[object, ...]) -> list[object]:
    return [
        powered
        for plain, powered, again in zip(*three, strict=True)
        if (plain == again and powered != plain)
        or (plain != again and str(powered).startswith((LONG_AGO, NO_KEY)))
    ]
