"""What a side shares: each level of one of its files, one taken back, one past its last day."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions import sharing
from audits.actions import subcontractor as subcontractors
from audits.models import FileShare
from audits.sharing_enums import ShareLevel
from crcaudit.accounts.enums import OrganisationKind, Role
from tests.factories.accounts import MembershipFactory, OrganisationFactory


def client_of(organisation):
    """Somebody who reads for a client organisation, and is nothing in the organisation."""
    client = OrganisationFactory(
        name=f"Client de {organisation.name}", kind=OrganisationKind.CLIENT
    )
    return MembershipFactory(organisation=client, role=Role.CLIENT)


def client_organisation(side):
    """Of the person who reads what the side shares."""
    return side.people["client"].memberships.get().organisation


def share(side, thing, level, **fields):
    """A file opened to the client organisation of the side."""
    return sharing.share_file(
        certification=side.file if thing == "file" else side.things[thing],
        client=client_organisation(side),
        fields=sharing.ShareFields(level, **fields),
        by=side.people["manager"],
        at=timezone.now(),
    )


def add_shares(side) -> None:
    """Reports of the file, results of the idle one; findings of the closed one were before."""
    by, now = side.people["manager"], timezone.now()
    share(side, "idle_file", ShareLevel.RESULTS)
    revoked = share(side, "revoked_file", ShareLevel.FINDINGS)
    sharing.revoke_share(share=revoked, reason="Fin du contrat", by=by, at=timezone.now())
    FileShare.objects.create(
        certification=side.things["ended_file"],
        client=client_organisation(side),
        level=ShareLevel.FINDINGS,
        last_day=localdate() - timedelta(days=1),
        granted_at=now - timedelta(days=30),
        granted_by=by,
    )
    old = share(side, "file", ShareLevel.RESULTS)
    side.things["share"] = sharing.change_share(
        share=old, fields=sharing.ShareFields(ShareLevel.REPORTS), by=by, at=timezone.now()
    )
    old.refresh_from_db()
    side.things["old_share"] = old
    other = OrganisationFactory(name=f"Autre client de {side.organisation.name}")
    side.things["other_client"] = other
    # The second one has no figure, and may go.
    for thing, name in (("subcontractor", "Sous-traitant"), ("unmeasured", "Renfort d'été")):
        side.things[thing] = subcontractors.add_subcontractor(
            key=uuid4(),
            certification=side.file,
            fields=subcontractors.SubcontractorFields(
                name=name, activity="Soirées", contact_role="Qualité", sites=(side.site,)
            ),
            by=by,
            at=now,
        )
