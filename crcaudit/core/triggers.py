"""Rules that the database itself holds, on SQLite and PostgreSQL, used by migrations.

A table that a later migration rebuilds loses its triggers on SQLite: such a migration
installs them again, and ``tests/project/test_triggers.py`` finds the one that forgot.
"""

from collections.abc import Callable
from typing import Any

from django.db.migrations import RunPython

Editor = Any


def refuse(name: str, *, table: str, events: str, when: str, message: str) -> RunPython:
    """A migration step: refuse ``events`` ("UPDATE", "DELETE", "INSERT") on ``table``.

    Args:
        name: of the trigger, unique in the database.
        table: database table.
        events: events separated by spaces.
        when: SQL condition over NEW and OLD; may hold a subselect; "1=1" for always.
        message: raised as a database error.
    """
    names = [(f"{name}_{event.lower()}", event) for event in events.split()]
    return RunPython(
        _creator(names, table, when, message), _dropper(names, table), hints={"trigger": name}
    )


def _row(event: str, when: str) -> str:
    """``ROW.`` in a condition stands for the row at stake: NEW on INSERT, OLD otherwise."""
    return when.replace("ROW.", "NEW." if event == "INSERT" else "OLD.")


def _creator(
    names: list[tuple[str, str]], table: str, when: str, message: str
) -> Callable[[Any, Editor], None]:
    def create(_apps: Any, editor: Editor) -> None:
        for trigger, event in names:
            condition = _row(event, when)
            if editor.connection.vendor == "sqlite":
                editor.execute(
                    f"CREATE TRIGGER {trigger} BEFORE {event} ON {table} FOR EACH ROW "
                    f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"
                )
                continue
            result = "OLD" if event == "DELETE" else "NEW"
            editor.execute(
                f"CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF {condition} THEN RAISE EXCEPTION '{message}' "
                "USING ERRCODE = 'integrity_constraint_violation'; END IF; "
                f"RETURN {result}; END $$"
            )
            editor.execute(
                f"CREATE TRIGGER {trigger} BEFORE {event} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {trigger}()"
            )

    return create


def _dropper(names: list[tuple[str, str]], table: str) -> Callable[[Any, Editor], None]:
    def drop(_apps: Any, editor: Editor) -> None:
        for trigger, _event in names:
            if editor.connection.vendor == "sqlite":
                editor.execute(f"DROP TRIGGER {trigger}")
            else:
                editor.execute(f"DROP TRIGGER {trigger} ON {table}")
                editor.execute(f"DROP FUNCTION {trigger}()")

    return drop
