"""The referential: what is asked."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EngagementsConfig(AppConfig):
    """Engagements app."""

    name = "engagements"
    verbose_name = _("Referentials")
