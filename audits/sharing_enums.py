"""What a provider opens of its file to a client organisation, in levels."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ShareLevel(TextChoices):
    """What is opened. Each level opens what the ones before it open, and more."""

    RESULTS = "RESULTS", _("Results")
    REPORTS = "REPORTS", _("Results and issued reports")
    FINDINGS = "FINDINGS", _("Results, issued reports and findings")

    def opens(self, level: "ShareLevel") -> bool:
        """Whether this level includes the other."""
        order = list(ShareLevel)
        return order.index(self) >= order.index(level)


WITH_REPORTS = tuple(level for level in ShareLevel if level.opens(ShareLevel.REPORTS))
MOST_LEVELS = 5  # of subcontractors below one file
