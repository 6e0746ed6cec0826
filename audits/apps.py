"""Certification files and audits: what was found."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditsConfig(AppConfig):
    """Audits app."""

    name = "audits"
    verbose_name = _("Audits")
