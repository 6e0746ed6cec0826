"""Reads of the busiest screens, written as SQL by the ORM once instead of at each request.

Django takes several times longer to write the SQL of a joined query than the database takes to
answer it. Only for columns that every database hands over as they are: numbers, texts, booleans
and dates. No JSON; a UUID is 32 digits on SQLite, so that `UUID(str(value))` reads it everywhere.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet

# Called with keys and language, then with the days where there are some.
Write = Callable[..., QuerySet[Any, tuple[Any, ...]]]

KEPT = 64  # statements; each differs by its query, how many keys and days, and the language


def read(
    write: Write, keys: Sequence[int], language: str, days: Sequence[date] = ()
) -> list[tuple[Any, ...]]:
    """Rows of ``write(keys, language[, days])``, a ``values_list`` that only depends on these.

    The keys are distinct; days may be the same. Without a key there is nothing to ask.
    """
    if not keys:
        return []
    sql, parameters = _statement(write, len(keys), language, len(days))
    adapt = connection.ops.adapt_datefield_value
    known: dict[Any, Any] = dict(zip(_stand_ins(len(keys)), keys, strict=True))
    for stand_in, day in zip(_stand_in_days(len(days)), days, strict=True):
        known[adapt(stand_in)] = adapt(day)
    with connection.cursor() as cursor:
        cursor.execute(sql, [known.get(value, value) for value in parameters])
        return list(cursor.fetchall())


@lru_cache(maxsize=KEPT)
def _statement(write: Write, count: int, language: str, days: int) -> tuple[str, tuple[Any, ...]]:
    given = (_stand_ins(count), language, *((_stand_in_days(days),) if days else ()))
    sql, parameters = write(*given).query.sql_with_params()
    return sql, tuple(parameters)


def _stand_ins(count: int) -> list[int]:
    """Keys that no row has."""
    return [-1 - number for number in range(count)]


def _stand_in_days(count: int) -> list[date]:
    """Days that no query names."""
    return [date.min + timedelta(days=number) for number in range(count)]
