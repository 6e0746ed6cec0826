"""The queue of evidence to review and the board of actions, at the size of a large file."""

from collections.abc import Iterator

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audits.enums import AuditKind, TeamRole
from audits.models import CorrectiveAction, Evidence, EvidenceLink
from tests.bench.timing import Line, ratio
from tests.bench.web import FULL
from tests.factories.accounts import UserFactory
from tests.factories.audits import (
    CertificationFactory,
    FindingFactory,
    first_assessment,
    manager_of,
    name_on_team,
    running_audit,
)
from tests.factories.engagements import published_edition
from tests.queries import counted

PIECES, ACTIONS = 2_000, 5_000


def measure() -> Iterator[Line]:
    client = Client()

    def hello() -> None:
        client.get("/hello/")

    domains, engagements, requirements = FULL
    edition = published_edition(domains=domains, engagements=engagements, requirements=requirements)
    audit = running_audit(
        certification=CertificationFactory(edition=edition), kind=AuditKind.INITIAL
    )
    yield from _queue(client, audit, hello)
    yield from _board(client, audit, hello)


def _queue(client, audit, hello) -> Iterator[Line]:
    rows = list(audit.assessments.order_by("position"))
    at, by = timezone.now(), UserFactory()
    pieces = Evidence.objects.bulk_create(
        Evidence(
            organisation=audit.organisation,
            number=number,
            kind="NOTE",
            title=f"Relevé {number}",
            note="Vu",
            created_at=at,
            created_by=by,
        )
        for number in range(1, PIECES + 1)
    )
    EvidenceLink.objects.bulk_create(
        EvidenceLink(
            evidence=piece, assessment=rows[number % len(rows)], linked_at=at, linked_by=by
        )
        for number, piece in enumerate(pieces)
    )
    client.force_login(name_on_team(audit=audit, user=UserFactory(), role=TeamRole.LEAD).user)
    yield from _page(
        client, reverse("audits:review", args=[audit.key]), hello, f"review of {PIECES:,} pieces"
    )


def _board(client, audit, hello) -> Iterator[Line]:
    finding = FindingFactory(assessment=first_assessment(audit))
    owner, at = manager_of(audit).user, timezone.now()
    CorrectiveAction.objects.bulk_create(
        CorrectiveAction(
            organisation=audit.organisation,
            finding=finding,
            number=number,
            title=f"Action {number}",
            owner=owner,
            due_date=at.date(),
            created_at=at,
            created_by=owner,
        )
        for number in range(1, ACTIONS + 1)
    )
    client.force_login(owner)
    address = f"{reverse('audits:action-list')}?vue=tableau"
    yield from _page(client, address, hello, f"board of {ACTIONS:,} actions")


def _page(client, address, hello, name) -> Iterator[Line]:
    client.get(address)
    with counted() as statements:
        client.get(address)
    yield Line(f"{name}: queries", len(statements), 13, "queries")
    yield Line(f"{name}: CPU over hello", ratio(lambda: client.get(address), hello), 12, "x")
