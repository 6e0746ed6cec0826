"""The findings of a workbook, and room for those that an auditor writes without a network."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from audits import permissions
from audits.finding_rules import grades_of
from audits.models import Audit, Finding
from audits.snapshots.common import in_language
from audits.workbook.columns import (
    FINDING_ENTRY,
    FINDING_PLACE,
    NEW_FINDING,
    List,
    finding_columns,
)
from audits.workbook.fields import finding_values
from audits.workbook.tables import READ_ONLY, Row, Table, room_for, table, text
from audits.workbook.words import grade_words
from crcaudit.accounts.models import User


def visible_findings(audit: Audit, user: User) -> Iterator[Finding]:
    """Those that the person sees, in order: one query."""
    rows = Finding.objects.visible_to(user).filter(audit=audit)
    for row in rows.select_related("grade", "assessment__site").order_by("number"):
        row.audit = row.assessment.audit = audit
        yield row


@dataclass(frozen=True, slots=True)
class Places:
    """What a new finding may be about: codes of requirements, and names of sites, in order."""

    codes: tuple[str, ...]
    sites: tuple[str, ...]


def finding_table(
    audit: Audit, user: User, found: list[Finding], places: Places, language: str
) -> Table:
    """The findings, one query for the grades where they may be written.

    Call with ``language`` active.
    """
    writes = permissions.can_write_finding(user, audit)
    place = FINDING_PLACE if audit.is_per_site else FINDING_PLACE[:1]
    return table(
        _("Findings"),
        finding_columns(),
        (_row(row, user, language) for row in found),
        room_for(NEW_FINDING, (*place, *FINDING_ENTRY)) if writes else (),
        lists=_lists(audit, places, language) if writes else {},
        about=_about() if writes else str(READ_ONLY),
    )


def _row(row: Finding, user: User, language: str) -> Row:
    values = finding_values(row)
    site = row.assessment.site.name if row.assessment.site else ""
    due = row.due_date.isoformat() if row.due_date else ""
    cells = {
        **{name: text(value) for name, value in values.items()},
        "grade": (values["grade"], in_language(row.grade, "label", language)),
        "requirement": text(row.assessment.code),
        "site": text(site),
        "found_date": (values["found_date"], row.found_date),
        "due_date": (due, row.due_date),
        "state": (row.state, row.get_state_display()),
    }
    may_edit = permissions.can_edit_finding(user, row)
    return Row(row, cells, frozenset(FINDING_ENTRY if may_edit else ()))


def _lists(audit: Audit, places: Places, language: str) -> dict[List, tuple[str, ...]]:
    return {
        List.GRADES: grade_words(grades_of(audit), language).all,
        List.REQUIREMENTS: places.codes,
        List.SITES: places.sites,
    }


def _about() -> str:
    return _(
        "A new one is written in the rows %(first)s and following: requirement, grade, title, "
        "what was found. Left empty, what is required is the wording of the requirement, and the "
        "day that on which the workbook comes back. Those that nobody answered may be changed."
    ) % {"first": f"{NEW_FINDING}1"}
