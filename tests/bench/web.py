"""Screens and saves against the hello page."""

from collections.abc import Callable, Iterator
from datetime import date
from http import HTTPStatus
from io import BytesIO
from itertools import count

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from audits import snapshots
from audits.enums import AuditKind
from audits.models import Assessment, Audit
from reports.builders.xlsx_audit import build_audit_workbook
from tests.bench.timing import Line, cpu, ratio
from tests.factories.audits import (
    CertificationFactory,
    EvidenceLinkFactory,
    FindingFactory,
    first_assessment,
    manager_of,
    running_audit,
)
from tests.factories.engagements import published_edition
from tests.queries import counted

FULL = (6, 9, 1)  # 54 requirements, as near to 53 as a regular shape comes


def filled_audit(domains: int, engagements: int, requirements: int, *, findings: int) -> Audit:
    """An audit rated throughout, with evidence on each of the first 53 and findings."""
    edition = published_edition(domains=domains, engagements=engagements, requirements=requirements)
    audit = running_audit(certification=CertificationFactory(edition=edition))
    Assessment.objects.filter(audit=audit).update(
        status="RATED",
        level="P",
        points=50,
        shape="part",
        evidence_count=1,
        evidence_until=date(9999, 12, 31),
        comment="Annonce active en semaine seulement.",
    )
    rows = list(audit.assessments.order_by("position"))
    for row in rows[:53]:
        EvidenceLinkFactory(assessment=row)
    for number in range(findings):
        FindingFactory(assessment=rows[number % len(rows)], audit=audit)
    return audit


def measure() -> Iterator[Line]:
    client = Client()
    audit = filled_audit(*FULL, findings=53)
    user = manager_of(audit).user
    client.force_login(user)

    def hello() -> None:
        client.get("/hello/")

    yield Line("hello page, for reference", cpu(hello, runs=40) * 1000, 1000, "ms CPU")
    yield from _grid(client, audit, hello)
    yield from _save(client, audit, hello)
    yield from _start(audit)
    yield from _dashboard(client, audit, hello)
    yield from _workbook(audit)
    yield from _comparison(client, hello)


def _grid(client: Client, audit: Audit, hello: Callable[[], None]) -> Iterator[Line]:
    address = reverse("audits:grid", args=[audit.key])
    whole = f"{address}?filtre=toutes"
    for name, page in (("one engagement", address), ("all 54 requirements", whole)):
        client.get(page)
        with counted() as statements:
            client.get(page)
        yield Line(f"grid, {name}: queries", len(statements), 12, "queries")
        spent = ratio(lambda page=page: client.get(page), hello)
        yield Line(f"grid, {name}: CPU over hello", spent, 8, "x")
    large = filled_audit(6, 10, 20, findings=53)
    client.force_login(manager_of(large).user)
    for query in ("", "?filtre=toutes"):
        page = reverse("audits:grid", args=[large.key]) + query
        client.get(page)
        with counted() as statements:
            client.get(page)
        yield Line(f"grid at 1,200 requirements {query}: queries", len(statements), 12, "queries")
    client.force_login(manager_of(audit).user)


def _save(client: Client, audit: Audit, hello: Callable[[], None]) -> Iterator[Line]:
    row = first_assessment(audit)
    address = reverse("audits:rate", args=[audit.key, row.pk])
    headers = {"HX-Request": "true"}

    # Kept here, so that only the request is measured; the levels alternate.
    versions = count(row.version)

    def save() -> None:
        version = next(versions)
        data = {"level": "CP"[version % 2], "version": version}
        assert client.post(address, data, headers=headers).status_code == HTTPStatus.OK

    save()
    with counted() as statements:
        save()
    yield Line("save one requirement: queries", len(statements), 12, "queries")
    yield Line("save one requirement: CPU over hello", ratio(save, hello), 4, "x")


def _start(audit: Audit) -> Iterator[Line]:
    certification = audit.certification

    def start() -> None:
        running_audit(certification=certification, kind=AuditKind.INTERNAL)

    start()
    with counted() as statements:
        start()
    yield Line("open an audit on 54 requirements: queries", len(statements), 12, "queries")
    yield Line("open an audit on 54 requirements: CPU", cpu(start, runs=9) * 1000, 40, "ms CPU")


def _dashboard(client: Client, audit: Audit, hello: Callable[[], None]) -> Iterator[Line]:
    address = reverse("audits:dashboard", args=[audit.certification.key])
    client.get(address)
    with counted() as statements:
        client.get(address)
    yield Line("dashboard: queries", len(statements), 12, "queries")
    yield Line("dashboard: CPU over hello", ratio(lambda: client.get(address), hello), 8, "x")


def _comparison(client: Client, hello: Callable[[], None]) -> Iterator[Line]:
    then = filled_audit(6, 10, 20, findings=0)
    now = running_audit(certification=then.certification, kind=AuditKind.INTERNAL)
    now.assessments.update(status="RATED", level="C", points=100, is_conform=True, shape="ok")
    client.force_login(manager_of(then).user)
    address = reverse("audits:compare", args=[then.certification.key])
    page = f"{address}?avant={then.key}&apres={now.key}"
    client.get(page)
    with counted() as statements:
        assert client.get(page).status_code == HTTPStatus.OK
    name = "comparison of two audits of 1,200 requirements"
    yield Line(f"{name}: queries", len(statements), 12, "queries")
    yield Line(f"{name}: CPU over hello", ratio(lambda: client.get(page), hello), 12, "x")


def _workbook(audit: Audit) -> Iterator[Line]:
    today = timezone.localdate()
    whole = Audit.objects.select_related(
        "organisation", "certification__edition__referential__scheme"
    )
    snapshots.audit_snapshot(audit, language="fr", on=today)  # the words of the edition are kept
    with counted() as statements:
        found = whole.get(pk=audit.pk)
        snapshot = snapshots.audit_snapshot(found, language="fr", on=today)
    yield Line("XLSX of an audit: queries", len(statements), 10, "queries")
    rows = _cells(build_audit_workbook(snapshot))
    spent = ratio(lambda: build_audit_workbook(snapshot), lambda: _bare_workbook(rows), runs=12)
    yield Line("XLSX of an audit: CPU over bare openpyxl", spent, 1.2, "x")


def _cells(content: bytes) -> list[tuple[str, list[tuple[object, ...]]]]:
    """Sheets of a workbook as plain rows."""
    book = load_workbook(BytesIO(content), read_only=True)
    return [(sheet.title, list(sheet.iter_rows(values_only=True))) for sheet in book]


def _bare_workbook(sheets: list[tuple[str, list[tuple[object, ...]]]]) -> None:
    """The reference: the same rows, no style, no width."""
    book = Workbook(write_only=True)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(BytesIO())
