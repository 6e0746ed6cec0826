"""Vocabularies of people and organisations."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrganisationKind(TextChoices):
    """What an organisation is in a certification."""

    CENTRE = "CENTRE", _("customer contact centre")
    CLIENT = "CLIENT", _("client organisation")
    AUDIT_FIRM = "AUDIT_FIRM", _("auditing organisation")
    CERTIFICATION_BODY = "CERTIFICATION_BODY", _("certification body")


class Role(TextChoices):
    """What a member does in an organisation. Auditors have none: they are named on an audit."""

    QUALITY_MANAGER = "QUALITY_MANAGER", _("Quality manager")
    CONTRIBUTOR = "CONTRIBUTOR", _("Contributor")
    SITE_MANAGER = "SITE_MANAGER", _("Site manager")
    DIRECTOR = "DIRECTOR", _("Director")
    CLIENT = "CLIENT", _("Client organisation")
    DECISION_MAKER = "DECISION_MAKER", _("Decision maker")
    ADMINISTRATOR = "ADMINISTRATOR", _("Administrator")


class AccountState(TextChoices):
    """Where an account stands; read from the row, stored nowhere."""

    OPEN = "OPEN", _("Open account")
    INVITED = "INVITED", _("Invited")
    CLOSED = "CLOSED", _("Closed account")


class HolidayCalendar(TextChoices):
    """Which public holidays a site keeps."""

    METROPOLE = "METROPOLE", _("France")
    ALSACE_MOSELLE = "ALSACE_MOSELLE", _("Alsace-Moselle")
