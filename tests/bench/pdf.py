"""The diagnosis report, 53 requirements and 160 findings, against the same rows laid out bare.

The reference is one fixed-layout table in an ordinary PDF (no PDF/A, no tags): WeasyPrint as it
comes, called as its manual says, on the same paper with the same margins. It has a row for each
row of the report's registers (domains, engagements, requirements, finding sheets, actions,
evidence), with the same cells holding the same texts in the report's own font and size, on a
grid of 20 columns so that long texts have wide cells. Nothing in it is there to slow it down: one
font file, no rule for line breaks, page breaks or borders.

The report does besides: archival form and tags, the data and the workbook inside, cover, summary,
charts, contents, method, limits, people and proof, headers, four fonts, and no sheet that splits.
The second line compares with the reference in the report's own kind of file (PDF/A-3a).

Each run is a process of its own, as in production, in turn so that all meet the same load; the
least of them counts; imports are not counted.
"""

import html
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

from tests.bench.timing import Line

COPIES = 10
RUNS = 4
COLUMNS = 20
VARIANTS = {"bare": None, "archival": "pdf/a-3a"}

Row = tuple[tuple[int, str], ...]  # columns spanned and text of each cell


def measure() -> Iterator[Line]:
    runs = [[_elsewhere(which) for which in ("ours", *VARIANTS)] for _n in range(RUNS)]
    spent, bare, archival = (min(run[0] for run in same) for same in zip(*runs, strict=True))
    pages = runs[0][0][1]
    peak = max(ours[2] for ours, *_rest in runs)
    yield Line("audit report PDF over the bare rows: CPU", spent / bare, 1.1, "x")
    yield Line("audit report PDF over the bare rows in PDF/A-3a: CPU", spent / archival, 1.1, "x")
    yield Line("audit report PDF: memory", peak, 60 + 2 * pages, "MB")
    yield Line("audit report PDF: CPU per page", spent / pages * 1000, 240, "ms CPU")


def _elsewhere(which: str) -> tuple[float, float, float]:
    """CPU seconds, pages, and peak memory in MB of one run in a process of its own."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.bench.pdf", which]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return float(output[-3]), float(output[-2]), float(output[-1])


def _run(which: str) -> None:
    import io

    import django

    django.setup()
    import openpyxl  # noqa: F401 -- its import is not what is measured
    import pikepdf
    import weasyprint
    from django.utils.translation import override

    from reports.builders.pdf_diagnosis import build_diagnosis_pdf
    from tests.reports import values

    snapshot = values.diagnosis(copies=COPIES)
    meta = values.meta(snapshot, title="Rapport de diagnostic initial")
    with override("fr"):
        page = _bare(snapshot)
    start = time.process_time()
    if which == "ours":
        pdf = build_diagnosis_pdf(snapshot, meta)
    else:
        pdf = weasyprint.HTML(string=page).write_pdf(pdf_variant=VARIANTS[which])
    spent = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with pikepdf.open(io.BytesIO(pdf)) as document:
        print(spent, len(document.pages), peak)


def _bare(snapshot) -> str:
    from reports.builders import assets

    font = (assets._FOLDER / assets.ASSETS["sans-regular"]).as_uri()
    body = "".join(
        "<tr>"
        + "".join(f'<td colspan="{span}">{html.escape(text)}</td>' for span, text in row)
        + "</tr>"
        for row in _rows(snapshot)
    )
    return (
        "<!doctype html><html lang=fr><head><meta charset=utf-8><title>x</title><style>"
        f'@font-face{{font-family:"Source Sans 3";src:url("{font}")}}'
        '@page{size:A4;margin:24mm 20mm 22mm 26mm}html{font:8.8pt/1.36 "Source Sans 3"}'
        "table{table-layout:fixed;width:100%}td{vertical-align:top}</style></head><body><table>"
        f"<colgroup>{'<col>' * COLUMNS}</colgroup><tbody>{body}</tbody></table></body></html>"
    )


def _rows(snapshot) -> Iterator[Row]:
    yield from _results(snapshot)
    yield from _findings(snapshot)
    yield from _registers(snapshot)


def _results(snapshot) -> Iterator[Row]:
    from reports.builders import rows

    for domain in snapshot.domains:
        section = rows.domain_section(domain, snapshot)
        yield ((20, f"{section['code']} {section['title']}"),)
        yield ((20, f"{section['score']} · {section['threshold']} · {section['counts']}"),)
        for engagement in section["engagements"]:
            yield _spread((2, 14, 4), engagement["code"], engagement["text"], engagement["score"])
            yield from map(_requirement, engagement["rows"])


def _findings(snapshot) -> Iterator[Row]:
    from reports.builders import rows

    for group in rows.finding_groups(snapshot.findings):
        yield ((20, f"{group['label']} {group['count']}"),)
        for sheet in group["findings"]:
            yield ((20, f"{sheet['title']} {sheet['grade']} {sheet['facts']}"),)
            for pair in sheet["pairs"]:
                yield tuple((10, " ".join(half)) for half in pair)


def _registers(snapshot) -> Iterator[Row]:
    from reports.builders import rows

    names = ("reference", "finding", "requirement", "title", "owner", "due", "effort", "state")
    for group in rows.action_groups(snapshot.findings):
        yield ((20, group["label"]),)
        for row in group["rows"]:
            yield _spread((2, 2, 2, 5, 4, 2, 1, 2), *(row[name] for name in names))
    names = ("requirements", "fact_date", "valid_until", "version", "size", "confidentiality")
    for row in rows.evidence_rows(snapshot.evidence):
        title = f"{row['title']} {row['file']}"
        texts = (row["reference"], title, *(row[name] for name in names), row["sha256"])
        yield _spread((2, 4, 2, 2, 2, 1, 1, 2, 4), *texts)


def _requirement(row) -> Row:
    texts = (
        f"{row['code']} {row['criticality']}",
        f"{row['text']} {row['notes']}",
        f"{row['level']} {row['worse']}",
        row["evidence"],
        row["findings"],
        row["gap"],
    )
    return _spread((2, 8, 4, 2, 2, 2), *texts)


def _spread(spans: tuple[int, ...], *texts: object) -> Row:
    return tuple(zip(spans, map(str, texts), strict=True))


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    _run(sys.argv[1])
