"""Rules that the database itself holds, on SQLite and PostgreSQL, used by migrations.

A table that a later migration rebuilds loses its triggers on SQLite, and the rebuild itself
fails when the trigger of another table names it: such a migration puts its steps in
`suspended`, and ``tests/project/test_triggers.py`` finds the one that forgot.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import router
from django.db.migrations import RunPython
from django.db.migrations.operations.base import Operation

Editor = Any


class _RunSteps(RunPython):
    """A `RunPython` whose code asks for no model.

    Django makes the classes of every model of the project anew for each `RunPython`: with a
    hundred triggers that is a third of the time that the migrations take.
    """

    def database_forwards(self, app_label: str, schema_editor: Editor, *_states: Any) -> None:
        self._run(self.code, app_label, schema_editor)

    def database_backwards(self, app_label: str, schema_editor: Editor, *_states: Any) -> None:
        self._run(self.reverse_code, app_label, schema_editor)

    def _run(self, code: Any, app_label: str, editor: Editor) -> None:
        if router.allow_migrate(editor.connection.alias, app_label, **self.hints):
            code(None, editor)


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
    return _RunSteps(
        _creator(names, table, when, message), _dropper(names, table), hints={"trigger": name}
    )


def lift(name: str, *, table: str, events: str, when: str, message: str) -> RunPython:
    """A migration step: take back what `refuse` did with the same arguments."""
    names = [(f"{name}_{event.lower()}", event) for event in events.split()]
    return _RunSteps(_dropper(names, table), _creator(names, table, when, message))


def refuse_other_moves(
    name: str, *, table: str, moves: Iterable[tuple[str, str]], message: str
) -> RunPython:
    """A migration step: refuse every change of ``state`` but the (source, target) in ``moves``."""
    allowed = " OR ".join(
        f"(OLD.state = '{source}' AND NEW.state = '{target}')" for source, target in moves
    )
    when = f"NEW.state <> OLD.state AND NOT ({allowed})"
    return refuse(name, table=table, events="UPDATE", when=when, message=message)


def suspended(*steps: Operation, tables: Sequence[str]) -> list[Operation]:
    """The steps of a migration, carried out while no trigger stands in their way.

    On SQLite every trigger is put away and installed again, so that a table may be rebuilt; on
    PostgreSQL those of ``tables`` are off, so that their rows may be brought up to date.
    """
    kept: list[str] = []

    def put_away(_apps: Any, editor: Editor) -> None:
        if editor.connection.vendor == "sqlite":
            kept.extend(_put_away_all(editor))
        else:
            _switch(editor, tables, "DISABLE")

    def put_back(_apps: Any, editor: Editor) -> None:
        if editor.connection.vendor == "sqlite":
            while kept:
                editor.execute(kept.pop())
        else:
            _switch(editor, tables, "ENABLE")

    return [_RunSteps(put_away, put_back), *steps, _RunSteps(put_back, put_away)]


def _put_away_all(editor: Editor) -> list[str]:
    """Drop every trigger of a SQLite database; what creates them again."""
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        rows = cursor.fetchall()
    for name, _sql in rows:
        editor.execute(f"DROP TRIGGER {name}")
    return [sql for _name, sql in rows]


def _switch(editor: Editor, tables: Sequence[str], to: str) -> None:
    for table in tables:
        editor.execute(f"ALTER TABLE {table} {to} TRIGGER USER")


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
