"""The workbook of a real referential: nothing in it makes Excel ask whether to repair it."""

import io
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from itertools import pairwise
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from audits.actions.audit import start_audit
from audits.enums import AuditKind
from audits.models import Assessment
from crcaudit.accounts.enums import Role
from engagements.models import Edition
from tests.audits.workbook_files import taken
from tests.factories.accounts import MembershipFactory
from tests.factories.audits import CertificationFactory, FindingFactory

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

SOFFICE = shutil.which("soffice") or "soffice"  # installed by scripts/system_packages.sh
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
# Parts of a sheet in the order of the schema, as far as they are used: Excel refuses another.
ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetProtection",
    "autoFilter", "mergeCells", "conditionalFormatting", "dataValidations", "hyperlinks",
    "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "legacyDrawing",
    "tableParts",
)  # fmt: skip
# What Excel allows, in characters.
LIMITS = {"errorTitle": 32, "promptTitle": 32, "error": 255, "prompt": 255}
TITLE, FORMULA, CELL, HEIGHT, WIDTH = 31, 255, 32_767, 409, 255
ODD = "=1+1\n_x000D_ & <b> 😀 \u200fשלום " + "é" * 19_000


@pytest.fixture(scope="module")
def content(django_db_setup, django_db_blocker):
    """Bytes of the workbook of all 53 requirements, made once: nothing here changes a row."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = workbook()
        transaction.set_rollback(True)
    return made


def workbook() -> bytes:
    """In French, with odd texts and a finding."""
    call_command("import_indicators", "fixtures/indicators.yaml", verbosity=0)
    source = "fixtures/referentials/sfr-2004.yaml"
    call_command("import_referential", source, publish=True, verbosity=0)
    manager = MembershipFactory(role=Role.QUALITY_MANAGER, user__language="fr")
    file = CertificationFactory(organisation=manager.organisation, edition=Edition.objects.get())
    at = timezone.now()
    audit = start_audit(
        certification=file,
        kind=AuditKind.DIAGNOSIS,
        is_per_site=False,
        start_date=at.date(),
        by=manager.user,
        at=at,
    )
    first = audit.assessments.order_by("position").first()
    Assessment.objects.filter(pk=first.pk).update(comment=ODD)
    FindingFactory(assessment=first, title="=2+2", found=ODD)
    return taken(audit, manager.user)


@pytest.fixture(scope="module")
def parts(content):
    """The parts of the package, parsed, by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        names = package.namelist()
        assert len({name.casefold() for name in names}) == len(names)
        return {name: ET.fromstring(package.read(name)) for name in names}


def sheets(parts):
    return {name: root for name, root in parts.items() if name.startswith("xl/worksheets/sheet")}


def test_all_requirements_are_in_sheets_with_titles_that_excel_accepts(content, parts):
    book = openpyxl.load_workbook(io.BytesIO(content))
    titles = [row.get("name") for row in parts["xl/workbook.xml"].iter(f"{SHEET}sheet")]
    keys = [
        sheet.cell(row, 1).value
        for sheet in book.worksheets
        if sheet.auto_filter.ref
        for row in range(2, sheet.max_row + 1)
    ]

    assert len(set(keys)) == len(keys) == 53
    assert len({title.casefold() for title in titles}) == len(titles)
    for title in titles:
        assert 0 < len(title) <= TITLE, title
        assert not re.search(r"[\[\]:*?/\\]|^'|'$", title), title
        assert title.casefold() not in {"history", "historique"}
    states = [row.get("state") for row in parts["xl/workbook.xml"].iter(f"{SHEET}sheet")]
    assert states[0] in {None, "visible"}  # the one that is shown first


def test_parts_are_in_order_declared_and_pointed_to(parts):
    for name, root in sheets(parts).items():
        order = [ORDER.index(child.tag.removeprefix(SHEET)) for child in root]
        assert order == sorted(order), name
    declared = {
        row.get("PartName") for row in parts["[Content_Types].xml"].iter(f"{TYPES}Override")
    }
    defaults = {
        row.get("Extension") for row in parts["[Content_Types].xml"].iter(f"{TYPES}Default")
    }
    for name in parts:
        assert f"/{name}" in declared or name.rpartition(".")[2] in defaults, name
    for name, root in parts.items():
        if name.endswith(".rels"):
            folder = name.split("_rels/", 1)[0]
            for row in root.iter(f"{RELATIONS}Relationship"):
                assert row.get("TargetMode") != "External"
                target = row.get("Target")
                assert (target[1:] if target.startswith("/") else folder + target) in parts


def test_rules_of_cells_are_within_what_excel_allows(parts):
    titles = {row.get("name") for row in parts["xl/workbook.xml"].iter(f"{SHEET}sheet")}
    seen = Counter()
    for root in sheets(parts).values():
        for holder in root.iter(f"{SHEET}dataValidations"):
            assert int(holder.get("count")) == len(holder)
        for rule in root.iter(f"{SHEET}dataValidation"):
            seen[rule.get("type")] += 1
            assert re.fullmatch(r"[A-Z]+\d+(:[A-Z]+\d+)?", rule.get("sqref"))
            assert all(len(rule.get(name, "")) <= most for name, most in LIMITS.items())
            formulas = [child.text or "" for child in rule]
            assert all(len(text) <= FORMULA for text in formulas)
            if rule.get("type") == "list":
                place = re.fullmatch(r"'([^']+)'!\$([B-H])\$1:\$\2\$\d+", formulas[0])
                assert place[1] in titles
    assert seen["list"] > 0
    assert seen["textLength"] > seen["list"]


def test_names_tables_comments_and_drawings_are_valid_or_absent(parts):
    """Names of areas point to sheets that exist; there is no table, note or drawing at all."""
    count = len(list(parts["xl/workbook.xml"].iter(f"{SHEET}sheet")))
    for name in parts["xl/workbook.xml"].iter(f"{SHEET}definedName"):
        assert re.fullmatch(r"(_xlnm\.)?[A-Za-z_][A-Za-z0-9_.]{0,200}", name.get("name"))
        assert not re.fullmatch(r"[A-Za-z]{1,3}\d+", name.get("name"))
        assert int(name.get("localSheetId", 0)) < count
        assert "#REF!" not in name.text
    assert not [
        n for n in parts if re.search("comment|table|drawing|vba|externalLink", n, re.IGNORECASE)
    ]


def test_cells_fit_and_stand_in_order(parts):
    styles = len(parts["xl/styles.xml"].find(f"{SHEET}cellXfs"))
    texts = [
        "".join(part.text or "" for part in item.iter(f"{SHEET}t"))
        for item in parts.get("xl/sharedStrings.xml", ET.Element("none"))
    ]
    for root in sheets(parts).values():
        rows = list(root.iter(f"{SHEET}row"))
        places = [int(row.get("r")) for row in rows]
        assert all(a < b for a, b in pairwise(places))
        assert all(float(row.get("ht", 0)) <= HEIGHT for row in rows)
        assert all(0 < float(c.get("width")) <= WIDTH for c in root.iter(f"{SHEET}col"))
        for cell in root.iter(f"{SHEET}c"):
            assert cell.find(f"{SHEET}f") is None
            assert int(cell.get("s", 0)) < styles
            if cell.get("t") == "s":
                assert int(cell.find(f"{SHEET}v").text) < len(texts)
            inline = "".join(part.text or "" for part in cell.iter(f"{SHEET}t"))
            assert len(inline.encode("utf-16-le")) // 2 <= CELL
    assert all(len(text.encode("utf-16-le")) // 2 <= CELL for text in texts)


def test_libreoffice_opens_and_converts_it_without_a_word_of_warning(content, tmp_path):
    source, target = tmp_path / "classeur.xlsx", tmp_path / "out"
    source.write_bytes(content)
    done = subprocess.run(
        [SOFFICE, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", "ods", "--outdir", target, source],
        check=True, capture_output=True, text=True, timeout=300,
    )  # fmt: skip

    said = [line for line in (done.stdout + done.stderr).splitlines() if "javaldx" not in line]
    assert not re.search(
        r"warn|error|fail|repair", "\n".join(said), re.IGNORECASE
    )  # Java is not needed
    with zipfile.ZipFile(target / "classeur.ods") as package:
        read = package.read("content.xml").decode()
    assert set(re.findall(r">(EX-\d+\.\d+\.\d+)<", read)) >= {"EX-1.1.1", "EX-6.1.1"}
    assert read.count("table:content-validation ") >= 3
    assert "Err:5" not in read
