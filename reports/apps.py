"""Reports: what is issued."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Reports app."""

    name = "reports"
    verbose_name = _("Reports")
