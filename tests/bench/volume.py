"""A million assessments: the dashboard and the rebuild of every roll-up."""

from collections.abc import Iterator

from django.db import connection
from django.test import Client
from django.urls import reverse

from audits.actions import rollup
from audits.models import Assessment, Audit, AuditSection, SectionRollup
from tests.bench.timing import Line, ratio, wall
from tests.bench.web import FULL, filled_audit
from tests.factories.audits import manager_of

AUDITS = 833  # x 1,200 requirements


def measure() -> Iterator[Line]:
    audit = filled_audit(*FULL, findings=12)
    model = filled_audit(6, 10, 20, findings=0)
    _multiply(model, AUDITS)
    _settle()
    rollup.rebuild()
    count = Assessment.objects.count()
    client = Client()
    client.force_login(manager_of(audit).user)
    address = reverse("audits:dashboard", args=[audit.certification.key])
    spent = ratio(lambda: client.get(address), lambda: client.get("/hello/"))
    yield Line(f"dashboard over {count:,} assessments: CPU over hello", spent, 3, "x")
    raw, right, lost = [], [], []
    for _round in range(3):  # in turn, so that all meet the same load
        raw.append(wall(_group_by))
        right.append(wall(rollup.rebuild))
        SectionRollup.objects.all().delete()
        lost.append(wall(rollup.rebuild))
    for state, spent in (("all right", right), ("all lost", lost)):
        name = f"rebuild of the roll-ups of {count:,}, {state}, over GROUP BY"
        yield Line(name, min(spent) / min(raw), 1.5, "x")


def _group_by() -> None:
    """The reference: the same sums by hand, on the covering index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_id, section_id, site_id, COUNT(*), "
            "SUM(CASE WHEN status = 'RATED' THEN 1 ELSE 0 END), "
            "SUM(CASE WHEN is_conform THEN 1 ELSE 0 END), "
            "SUM(weight), SUM(weight * points), MAX(shape), MAX(evidence_until), MAX(criticality) "
            "FROM audits_assessment GROUP BY audit_id, section_id, site_id"
        )
        cursor.fetchall()


def _settle() -> None:
    """What the server does by itself some minutes after so many rows came."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _multiply(model: Audit, times: int) -> None:
    """Copies of an audit with its sections and assessments, made inside the database."""
    copies = []
    for number in range(times):
        fields = {f.attname: getattr(model, f.attname) for f in Audit._meta.concrete_fields}
        fields |= {"id": None, "reference": f"VOL-{number:04d}", "kind": "INTERNAL"}
        fields.pop("key")
        copies.append(Audit(**fields))
    Audit.objects.bulk_create(copies)
    keys = [audit.pk for audit in copies]
    with connection.cursor() as cursor:
        for table, fixed in (
            (AuditSection, ("id", "audit_id")),
            (Assessment, ("id", "audit_id", "section_id")),
        ):
            names = [f.column for f in table._meta.concrete_fields if f.column not in fixed]
            quoted = ", ".join(f'"{name}"' for name in names)
            source = ", ".join(f'm."{name}"' for name in names)
            meta = table._meta.db_table
            if table is AuditSection:
                cursor.execute(
                    f"INSERT INTO {meta} (audit_id, {quoted}) SELECT a.id, {source} "
                    f"FROM {meta} m, audits_audit a WHERE m.audit_id = %s AND a.id IN "
                    f"({', '.join(map(str, keys))})",
                    [model.pk],
                )
                continue
            cursor.execute(
                f"INSERT INTO {meta} (audit_id, section_id, {quoted}) "
                f"SELECT s.audit_id, s.id, {source} FROM {meta} m "
                "JOIN audits_auditsection o ON o.id = m.section_id "
                "JOIN audits_auditsection s ON s.code = o.code AND s.level = o.level "
                f"WHERE m.audit_id = %s AND s.audit_id IN ({', '.join(map(str, keys))})",
                [model.pk],
            )
