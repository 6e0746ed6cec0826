"""The record of a draw as rows of a table, and back: whoever has the table can draw again.

The first column of the head holds fixed French words, whatever the language of the screen, so that
a record can be read years later. A population that is only known by its number is not listed: its
units are called "1" to its size.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from audits.logic.sampling import V1, Counted, Method, Taken, Unit, draw, fingerprint
from crcaudit.core.csvs import restored

FORMAT = "1"
_HEAD = (
    *("releve_de_tirage", "echantillon", "audit", "population", "date", "tire_par"),
    *("algorithme", "methode", "graine", "taille", "effectif", "empreinte_sha256"),
)
_COLUMNS = ("position", "unite", "strate", "choisi", "rang", "resultat", "commentaire")
YES = "oui"


class RecordProblem(StrEnum):
    """Why a record cannot be drawn from."""

    NO_RECORD = "NO_RECORD"
    NO_LIST = "NO_LIST"
    NO_NUMBER = "NO_NUMBER"
    OTHER_LIST = "OTHER_LIST"
    ALGORITHM = "ALGORITHM"
    IMPOSSIBLE = "IMPOSSIBLE"


class RecordError(ValueError):
    """The table is not the record of a draw, or not the one that was issued."""

    def __init__(self, problem: RecordProblem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class DrawRecord:
    """Everything that a draw depends on, what it gave, and what was found.

    ``taken`` is in the order of the draw. ``findings`` holds result and comment by position.
    ``day``, ``by``, ``audit``, ``reference`` and ``source`` are texts for the reader.
    """

    reference: str
    audit: str
    source: str
    day: str
    by: str
    algorithm: str
    method: str
    seed: str
    population: Sequence[Unit]
    population_hash: str
    taken: tuple[Taken, ...]
    findings: dict[int, tuple[str, str]]


def to_rows(record: DrawRecord) -> list[list[str]]:
    """Rows of texts: the head, an empty row, the names of the columns, one row per unit."""
    values = (
        *(FORMAT, record.reference, record.audit, record.source, record.day, record.by),
        *(record.algorithm, record.method, record.seed, str(len(record.taken))),
        *(str(len(record.population)), record.population_hash),
    )
    ranks = {row.position: rank for rank, row in enumerate(record.taken, start=1)}
    chosen = {row.position for row in record.taken if row.is_chosen}
    listed: Iterable[int] = range(1, len(record.population) + 1)
    if isinstance(record.population, Counted):
        listed = sorted(ranks)
    rows = [[name, value] for name, value in zip(_HEAD, values, strict=True)]
    rows += [[], list(_COLUMNS)]
    for position in listed:
        unit = record.population[position - 1]
        mark, rank = YES if position in chosen else "", str(ranks.get(position, ""))
        found = record.findings.get(position, ("", ""))
        rows.append([str(position), unit.label, unit.stratum, mark, rank, *found])
    return rows


def redraw(rows: Iterable[Sequence[str]]) -> tuple[tuple[Taken, ...], bool]:
    """Draw again from the rows of a record: the units in order, and whether the record has these.

    Raises:
        RecordError: the rows are no record, their list is not the recorded one, or the algorithm
            is not known here.
    """
    head, body = _split([[restored(cell) for cell in row] for row in rows])
    if head["algorithme"] != V1:
        raise RecordError(RecordProblem.ALGORITHM)
    population = _population(head, body)
    if fingerprint(population) != head["empreinte_sha256"]:
        raise RecordError(RecordProblem.OTHER_LIST)
    size = _number(head["taille"])
    chosen = [_number(row[0]) for row in body if row[3] == YES]
    try:
        method = Method(head["methode"])
        taken = draw(population, seed=head["graine"], size=size, method=method, chosen=chosen)
    except ValueError as error:
        raise RecordError(RecordProblem.IMPOSSIBLE) from error
    recorded = sorted((_number(row[4]), _number(row[0])) for row in body if row[4])
    return taken, [position for _rank, position in recorded] == [row.position for row in taken]


def _split(rows: list[list[str]]) -> tuple[dict[str, str], list[list[str]]]:
    head = dict(row[:2] for row in rows[: len(_HEAD)] if len(row) > 1)
    if head.keys() != set(_HEAD) or head[_HEAD[0]] != FORMAT:
        raise RecordError(RecordProblem.NO_RECORD)
    body = [row for row in rows[len(_HEAD) :] if any(row)]
    if not body or tuple(body[0]) != _COLUMNS or any(len(row) != len(_COLUMNS) for row in body):
        raise RecordError(RecordProblem.NO_LIST)
    return head, body[1:]


def _population(head: dict[str, str], body: list[list[str]]) -> Sequence[Unit]:
    whole = _number(head["effectif"])
    if [_number(row[0]) for row in body] == list(range(1, whole + 1)):
        return [Unit(row[1], row[2]) for row in body]
    return Counted(whole)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 9):  # noqa: PLR2004 -- digits
        raise RecordError(RecordProblem.NO_NUMBER)
    return int(text)
