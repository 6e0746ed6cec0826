"""The workbook out and in: nothing is lost, nothing is overwritten unseen, all or nothing."""

from datetime import date, timedelta

import openpyxl
import pytest
from django.utils import timezone

from audits.actions import assessment as grid
from audits.actions import workbook as actions
from audits.actions.audit import validate_audit
from audits.actions.rollup import rebuild
from audits.actions.workbook import ChoiceMissingError, WorkbookRefusedError
from audits.enums import AuditKind, TeamRole
from audits.models import Assessment, Audit, SectionRollup, WorkbookImport
from audits.models.workbook import LASTS, ImportState
from audits.workbook import collect, layout
from audits.workbook.columns import Name, letters_of, requirement_columns
from audits.workbook.review import read_rows, review
from crcaudit.accounts.enums import Role
from crcaudit.core.exceptions import EditConflictError, NotAvailableError
from crcaudit.core.files import FileRefusedError, Refusal
from crcaudit.core.models import JournalEntry
from tests.audits.workbook_files import bring, changed, filled_in, opened, saved, taken
from tests.factories.accounts import MembershipFactory, SiteFactory, UserFactory
from tests.factories.audits import (
    CertificationFactory,
    CorrectiveActionFactory,
    FindingFactory,
    manager_of,
    name_on_team,
    running_audit,
)
from tests.queries import counted

pytestmark = [pytest.mark.unit, pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def audit():
    return running_audit()


@pytest.fixture
def user(audit):
    return manager_of(audit).user


@pytest.fixture
def rows(audit):
    return list(audit.assessments.order_by("position"))


def apply(imported, user, choices=None, seen=None):
    found = review(imported, read_rows(imported, user))
    return actions.apply_import(
        imported=imported,
        seen=seen or found.seen,
        choices=dict.fromkeys([c.name for c in found.conflicts], choices) if choices else {},
        by=user,
        at=timezone.now(),
    )


def undo(imported, user):
    return actions.undo_import(imported=imported, by=user, at=timezone.now())


def online(row, text, by=None):
    """Somebody else's comment, on the grid."""
    row = Assessment.objects.select_related("audit__organisation").get(pk=row.pk)
    return grid.comment(
        assessment=row, version=row.version, text=text, by=by or UserFactory(), at=timezone.now()
    )


def problems_of(audit, user, content, name="classeur.xlsx"):
    with pytest.raises(WorkbookRefusedError) as caught:
        bring(audit, user, content, name)
    return [(p.sheet, p.row, p.column, p.message) for p in caught.value.problems]


def values_of(audit):
    fields = ("status", "level", "points", "is_conform", "na_reason", "comment", "shape")
    return list(audit.assessments.order_by("position").values_list(*fields))


def journal_of(*kinds):
    return list(
        JournalEntry.objects.filter(action__in=kinds).order_by("pk").values_list("action", "actor")
    )


ODD = "=1+1\n_x000D_ x005F_ \u2060x0041_ 😀 fin \n"


def test_an_unchanged_workbook_brings_back_nothing(audit, user, rows):
    Assessment.objects.filter(pk=rows[0].pk).update(comment=ODD)
    content = taken(audit, user)

    assert bring(audit, user, content) is None
    assert bring(audit, user, changed(content, lambda book: None)) is None
    assert not WorkbookImport.objects.exists()


def test_the_workbook_holds_what_the_page_of_the_audit_holds(audit, user, rows):
    finding = FindingFactory(assessment=rows[0])
    CorrectiveActionFactory(finding=finding, title="=2+2")

    book = opened(taken(audit, user))

    assert [s.title for s in book][1:] == ["D1 Domaine D1", "Constats", "Actions", layout.HIDDEN]
    sheet = book["D1 Domaine D1"]
    assert [sheet.cell(n, 2).value for n in range(2, 6)] == [row.code for row in rows]
    assert book["Constats"]["E2"].value == finding.title
    assert (book["Actions"]["C2"].value, book["Actions"]["C2"].data_type) == ("=2+2", "s")
    assert book[layout.HIDDEN].sheet_state == "veryHidden"


def test_only_the_cells_to_fill_in_are_open(audit, user):
    book = opened(taken(audit, user))

    assert all(sheet.protection.sheet for sheet in book)
    assert book.security.lockStructure
    sheet = book.worksheets[1]
    states = {cell.column_letter: cell.protection.locked for cell in sheet[2]}
    assert {letter for letter, locked in states.items() if not locked} == {"G", "H", "I"}
    (levels, *_lengths) = sheet.data_validations.dataValidation
    assert (levels.type, str(levels.sqref)) == ("list", "G2:G5")
    hidden = [cell.value for cell in book[layout.HIDDEN]["B"] if cell.value]
    assert hidden[0] == "C – Conforme"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("C2", "A1:I5")
    assert sheet.column_dimensions["A"].hidden


def test_there_is_no_formula_and_nothing_outside_in_it(audit, user, rows):
    Assessment.objects.filter(pk=rows[0].pk).update(comment='=HYPERLINK("http://x","y")')

    book = opened(taken(audit, user))

    assert [c for s in book for row in s.iter_rows() for c in row if c.data_type == "f"] == []
    assert book.worksheets[1]["I2"].quotePrefix
    assert not book._external_links


@pytest.mark.parametrize(
    "texts",
    [("=1+1", "+33 1", "-5", "@SUM(A1)"), ("\t=1+1", "\uff1d1+1", "#N/A", "\uff201")],
    ids=["usual", "odd"],
)
def test_what_begins_like_a_formula_is_a_text_that_comes_back(audit, user, rows, texts):
    for row, text in zip(rows, texts, strict=True):
        Assessment.objects.filter(pk=row.pk).update(comment=text)
    content = taken(audit, user)

    cells = [opened(content).worksheets[1][f"I{n}"] for n in range(2, 6)]

    assert [(c.value, c.data_type, c.quotePrefix) for c in cells] == [
        (text, "s", True) for text in texts
    ]
    assert bring(audit, user, changed(content, lambda book: None)) is None


def test_what_a_person_wrote_is_kept_and_shown_before_it_is_written(audit, user, rows):
    before = values_of(audit)
    content = filled_in(
        taken(audit, user),
        {(rows[0].pk, "RATING"): "NC", (rows[0].pk, "COMMENT"): "Vu", (rows[1].pk, "RATING"): "na",
         (rows[1].pk, "REASON"): " Sans objet "},
    )  # fmt: skip

    imported = bring(audit, user, content)

    assert values_of(audit) == before
    assert [item["brought"] for item in imported.proposed] == [
        {"level": "NC", "na_reason": "", "comment": "Vu"},
        {"level": "NA", "na_reason": "Sans objet", "comment": ""},
    ]
    assert (imported.state, len(imported.sha256)) == (ImportState.PREVIEWED, 64)


def test_writing_rates_comments_counts_and_leaves_a_row_for_each_change(audit, user, rows):
    FindingFactory(assessment=rows[0])
    cells = {
        (rows[0].pk, "RATING"): "C",
        (rows[0].pk, "COMMENT"): "Vu",
        (rows[1].pk, "RATING"): "P",
    }

    imported = apply(bring(audit, user, filled_in(taken(audit, user), cells)), user)

    assert values_of(audit)[:2] == [
        ("RATED", "C", 100, True, "", "Vu", "major"),
        ("RATED", "P", 50, False, "", "", "part"),
    ]
    who = str(user.key)
    assert journal_of(grid.RATED, grid.COMMENTED, actions.BROUGHT) == [
        *((grid.RATED, who), (grid.COMMENTED, who), (grid.RATED, who), (actions.BROUGHT, who)),
    ]
    assert imported.state == ImportState.APPLIED
    assert [row.version for row in audit.assessments.order_by("position")][:2] == [2, 2]
    kept = list(SectionRollup.objects.order_by("pk").values())
    rebuild()
    assert list(SectionRollup.objects.order_by("pk").values()) == kept


def test_a_rating_emptied_is_taken_back_and_a_reason_goes_with_it(audit, user, rows):
    row = Assessment.objects.select_related("audit__organisation").get(pk=rows[0].pk)
    grid.rate(assessment=row, version=1, level="NA", na_reason="x", by=user, at=timezone.now())
    content = filled_in(taken(audit, user), {(rows[0].pk, "RATING"): None})

    apply(bring(audit, user, content), user)

    assert values_of(audit)[0] == ("NOT_ASSESSED", "", None, False, "", "", "none")


def test_what_others_changed_stays_and_is_counted(audit, user, rows):
    content = filled_in(taken(audit, user), {(rows[0].pk, "COMMENT"): "Vu"})
    online(rows[1], "Autre")

    imported = apply(bring(audit, user, content), user)

    assert imported.theirs == 1
    assert [values[5] for values in values_of(audit)][:2] == ["Vu", "Autre"]


def test_what_others_wrote_alike_is_nothing_to_bring_back(audit, user, rows):
    content = filled_in(taken(audit, user), {(rows[0].pk, "COMMENT"): "Vu"})
    online(rows[0], "Vu")

    assert bring(audit, user, content) is None


@pytest.mark.parametrize(("choice", "kept"), [("mine", "Hors ligne"), ("theirs", "En ligne")])
def test_a_conflict_waits_for_a_choice(audit, user, rows, choice, kept):
    content = filled_in(
        taken(audit, user),
        {(rows[0].pk, "COMMENT"): "Hors ligne", (rows[1].pk, "COMMENT"): "Sans conflit"},
    )
    online(rows[0], "En ligne")
    imported = bring(audit, user, content)
    before = values_of(audit)

    with pytest.raises(ChoiceMissingError):
        apply(imported, user)
    assert values_of(audit) == before

    apply(imported, user, choice)
    assert [values[5] for values in values_of(audit)][:2] == [kept, "Sans conflit"]


def test_the_rating_and_the_comment_of_a_row_are_told_apart(audit, user, rows):
    content = filled_in(taken(audit, user), {(rows[0].pk, "RATING"): "C"})
    online(rows[0], "En ligne")

    apply(bring(audit, user, content), user)

    assert (values_of(audit)[0][1], values_of(audit)[0][5]) == ("C", "En ligne")


def test_what_changes_between_the_page_and_the_writing_comes_back_as_a_conflict(audit, user, rows):
    content = filled_in(
        taken(audit, user), {(rows[0].pk, "COMMENT"): "A", (rows[1].pk, "COMMENT"): "B"}
    )
    imported = bring(audit, user, content)
    seen = review(imported, read_rows(imported, user)).seen
    online(rows[0], "En ligne")
    before = values_of(audit)

    with pytest.raises(EditConflictError) as caught:
        apply(imported, user, seen=seen)

    assert values_of(audit) == before
    assert [cell.row.pk for cell in caught.value.current.conflicts] == [rows[0].pk]


def test_all_or_nothing_when_the_last_write_fails(audit, user, rows, monkeypatch):
    content = filled_in(taken(audit, user), {(row.pk, "COMMENT"): "Vu" for row in rows} | {})
    imported = bring(audit, user, content)
    before, entries = values_of(audit), JournalEntry.objects.count()

    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(WorkbookImport, "apply", broken)
    with pytest.raises(RuntimeError):
        apply(imported, user)

    assert (values_of(audit), JournalEntry.objects.count()) == (before, entries)


def test_a_second_click_writes_nothing_more(audit, user, rows):
    imported = bring(audit, user, filled_in(taken(audit, user), {(rows[0].pk, "COMMENT"): "Vu"}))
    seen = review(imported, read_rows(imported, user)).seen
    apply(imported, user)
    entries = JournalEntry.objects.count()

    apply(imported, user, seen=seen)

    assert JournalEntry.objects.count() == entries
    assert audit.assessments.get(pk=rows[0].pk).version == 2


def test_everything_is_taken_back_once(audit, user, rows):
    before = values_of(audit)
    cells = {
        (rows[0].pk, "RATING"): "NC",
        (rows[0].pk, "COMMENT"): "Vu",
        (rows[2].pk, "RATING"): "P",
    }
    imported = apply(bring(audit, user, filled_in(taken(audit, user), cells)), user)

    imported = undo(imported, user)
    undo(imported, user)

    assert values_of(audit) == before
    assert imported.state == ImportState.UNDONE
    assert len(journal_of(grid.UNDONE)) == 3
    assert len(journal_of(actions.UNDONE_IMPORT)) == 1


def test_nothing_is_taken_back_when_a_row_changed_since(audit, user, rows):
    cells = {(rows[0].pk, "COMMENT"): "A", (rows[1].pk, "COMMENT"): "B"}
    imported = apply(bring(audit, user, filled_in(taken(audit, user), cells)), user)
    online(rows[1], "Après")
    before = values_of(audit)

    with pytest.raises(NotAvailableError, match=rf"Changed since: {rows[1].code}\."):
        undo(imported, user)

    assert values_of(audit) == before


def test_a_preview_does_not_last_and_a_new_one_takes_its_place(audit, user, rows):
    content = filled_in(taken(audit, user), {(rows[0].pk, "COMMENT"): "Vu"})
    first = bring(audit, user, content)
    second = bring(audit, user, content)
    first.refresh_from_db()
    WorkbookImport.objects.filter(pk=second.pk).update(
        brought_at=timezone.now() - LASTS - timedelta(minutes=1)
    )
    second.refresh_from_db()

    assert (first.state, first.proposed) == (ImportState.ABANDONED, [])
    for imported in (first, second):
        with pytest.raises(NotAvailableError, match="send the workbook again"):
            apply(imported, user)
    assert (
        actions.abandon_import(imported=first, by=user, at=timezone.now()).state
        == ImportState.ABANDONED
    )


def test_what_is_written_is_not_abandoned(audit, user, rows):
    imported = bring(audit, user, filled_in(taken(audit, user), {(rows[0].pk, "COMMENT"): "Vu"}))
    with pytest.raises(NotAvailableError):
        undo(imported, user)
    apply(imported, user)

    with pytest.raises(NotAvailableError, match="it is written"):
        actions.abandon_import(imported=imported, by=user, at=timezone.now())


def test_every_problem_is_said_with_its_sheet_row_and_column(audit, user, rows):
    def spoil(book):
        sheet = book.worksheets[1]
        sheet["G2"], sheet["G3"], sheet["H4"] = "Bof", "NA", "Pour rien"
        sheet["I5"] = "x" * 20_001
        sheet["B2"], sheet["D3"] = "ZZ", "Autre"
        sheet["I2"] = "=1+1"
        sheet["B7"], sheet["I7"] = "EX-9", "Nouveau"

    found = problems_of(audit, user, changed(taken(audit, user), spoil))

    assert [place[:3] for place in found] == [
        ("D1 Domaine D1", *place)
        for place in (
            (2, "B"),
            (2, "G"),
            (2, "I"),
            (3, "D"),
            (3, "H"),
            (4, "H"),
            (5, "I"),
            (7, "A"),
        )
    ]
    assert found[1][3].startswith('"Bof" is not a level of the scale: choose one of C – Conforme')
    assert found[2][3] == "This cell holds a formula: write its result instead."


def test_rows_and_sheets_that_are_gone_are_said(audit, user):
    content = taken(audit, user)

    def drop(book):
        book.worksheets[1].delete_rows(3, 2)

    def rename(book):
        book.worksheets[1].title = "Autre"

    def double(book):
        book.worksheets[1]["A3"] = book.worksheets[1]["A2"].value

    assert (
        "2 rows of this sheet are missing" in problems_of(audit, user, changed(content, drop))[0][3]
    )
    assert "This sheet is missing" in problems_of(audit, user, changed(content, rename))[0][3]
    assert "stands here twice" in problems_of(audit, user, changed(content, double))[1][3]


def test_a_sorted_sheet_is_read_all_the_same(audit, user, rows):
    def swap(book):
        sheet = book.worksheets[1]
        for column in range(1, 10):
            a, b = sheet.cell(2, column), sheet.cell(5, column)
            a.value, b.value = b.value, a.value
        sheet["I2"] = "Vu"

    imported = bring(audit, user, changed(taken(audit, user), swap))

    assert [item["pk"] for item in imported.proposed] == [rows[3].pk]


def test_a_hidden_sheet_that_was_changed_or_removed_is_refused(audit, user):
    content = taken(audit, user)

    def edit(book):
        cell = book[layout.HIDDEN]["A1"]
        cell.value = cell.value.replace("A", "B", 1)

    def remove(book):
        del book[layout.HIDDEN]

    assert problems_of(audit, user, changed(content, edit)) == [
        (
            "",
            None,
            "",
            "The hidden sheet of this workbook was changed: take the workbook away again.",
        )
    ]
    assert "hidden sheet is missing" in problems_of(audit, user, changed(content, remove))[0][3]


def test_a_workbook_of_another_audit_or_format_is_refused(audit, user, monkeypatch):
    content = taken(audit, user)
    other = running_audit(certification=audit.certification, kind=AuditKind.INTERNAL)

    assert "another audit" in problems_of(other, user, content)[0][3]
    monkeypatch.setattr(collect, "FORMAT", 1)
    assert "another version" in problems_of(audit, user, taken(audit, user))[0][3]


def test_another_edition_is_refused(audit, user):
    elsewhere = Audit.objects.select_related("organisation", "certification__edition").get()
    elsewhere.certification.edition.content_hash = "0" * 64
    content = actions.take_away(audit=elsewhere, by=user, at=timezone.now())

    assert "another edition" in problems_of(audit, user, content)[0][3]


def test_nothing_comes_back_into_a_validated_audit(audit, user, rows):
    content = filled_in(taken(audit, user), {(rows[0].pk, "COMMENT"): "Vu"})
    waiting = bring(audit, user, content)
    row = Assessment.objects.select_related("audit__organisation").get(pk=rows[1].pk)
    grid.rate(assessment=row, version=1, level="C", by=user, at=timezone.now())
    validate_audit(audit=audit, by=user, at=timezone.now())

    with pytest.raises(NotAvailableError, match="validated"):
        bring(audit, user, content)
    with pytest.raises(NotAvailableError, match="validated"):
        apply(waiting, user)
    assert taken(audit, user)


def test_a_comment_too_long_for_a_cell_is_shown_cut_and_stays_whole(audit, user, rows):
    long = "😀" * 19_000
    Assessment.objects.filter(pk=rows[0].pk).update(comment=long)
    content = taken(audit, user)

    assert opened(content).worksheets[1]["I2"].protection.locked
    assert bring(audit, user, content) is None
    spoilt = filled_in(content, {(rows[0].pk, "COMMENT"): "Vu"})
    assert "too long for a cell" in problems_of(audit, user, spoilt)[0][3]


def test_numbers_and_days_typed_in_a_comment_are_read_as_typed(audit, user, rows):
    typed = (12, 12.5, date(2026, 3, 4), "a\r\nb")
    cells = {(row.pk, "COMMENT"): value for row, value in zip(rows, typed, strict=True)}

    imported = bring(audit, user, filled_in(taken(audit, user), cells))

    found = [item["brought"]["comment"] for item in imported.proposed]
    assert found == ["12", "12,5", "04/03/2026", "a\nb"]


def test_rated_site_by_site_each_site_has_its_row(user):
    site, other = (
        SiteFactory(organisation=manager.organisation)
        for manager in [user.memberships.get()]
        for _n in range(2)
    )
    file = CertificationFactory(organisation=site.organisation)
    file.sites.set([site, other])
    audit = running_audit(certification=file, is_per_site=True)
    row = audit.assessments.filter(site=other).first()
    content = taken(audit, user)

    imported = bring(audit, user, filled_in(content, {(row.pk, "COMMENT"): "Vu"}, per_site=True))

    assert [item["pk"] for item in imported.proposed] == [row.pk]
    assert {cell.value for cell in opened(content).worksheets[1]["F"][1:]} == {
        site.name,
        other.name,
    }


def test_a_contributor_takes_their_part_and_brings_back_comments_only(audit, rows):
    person = MembershipFactory(organisation=audit.organisation, role=Role.CONTRIBUTOR).user
    Assessment.objects.filter(pk=rows[1].pk).update(assigned_to=person)
    content = taken(audit, person)
    sheet = opened(content).worksheets[1]

    assert [sheet["B2"].value, sheet["B3"].value] == [rows[1].code, None]
    assert [sheet[f"{letter}2"].protection.locked for letter in "GHI"] == [True, True, False]
    rating = filled_in(content, {(rows[1].pk, "RATING"): "C"})
    assert "You may not rate" in problems_of(audit, person, rating)[0][3]
    imported = bring(audit, person, filled_in(content, {(rows[1].pk, "COMMENT"): "Fait"}))
    apply(imported, person)
    assert values_of(audit)[1][5] == "Fait"
    Assessment.objects.filter(pk=rows[1].pk).update(assigned_to=None)
    with pytest.raises(NotAvailableError, match="no longer yours"):
        undo(imported, person)


def test_a_contributor_does_not_bring_back_what_is_not_theirs(audit, user, rows):
    person = MembershipFactory(organisation=audit.organisation, role=Role.CONTRIBUTOR).user
    Assessment.objects.filter(pk=rows[0].pk).update(assigned_to=person)

    found = problems_of(audit, person, taken(audit, user))

    assert [place[1] for place in found] == [3, 4, 5]


def test_a_right_that_went_since_the_preview_stops_the_writing(rows):
    audit = running_audit(certification=rows[0].audit.certification, kind=AuditKind.SURVEILLANCE)
    person = UserFactory()
    member = name_on_team(audit=audit, user=person, role=TeamRole.AUDITOR)
    row = audit.assessments.first()
    imported = bring(audit, person, filled_in(taken(audit, person), {(row.pk, "RATING"): "C"}))
    type(member).objects.filter(pk=member.pk).update(role=TeamRole.OBSERVER)
    person = type(person).objects.get(pk=person.pk)

    with pytest.raises(NotAvailableError, match="may no longer write"):
        apply(imported, person)


@pytest.mark.parametrize(
    ("name", "code"),
    [("a.csv", Refusal.TYPE_NOT_ACCEPTED), ("a", Refusal.TYPE_NOT_ACCEPTED),
     ("a.xlsx", Refusal.TYPE_MISMATCH)],
)  # fmt: skip
def test_what_is_no_workbook_is_refused_at_the_gate(audit, user, name, code):
    with pytest.raises(FileRefusedError) as caught:
        bring(audit, user, b"Code;Note\n", name)

    assert caught.value.code == code


def test_a_workbook_from_elsewhere_is_told_from_ours(audit, user):
    content = saved(openpyxl.Workbook())

    assert "hidden sheet is missing" in problems_of(audit, user, content)[0][3]


def test_out_and_in_ask_as_many_questions_whatever_the_number_of_rows(audit, user, rows):
    def questions():
        fresh = Audit.objects.select_related("organisation", "certification__edition").get(
            pk=audit.pk
        )
        with counted() as statements:
            actions.take_away(audit=fresh, by=user, at=timezone.now())
        return len(statements)

    questions()  # the first one also makes the chain of the journal
    few = questions()
    FindingFactory(assessment=rows[0])
    FindingFactory(assessment=rows[1])

    assert questions() == few


def test_a_name_of_a_column_is_never_two_letters():
    assert letters_of(requirement_columns(per_site=True))[Name.COMMENT] == "J"


def test_a_row_is_as_high_as_its_texts(audit, user, rows):
    Assessment.objects.filter(pk=rows[1].pk).update(comment="Ligne\n" * 5 + "mot " * 40)

    heights = opened(taken(audit, user)).worksheets[1].row_dimensions

    assert (heights[2].height, heights[3].height) == (None, 8 * 15)
