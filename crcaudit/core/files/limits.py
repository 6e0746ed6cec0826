"""How large and how intricate a file may be. One place; the administrator guide quotes it."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds, all inclusive.

    ``max_bytes`` is the file as sent and ``max_unpacked`` all parts of an office package together,
    in bytes. ``max_ratio`` is unpacked over packed, per part and in total, for parts above 4 MiB.
    ``max_rows`` and ``max_cells`` count over all sheets of a workbook. ``max_pixels`` is width by
    height before anything is decoded, ``max_frames`` the pictures of an animated image.
    """

    max_bytes: int = 100 * MEBIBYTE
    max_unpacked: int = 200 * MEBIBYTE
    max_parts: int = 2_000
    max_ratio: int = 100
    max_rows: int = 200_000
    max_cells: int = 5_000_000
    max_pixels: int = 50_000_000
    max_frames: int = 100


# Evidence is kept, not computed: an export of a year of calls by hour and queue is legitimate, a
# full sheet of a million rows is an extract somebody forgot to make.
DEFAULT = Limits()

# A workbook that we read into the database: 20,000 rows of 60 columns.
IMPORT = Limits(max_bytes=20 * MEBIBYTE, max_rows=20_000, max_cells=20_000 * 60)
