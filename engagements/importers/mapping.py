"""A table of what requirements became (CSV: old, new, relation) -> frozen values, or its problems.

Codes of requirements in the first two columns, one of the relations in the third, in any case;
separated by semicolons or commas. A requirement that was merged or split has a line for each of
its counterparts; a new one has no old code, a removed one no new code. What is in no line has no
counterpart. Nothing is written here, and nothing is raised whatever the bytes.
"""

import csv
import io
from collections.abc import Collection, Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from engagements.enums import MappingRelation
from engagements.importers.problems import Problems, shown
from engagements.importers.values import Parsed, Problem

COLUMNS = ["old", "new", "relation"]
MOST_LINES = 20_000
ONE_TO_ONE = frozenset({MappingRelation.KEPT, MappingRelation.REWORDED})


class MappingLine(NamedTuple):
    """One line: codes, "" on the side where there is no requirement."""

    old: str
    new: str
    relation: MappingRelation


def parse_mapping(
    content: bytes, *, old: Collection[str], new: Collection[str]
) -> Parsed[tuple[MappingLine, ...]]:
    """Read a mapping between editions that hold the codes ``old`` and ``new``.

    Returns the lines in order, or None with every problem, each with its line of the file.
    """
    try:
        text = content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text else ","))
    except (UnicodeDecodeError, csv.Error):
        return Parsed(None, (Problem("", None, _("This is no table of text in UTF-8.")),))
    if not rows or [cell.strip().lower() for cell in rows[0]] != COLUMNS:
        message = _("The first line must name the columns: old, new, relation.")
        return Parsed(None, (Problem("", 1, message),))
    if len(rows) > MOST_LINES:
        return Parsed(None, (Problem("", None, _("This table has too many lines.")),))
    seen: set[tuple[str, str]] = set()
    found, problems = [], Problems()
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        line, messages = _line(cells, old, new)
        if line is not None and not messages:
            messages = _twice(line, seen)
            found.append(line)
        for message in messages:
            problems.add("", number, message)
    return Parsed(None if problems else tuple(found), problems.listed())


def _line(
    cells: list[str], old: Collection[str], new: Collection[str]
) -> tuple[MappingLine | None, list[str]]:
    if len(cells) != len(COLUMNS):
        return None, [_("Three columns are expected: old, new, relation.")]
    before, after, word = (cell.strip() for cell in cells)
    if word.upper() not in MappingRelation.values:
        words = ", ".join(value.lower() for value in MappingRelation.values)
        return None, [_("One of these is expected here: %(choices)s.") % {"choices": words}]
    line = MappingLine(before, after, MappingRelation(word.upper()))
    return line, list(_wrong(line, old, new))


def _wrong(line: MappingLine, old: Collection[str], new: Collection[str]) -> Iterator[str]:
    unknown = _('The requirement "%(code)s" is not in the edition.')
    for code, codes in ((line.old, old), (line.new, new)):
        if code and code not in codes:
            yield unknown % {"code": shown(code)}
    wants = (line.relation != MappingRelation.NEW, line.relation != MappingRelation.REMOVED)
    if (bool(line.old), bool(line.new)) != wants:
        yield _("A new requirement has no old code, a removed one no new code, the others both.")


def _twice(line: MappingLine, seen: set[tuple[str, str]]) -> list[str]:
    """A level of one requirement stands for exactly one other, whichever way it is read."""
    keys = [(f"pair {line.old}", line.new)]
    if line.relation in ONE_TO_ONE:
        keys += [("old", line.old), ("new", line.new)]
    is_known = any(key in seen for key in keys)
    seen.update(keys)
    return [_("This requirement is already mapped on another line.")] if is_known else []
