"""Sites rated apart and pooled: weights and counts are summed, percentages never averaged.

Two sites that do not weigh the same in the end: on the first one three requirements of four do
not apply. Its score is 100 %, that of the other 25 %, and that of both 40 %, not 62.5 %.
"""

import io
from fractions import Fraction

import openpyxl
import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from audits import snapshots
from audits.actions.assessment import rate
from audits.actions.audit import validate_audit
from audits.enums import AuditKind
from audits.logic import gap
from audits.models import Assessment
from audits.presenters import comparison, dashboard, standing
from audits.snapshots.audit import rated
from reports.builders.xlsx_audit import build_audit_workbook
from tests.factories.accounts import SiteFactory
from tests.factories.audits import CertificationFactory, running_audit

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

TODAY = localdate()


def rate_site(audit, site, levels):
    rows = audit.assessments.filter(site=site).select_related("audit__organisation")
    for row, level in zip(rows.order_by("position"), levels, strict=True):
        reason = "Hors champ" if level == "NA" else ""
        rate(
            assessment=row,
            version=row.version,
            level=level,
            na_reason=reason,
            by=audit.started_by,
            at=timezone.now(),
        )


@pytest.fixture
def file():
    file = CertificationFactory()
    names = ("Brest", "Lyon")
    file.sites.set([SiteFactory(organisation=file.organisation, name=name) for name in names])
    return file


@pytest.fixture
def audit(file):
    audit = running_audit(certification=file, is_per_site=True)
    brest, lyon = file.sites.order_by("name")
    rate_site(audit, brest, ("C", "NA", "NA", "NA"))
    rate_site(audit, lyon, ("C", "NC", "NC", "NC"))
    return audit


WHOLE, SITES = Fraction(2, 5), {"Brest": Fraction(1), "Lyon": Fraction(1, 4)}


def test_the_dashboard_pools_what_it_shows_by_site(file, audit):
    found = dashboard.overview(file, today=TODAY)

    assert found.whole.score == WHOLE
    assert {name: gap.score for name, gap in found.sites} == SITES
    assert [line.gap.score for line in found.domains] == [WHOLE]
    assert (found.whole.total, found.whole.applicable, found.whole.conform) == (8, 5, 2)


def test_what_is_shared_pools_the_same(file, audit):
    validate_audit(audit=audit, by=audit.started_by, at=timezone.now())

    found = standing.standings([file], today=TODAY)[file.pk]

    assert found.score == WHOLE
    assert [domain.gap.score for domain in found.domains] == [WHOLE]


def test_two_audits_are_compared_on_the_pooled_sums(file, audit):
    later = running_audit(certification=file, kind=AuditKind.INTERNAL, is_per_site=True)
    brest, lyon = file.sites.order_by("name")
    rate_site(later, brest, ("NC", "NA", "NA", "NA"))
    rate_site(later, lyon, ("C", "C", "C", "NC"))

    found = comparison.comparison_of(audit, later, today=TODAY)

    assert (found.total.then.score, found.total.now.score) == (WHOLE, Fraction(3, 5))
    assert [row.now.score for row in found.domains.values()] == [Fraction(3, 5)]


def test_documents_and_the_workbook_say_the_pooled_score(audit):
    snapshot = snapshots.audit_snapshot(audit, language="fr", on=TODAY)

    assert snapshot.whole.score == WHOLE
    assert {name: gap.score for name, gap in snapshot.sites_gap} == SITES
    book = openpyxl.load_workbook(io.BytesIO(build_audit_workbook(snapshot)))
    rows = {row[0]: row[6] for row in book["Synthèse"].iter_rows(values_only=True)}
    scores = {name: float(100 * score) for name, score in SITES.items()}
    assert {name: rows[name] for name in ("Ensemble", *SITES)} == {"Ensemble": 40} | scores


def test_the_sums_of_the_sites_are_those_of_the_requirements(audit):
    rows = Assessment.objects.filter(audit=audit).select_related("section__parent", "site")
    items = [rated(row, max_points=audit.max_points, on=TODAY) for row in rows]

    assert gap.measure(items) == sum(gap.by_site(items).values(), gap.EMPTY)
