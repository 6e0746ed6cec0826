"""Tables as a French spreadsheet opens them; what looks like a formula is a text in them."""

import io
import re
from collections.abc import Iterable, Sequence

from defusedcsv import csv

# Beyond what the library knows: what a spreadsheet drops before it looks, and wide signs, which
# some take for the narrow ones.
_MORE_STARTS = ("\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_DEFUSED = re.compile(rf"'(?='*(?:[@+\-=%{''.join(_MORE_STARTS)}]|\\+\|))")


def table(rows: Iterable[Sequence[str | int | float]]) -> bytes:
    """The rows as CSV: separated by semicolons, UTF-8 with its mark. See `restored`."""
    output = io.StringIO()
    writer = csv.writer(output, delimiter=";")
    for row in rows:
        writer.writerow([_defused(cell) if isinstance(cell, str) else cell for cell in row])
    return output.getvalue().encode("utf-8-sig")


def restored(cell: str) -> str:
    """The text of a cell of such a table, as it was before what stands in it was defused."""
    return cell[1:].replace(r"\|", "|") if _DEFUSED.match(cell) else cell


def _defused(text: str) -> str:
    """What the library leaves: other starts, and what would be taken for defused when read."""
    if text.startswith(_MORE_STARTS) or restored(text) != text:
        return "'" + text.replace("|", r"\|")
    return text
