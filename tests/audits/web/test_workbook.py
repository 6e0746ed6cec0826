"""The offline workbook through its pages: take away, bring back, look, write, take back."""

import io
import re
import shutil
import subprocess
import zipfile
from datetime import date
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.actions.assessment import rate
from audits.actions.audit import validate_audit
from audits.models import Assessment, CorrectiveAction, Finding, WorkbookImport
from audits.models.workbook import ImportState
from crcaudit.accounts.enums import Role
from crcaudit.core.files import FileRefusedError
from crcaudit.core.models import JournalEntry
from tests.audits.workbook_files import changed, filled_in, taken, typed, upload
from tests.core.files.corpus import CASES
from tests.factories.accounts import MembershipFactory
from tests.factories.audits import CorrectiveActionFactory, FindingFactory
from tests.project.traces import fingerprint
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

HTMX = {"HX-Request": "true"}
SOFFICE = shutil.which("soffice") or "soffice"  # installed by scripts/system_packages.sh
ODD = "=1+1\n_x000D_ x005F_ \u2060x0041_ 😀 é\n\n  fin \n"
# The crafted packages that are sent as workbooks, each in its smallest and its largest size.
HOSTILE = [
    case
    for case in CASES
    if case.expected and case.name.lower().endswith(".xlsx") and case.id.endswith(("-0a", "-2b"))
]


@pytest.fixture
def audit(row):
    return row.audit


def page(audit):
    return reverse("audits:workbook", args=[audit.key])


def send(client, audit, content, name="classeur.xlsx", **extra):
    return client.post(page(audit), {"file": upload(content, name)}, **extra)


def filled(audit, user, row, **cells):
    return filled_in(taken(audit, user), {(row.pk, name): value for name, value in cells.items()})


def preview(client, audit, user, row, **cells):
    answer = send(client, audit, filled(audit, user, row, **cells))
    assert answer.status_code == 302
    return answer.url


def write(client, url, **choices):
    seen = client.get(url).context["seen"]
    return client.post(url, {"seen": seen} | choices)


def online(row, text):
    """What somebody else writes meanwhile."""
    Assessment.objects.filter(pk=row.pk).update(comment=text, version=row.version + 1)


def test_the_page_explains_both_steps_and_the_grid_leads_to_it(client, manager, audit):
    grid = client.get(audit.get_absolute_url()).content.decode()
    html = client.get(page(audit)).content.decode()

    assert page(audit) in grid
    assert reverse("audits:workbook-file", args=[audit.key]) in html
    assert 'type="file"' in html
    assert "<h1" not in client.get(page(audit), headers=HTMX).content.decode()


def test_taking_it_away_is_a_download_that_the_journal_notes(client, manager, audit):
    answer = client.get(reverse("audits:workbook-file", args=[audit.key]))

    assert answer.headers["Content-Disposition"].endswith(f'{audit.reference}-workbook.xlsx"')
    assert answer.content.startswith(b"PK")
    entry = JournalEntry.objects.get(action="workbook.taken_away")
    assert (entry.actor, entry.after) == (str(manager.user.key), {"requirements": 4})


def test_it_comes_back_in_three_steps(client, manager, audit, row):
    url = preview(client, audit, manager.user, row, RATING="NC", COMMENT="Vu <b>ici</b>")

    html = client.get(url).content.decode()
    assert "<ins>" in html
    assert "Vu &lt;b&gt;ici&lt;/b&gt;" in re.sub("<[^>]*>", "", html.replace("&lt;b", "&lt;b"))
    assert write(client, url).status_code == 302
    row.refresh_from_db()
    assert (row.level, row.comment) == ("NC", "Vu <b>ici</b>")
    assert "Take everything back" in client.get(url).content.decode()

    undo = reverse("audits:undo-workbook", args=[audit.key, WorkbookImport.objects.get().pk])
    assert client.post(undo).status_code == 302
    assert client.post(undo).status_code == 302
    row.refresh_from_db()
    assert (row.level, row.comment) == ("", "")


def test_an_unchanged_workbook_says_so(client, manager, audit):
    answer = client.post(page(audit), {"file": upload(taken(audit, manager.user))}, follow=True)

    assert "No difference" in answer.content.decode()
    assert not WorkbookImport.objects.exists()


def test_problems_are_a_table_of_sheets_rows_and_columns(client, manager, audit, row):
    answer = send(client, audit, filled(audit, manager.user, row, RATING="Bof", COMMENT="=1"))

    html = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "2 things to correct in the workbook" in html
    assert "row 2, column G" in html
    assert "row 2, column I" in html


def test_problems_are_said_in_french(client, manager, audit, row):
    type(manager.user).objects.filter(pk=manager.user.pk).update(language="fr")

    answer = send(client, audit, filled(audit, manager.user, row, RATING="Bof"))

    html = unescape(answer.content.decode())
    assert "ligne 2, colonne G" in html
    assert "n’est pas un niveau de l’échelle" in html


def test_a_conflict_shows_both_and_asks(client, manager, audit, row):
    content = filled(audit, manager.user, row, COMMENT="Hors ligne")
    online(row, "En ligne")
    url = send(client, audit, content).url

    answer = client.get(url)
    html = answer.content.decode()
    name = f"choice-requirement-{row.pk}-comment"
    assert "Hors ligne" in html
    assert "En ligne" in html
    assert html.count(f'name="{name}"') == 2
    assert " checked" not in html

    missing = write(client, url)
    assert missing.status_code == 422
    assert "Choose what stays for this cell." in missing.content.decode()
    assert write(client, url, **{name: "mine"}).status_code == 302
    row.refresh_from_db()
    assert row.comment == "Hors ligne"


def test_a_change_after_the_page_was_shown_comes_back_as_a_conflict(client, manager, audit, row):
    url = preview(client, audit, manager.user, row, COMMENT="Hors ligne")
    seen = client.get(url).context["seen"]
    online(row, "En ligne")

    # Without the conflict in the form, nothing was chosen: the page asks.
    answer = client.post(url, {"seen": seen})
    assert answer.status_code == 422
    # A choice made on an older page is not taken for this one.
    chosen = {f"choice-requirement-{row.pk}-comment": "mine"}
    late = client.post(url, {"seen": seen} | chosen)
    assert late.status_code == 409
    assert "look again" in late.content.decode()
    row.refresh_from_db()
    assert row.comment == "En ligne"
    assert client.post(url, {"seen": late.context["seen"]} | chosen).status_code == 302


def test_a_second_click_is_the_first_one(client, manager, audit, row):
    url = preview(client, audit, manager.user, row, COMMENT="Vu")
    body = {"seen": client.get(url).context["seen"]}

    answers = [client.post(url, body).status_code for _n in range(2)]

    row.refresh_from_db()
    assert (answers, row.version) == ([302, 302], 2)


def test_it_is_abandoned_once_and_then_shown_as_such(client, manager, audit, row):
    url = preview(client, audit, manager.user, row, COMMENT="Vu")
    abandon = f"{url}abandonner/"

    assert [client.post(abandon).status_code for _n in range(2)] == [302, 302]
    assert WorkbookImport.objects.get().state == ImportState.ABANDONED
    assert "Abandoned" in client.get(url).content.decode()
    assert client.post(url, {"seen": "x"}).status_code == 409
    assert client.post(f"{url}annuler/").status_code == 409


def test_a_row_that_changed_since_stops_the_undo_and_is_named(client, manager, audit, row):
    url = preview(client, audit, manager.user, row, COMMENT="Vu")
    write(client, url)
    row.refresh_from_db()
    online(row, "Après")

    answer = client.post(f"{url}annuler/")

    assert answer.status_code == 409
    assert row.code in answer.content.decode()


def test_nobody_sees_what_somebody_else_brought_back(client, manager, audit, row):
    url = preview(client, audit, manager.user, row, COMMENT="Vu")
    other = MembershipFactory(organisation=audit.organisation, role=Role.QUALITY_MANAGER)
    client.force_login(other.user)

    assert client.get(url).status_code == 404
    assert client.post(url, {"seen": "x"}).status_code == 404
    assert client.post(f"{url}annuler/").status_code == 404


def test_who_only_reads_takes_it_away_and_brings_nothing_back(client, audit):
    client.force_login(MembershipFactory(organisation=audit.organisation, role=Role.DIRECTOR).user)

    assert 'type="file"' not in client.get(page(audit)).content.decode()
    assert client.get(reverse("audits:workbook-file", args=[audit.key])).status_code == 200
    assert send(client, audit, b"PK").status_code == 403


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case.id)
def test_a_hostile_file_is_refused_with_its_sentence(client, manager, audit, case):
    answer = send(client, audit, case.make(), case.name)

    error = FileRefusedError(case.expected)
    assert answer.status_code == error.status
    assert answer.context["form"].errors["file"]
    assert not WorkbookImport.objects.exists()


def test_the_corpus_has_the_attacks_that_matter():
    kinds = {case.expected.value for case in HOSTILE}

    assert {"MACROS", "EXTERNAL_LINKS", "XML_ENTITIES", "DAMAGED"} <= kinds
    assert kinds & {"UNPACKED_TOO_LARGE", "COMPRESSION_TOO_HIGH", "TOO_MANY_ROWS"}


def repacked(content, **more):
    """The workbook with more parts, or with parts replaced (``name=bytes``)."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in source.namelist():
            made.writestr(name, more.pop(name, None) or source.read(name))
        for name, data in more.items():
            made.writestr(name, data)
    return target.getvalue()


EXTERNAL = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1"><c r="A1" t="inlineStr"><is><t>&f;</t></is></c></row></sheetData></worksheet>'
)
INSIDE = {
    "a part above the package": {"../../evil.xml": b"<a/>"},
    "an absolute part": {"/etc/evil.xml": b"<a/>"},
    "a part of a drive": {"C:\\evil.xml": b"<a/>"},
    "an external entity": {"xl/worksheets/sheet2.xml": EXTERNAL},
    "ten thousand parts": {f"xl/p{number}.xml": b"<a/>" for number in range(10_000)},
}


@pytest.mark.parametrize("kind", INSIDE)
def test_our_workbook_with_something_hostile_inside_is_refused(client, manager, audit, kind):
    before = fingerprint()
    content = repacked(taken(audit, manager.user), **INSIDE[kind])

    answer = send(client, audit, content)

    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    after = fingerprint()
    assert {name for name in after if after[name] != before[name]} <= {"core_journalentry"}
    assert not WorkbookImport.objects.exists()
    assert b"root:" not in answer.content


@pytest.mark.parametrize(
    "name", ["../../../etc/classeur.xlsx", "con\u202egpj.xlsx", f"{'é' * 400}.xlsx"]
)
def test_the_name_of_a_workbook_is_shown_as_a_plain_name(client, manager, audit, row, name):
    content = filled(audit, manager.user, row, COMMENT="Vu")

    assert send(client, audit, content, name).status_code == 302
    kept = WorkbookImport.objects.get().file_name
    assert kept.endswith(".xlsx")
    assert len(kept) <= 180
    assert not set(kept) & set("/\\\u202e\r\n")


def test_our_workbook_damaged_anywhere_is_refused_or_read_and_never_half(client, manager, audit):
    content = taken(audit, manager.user)
    for place in range(0, len(content), max(1, len(content) // 40)):
        spoilt = content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]

        assert send(client, audit, spoilt).status_code in {302, 422}
    assert not WorkbookImport.objects.exists()


def converted(folder, **contents):
    """The workbooks, by name, as LibreOffice saves them."""
    (folder / "in").mkdir()
    for name, content in contents.items():
        (folder / "in" / f"{name}.xlsx").write_bytes(content)
    done = subprocess.run(
        [SOFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless",
         "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", folder / "out",
         *sorted((folder / "in").iterdir())],
        check=True, capture_output=True, timeout=200,
    )  # fmt: skip
    assert b"rror" not in done.stderr
    return {name: (folder / "out" / f"{name}.xlsx").read_bytes() for name in contents}


NEW_FINDING = {
    ("Constats", f"{letter}3"): value
    for letter, value in {
        "B": "NC majeure",
        "C": "EX-1.1.1",
        "E": "Délai non tenu",
        "G": "Trois sur dix <b>",
        "J": date(2026, 3, 5),
    }.items()
}


def test_saved_by_libreoffice_it_brings_back_what_was_written_and_no_more(
    client, manager, audit, row, tmp_path
):
    Assessment.objects.filter(pk=row.pk).update(comment=ODD.strip() + "\n fin")
    finding = FindingFactory(assessment=row, audit=audit, number=1, title="=1+1")
    CorrectiveActionFactory(finding=finding, number=1, effort_days="2.5")
    taken_away = taken(audit, french(manager.user))
    cells = NEW_FINDING | {("Actions", "F2"): date(2026, 12, 1), ("Actions", "G2"): 3}
    saved = converted(tmp_path, same=taken_away, more=typed(taken_away, cells))

    answer = client.post(page(audit), {"file": upload(saved["same"])}, follow=True)
    assert "Aucune différence" in answer.content.decode()
    changes = filled_in(saved["same"], {(row.pk, "RATING"): "C"})
    assert send(client, audit, changes).status_code == 302
    assert send(client, audit, saved["more"]).status_code == 302
    action, new = WorkbookImport.objects.get(state="PREVIEWED").proposed
    different = {n for n in action["taken"] if action["taken"][n] != action["brought"][n]}
    assert different == {"due_date", "effort_days"}
    assert (new["values"]["title"], new["values"]["found_date"]) == ("Délai non tenu", "2026-03-05")


def french(user):
    """The same person, who reads French from here on."""
    type(user).objects.filter(pk=user.pk).update(language="fr")
    return type(user).objects.get(pk=user.pk)


def test_a_finding_and_an_action_come_back_from_the_road(client, manager, audit, row):
    """Filled in, shown in colour, written, and taken back: through the pages alone."""
    french(manager.user)
    FindingFactory(assessment=row, audit=audit, number=1)
    content = client.get(reverse("audits:workbook-file", args=[audit.key])).content
    action = {"B": "F-N1", "C": "Recruter", "E": manager.user.email, "F": date(2026, 12, 1)}
    cells = NEW_FINDING | {("Constats", "E2"): "Délai dépassé"}
    cells |= {("Actions", f"{letter}2"): value for letter, value in action.items()}
    other = action | {"B": "F-01", "C": "Former", "G": 2.5}
    cells |= {("Actions", f"{letter}3"): value for letter, value in other.items()}

    url = send(client, audit, typed(content, cells)).url
    html = client.get(url).content.decode()

    assert "<ins>Trois sur dix &lt;b&gt;</ins>" in html
    assert "<ins>Recruter</ins>" in html
    assert re.search("ACT-N1.*F-N1.*ACT-N2.*F-01", html, re.DOTALL)
    assert "<ins>2,5</ins>" in html
    assert "<del>" in html
    assert Finding.objects.count() == 1
    shown = client.post(url, {"seen": client.get(url).context["seen"]}, follow=True)
    assert "Écrit : 2 constats, 2 actions" in shown.content.decode().replace("\u00a0", " ")
    assert [f.title for f in Finding.objects.order_by("pk")] == ["Délai dépassé", "Délai non tenu"]
    planned = CorrectiveAction.objects.order_by("number")
    assert [row.finding.title for row in planned] == ["Délai non tenu", "Délai dépassé"]
    assert client.post(f"{url}annuler/").status_code == 302
    assert [f.title for f in Finding.objects.all()] == ["Délai non tenu"]
    assert not CorrectiveAction.objects.exists()


def test_on_a_validated_audit_the_page_offers_its_actions_alone(client, manager, audit, row):
    finding = FindingFactory(assessment=row, audit=audit, number=1)
    CorrectiveActionFactory(finding=finding, number=1)
    row = Assessment.objects.select_related("audit__organisation").get(pk=row.pk)
    rate(assessment=row, version=1, level="C", by=manager.user, at=timezone.now())
    validate_audit(audit=audit, by=manager.user, at=timezone.now())
    html = client.get(page(audit)).content.decode()
    content = typed(taken(audit, manager.user), {("Actions", "H2"): "En cours"})

    url = send(client, audit, content).url
    preview_html = client.get(url).content.decode()
    answer = write(client, url)

    assert "only its corrective actions come back" in html
    assert "once written, this workbook is not taken back" in preview_html
    assert answer.status_code == 302
    assert CorrectiveAction.objects.get().state == "IN_PROGRESS"
    shown = client.get(url).content.decode()
    assert "Take everything back" not in shown
    assert "A step of an action is not taken back" in shown
    assert client.post(f"{url}annuler/").status_code == 409


def test_the_pages_ask_as_many_questions_whatever_comes_back(client, manager, audit, row):
    rows = list(audit.assessments.order_by("position"))
    content = taken(audit, manager.user)
    counts = []
    for changed_rows in (rows[:1], rows[:3]):
        cells = {(item.pk, "COMMENT"): "Vu" for item in changed_rows}
        url = send(client, audit, filled_in(content, cells)).url
        with counted() as statements:
            client.get(url)
        counts.append(len(statements))

    assert counts == [6, 6]
    with counted() as statements:
        client.get(page(audit))
    assert len(statements) == 5


def test_unchanged_by_hand_and_saved_again_it_brings_nothing(client, manager, audit):
    content = changed(taken(audit, manager.user), lambda book: None)

    assert send(client, audit, content).url == page(audit)
