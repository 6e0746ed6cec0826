"""The kernel: shared pieces, the journal, base templates. It imports none of our apps."""

from importlib import import_module

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Kernel app."""

    name = "crcaudit.core"
    label = "core"
    verbose_name = "CRC Audit"

    def ready(self) -> None:
        """Register the checks of the installation."""
        import_module("crcaudit.checks")
