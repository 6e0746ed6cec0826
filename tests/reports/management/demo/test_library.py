"""Data of the demonstration as read from the files."""

import pytest

from reports.management.demo import library

pytestmark = pytest.mark.unit


def test_large_figures_are_not_cut_at_the_end_of_a_line():
    audit = library.AuditData.read("internal_audit")

    comment = next(row.comment for row in audit.assessments if row.code == "EX-1.3.1")

    assert "168\u202f651" in comment
    assert "85 %" in comment


def test_every_piece_of_evidence_is_used_and_every_name_is_known():
    audits = [library.AuditData.read(name) for name in ("diagnosis", "internal_audit")]
    used = {key for audit in audits for row in audit.assessments for key in row.evidence}
    written = {finding.key for audit in audits for finding in audit.findings}
    landline = library.load("landline")
    for part in ("diagnosis", "certification"):
        written |= {finding["key"] for finding in landline[part]["findings"]}
    followed = {action.finding for action in library.actions()}

    assert used == set(library.evidence())
    assert followed <= written


def test_a_table_has_one_cell_per_column():
    for row in library.load("landline_evidence")["evidence"]:
        assert {len(cells) for cells in row.get("rows", ())} <= {len(row.get("columns", ()))}
    for piece in library.evidence().values():
        tables = [piece.rows, *(version.rows for version in piece.versions)]
        widths = {len(row) for rows in tables for row in rows}
        assert widths <= {len(piece.columns)}
