"""Life of a request for evidence: asked, answered, settled or asked again."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from crcaudit.core.flow import Flow


class RequestState(TextChoices):
    """Whose turn it is. What is overdue passes with time and is stored nowhere."""

    ASKED = "ASKED", _("To answer")
    ANSWERED = "ANSWERED", _("Answer to examine")
    SETTLED = "SETTLED", _("Settled")
    CANCELLED = "CANCELLED", _("Cancelled")


OPEN_REQUEST_STATES = frozenset({RequestState.ASKED, RequestState.ANSWERED})
REQUEST_FLOW = Flow(
    "request for evidence",
    {
        RequestState.ASKED: frozenset({RequestState.ANSWERED, RequestState.CANCELLED}),
        # Back to asked: something is missing, and another answer is due.
        RequestState.ANSWERED: frozenset({RequestState.SETTLED, RequestState.ASKED}),
    },
)
