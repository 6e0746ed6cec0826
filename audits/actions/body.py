"""Which certification body decides on a file, and when another one may be named."""

from django.utils.translation import gettext as _

from audits.models import AuditConclusion, AuditTeamMember, Certification
from crcaudit.accounts.enums import OrganisationKind, Role
from crcaudit.accounts.models import Organisation
from crcaudit.core.exceptions import UserError


def require_body(body: Organisation | None) -> None:
    """Raise UserError for an organisation that certifies nothing."""
    if body is not None and body.kind != OrganisationKind.CERTIFICATION_BODY:
        raise UserError(_("Choose a certification body."))


def require_other_body(certification: Certification, body: Organisation | None) -> None:
    """Whether the body of a file may become another one.

    Raises:
        UserError: when the present one has an audit to decide on, or has decided; when somebody
            of an audit team decides in the new one.
    """
    if body == certification.body:
        return
    require_body(body)
    concluded = AuditConclusion.objects.standing().filter(audit__certification=certification)
    if certification.body is not None and concluded.exists():
        raise UserError(
            _("The certification body does not change any more: an audit is concluded before it.")
        )
    named = AuditTeamMember.objects.filter(
        audit__certification=certification,
        user__memberships__organisation=body,
        user__memberships__role=Role.DECISION_MAKER,
        user__memberships__is_active=True,
    )
    if body is not None and (member := named.select_related("user").first()):
        raise UserError(
            _("%(person)s is on an audit team of this file and decides in this body.")
            % {"person": member.user}
        )
