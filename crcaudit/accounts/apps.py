"""People, organisations, sites and memberships: what everything else is scoped by."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Accounts app."""

    name = "crcaudit.accounts"
    label = "accounts"
    verbose_name = _("Accounts")
