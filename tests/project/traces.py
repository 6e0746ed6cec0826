"""What a request changed: counts and versions of every table of ours; what it tried to write."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connection
from django.db.models import PositiveIntegerField

from tests.conftest import FREE_TABLES, WRITES

LABELS = ("core", "accounts", "engagements", "audits", "reports")


def our_models() -> list[type]:
    """Every model of ours, tables of many-to-many relations included."""
    return [m for m in apps.get_models(include_auto_created=True) if m._meta.app_label in LABELS]


def fingerprint() -> dict[str, tuple[int, int]]:
    """Count of rows and sum of versions of each table."""
    with connection.cursor() as cursor:
        cursor.execute(_counting())
        return {table: (count, version) for table, count, version in cursor.fetchall()}


def _counting() -> str:
    parts = []
    for model in our_models():
        table = model._meta.db_table
        counted = any(
            field.name == "version" and isinstance(field, PositiveIntegerField)
            for field in model._meta.fields
        )
        version = "COALESCE(SUM(version), 0)" if counted else "0"
        parts.append(f"SELECT '{table}', COUNT(*), {version} FROM {table}")
    return " UNION ALL ".join(parts)


@contextmanager
def recorded_writes() -> Iterator[list[str]]:
    """Statements of the block that write elsewhere than to the framework's own tables."""
    found: list[str] = []

    def keep(execute, sql, params, many, context):
        if sql.lstrip().upper().startswith(WRITES) and not any(t in sql for t in FREE_TABLES):
            found.append(sql[:200])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        yield found
