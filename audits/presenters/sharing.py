"""A file as its provider shares it: the same values for who reads it and for the preview."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Case, Prefetch, Value, When

from audits.enums import OPEN_FINDING_STATES, AuditState
from audits.models import Certification, CorrectiveAction, FileShare, Finding
from audits.models.finding import FindingQuerySet
from audits.presenters import cycle
from audits.presenters.decision import CertificateLine, standing_certificates
from audits.presenters.standing import Standing, standings
from audits.presenters.subcontractors import Line, tree_of
from audits.sharing_enums import ShareLevel
from crcaudit.accounts.models import User

FILE = ("certification__organisation", "certification__edition__referential__scheme")


@dataclass(frozen=True, slots=True)
class Provider:
    """One file that is shared with the organisations of a person, and where it stands."""

    share: FileShare
    standing: Standing

    @property
    def level(self) -> ShareLevel:
        """What of it is opened."""
        return ShareLevel(self.share.level)


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file at one level of sharing. ``subcontractors`` are names and states.

    ``certificates`` are those that count today or later: every level opens them.
    """

    level: ShareLevel
    standing: Standing
    certificates: Sequence[CertificateLine]
    steps: Sequence[cycle.Line]
    subcontractors: Sequence[Line]

    @property
    def has_reports(self) -> bool:
        """Whether issued reports are opened."""
        return self.level.opens(ShareLevel.REPORTS)

    @property
    def has_findings(self) -> bool:
        """Whether presented findings are opened."""
        return self.level.opens(ShareLevel.FINDINGS)


def shares_of(user: User, *, key: UUID | None = None) -> list[FileShare]:
    """What is shared with the person today, one row a file, by provider: one query.

    Of a file that is shared with two of their organisations, the one that opens most.
    """
    rows = FileShare.objects.visible_to(user).select_related(*FILE, "client")
    if key is not None:
        rows = rows.filter(certification__key=key)
    found: dict[int, FileShare] = {}
    for share in rows.order_by("certification__organisation__name", "certification", "pk"):
        known = found.get(share.certification_id)
        if known is None or not ShareLevel(known.level).opens(ShareLevel(share.level)):
            found[share.certification_id] = share
    return list(found.values())


def providers(shares: Sequence[FileShare], *, today: date) -> list[Provider]:
    """Where each shared file stands, in the order given: five queries, none without shares."""
    known = standings([share.certification for share in shares], today=today)
    return [Provider(share, known[share.certification_id]) for share in shares]


def shared_file(
    certification: Certification, level: ShareLevel, *, viewer: int | None, today: date
) -> SharedFile:
    """The file as ``viewer``, an organisation, sees it at that level. The scheme is loaded."""
    standing = standings([certification], today=today)[certification.pk]
    return SharedFile(
        level=level,
        standing=standing,
        certificates=standing_certificates(certification, today=today),
        steps=cycle.lines_of(standing.cycle, standing.audits),
        subcontractors=tree_of(certification, viewer=viewer, with_results=False, today=today),
    )


def findings_of(certification: Certification) -> FindingQuerySet:
    """Presented findings of validated audits with their actions, open ones first: two queries."""
    actions = CorrectiveAction.objects.defer("description", "outcome").order_by("number")
    open_first = Case(When(state__in=OPEN_FINDING_STATES, then=Value(0)), default=Value(1))
    return (
        Finding.objects.presented()
        .filter(audit__certification=certification, audit__state=AuditState.VALIDATED)
        .select_related("grade", "assessment")
        .defer("found", "required", "assessment__comment")
        .prefetch_related(Prefetch("actions", queryset=actions))
        .order_by(open_first, "-number", "-pk")
    )
