"""Vocabularies and flows of listening sessions, calibration and mystery contacts."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crcaudit.core.flow import Flow


class GridState(TextChoices):
    """Life of a version of a grid: written, used as it is, withdrawn."""

    DRAFT = "DRAFT", pgettext_lazy("listening grid", "Being written")
    IN_USE = "IN_USE", pgettext_lazy("listening grid", "In use")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("listening grid", "Withdrawn")


GRID_FLOW = Flow(
    "listening grid",
    {
        GridState.DRAFT: frozenset({GridState.IN_USE}),
        GridState.IN_USE: frozenset({GridState.WITHDRAWN}),
    },
)


class MarkValue(TextChoices):
    """Marks of a criterion. Equal to the values of `audits.logic.listening.Mark`."""

    COMPLIANT = "COMPLIANT", pgettext_lazy("listening mark", "Compliant")
    PARTLY = "PARTLY", pgettext_lazy("listening mark", "Partly")
    NOT_COMPLIANT = "NOT_COMPLIANT", pgettext_lazy("listening mark", "Not compliant")
    NOT_APPLICABLE = "NOT_APPLICABLE", pgettext_lazy("listening mark", "Not applicable")


class CriticalEffect(TextChoices):
    """What a critical error does. Equal to the values of `audits.logic.listening.CriticalRule`."""

    ZERO = "ZERO", _("The score of the contact becomes 0")
    COUNTED = "COUNTED", _("The score stays; the contact counts as not error-free")


class FedIndicator(TextChoices):
    """Indicators of the catalogue that a criterion may feed."""

    GREETING = "PEC-12", _("PEC-12 Greeting")
    RESTATING = "CLO-02", _("CLO-02 Restating and understanding")
    ACCURACY = "TRT-14", _("TRT-14 Accuracy of the answer")
    CONFIDENTIALITY = "TRT-15", _("TRT-15 Identity and confidentiality")
    CLOSING = "CLO-01", _("CLO-01 Closing")


class ListeningKind(TextChoices):
    """Why a contact is graded. Only those drawn at random measure."""

    RANDOM = "RANDOM", pgettext_lazy("listening session", "Random")
    TARGETED = "TARGETED", pgettext_lazy("listening session", "Targeted")
    CALIBRATION = "CALIBRATION", pgettext_lazy("listening session", "Calibration")
    MYSTERY = "MYSTERY", pgettext_lazy("listening session", "Mystery contact")


# Sessions in which somebody of the centre was heard and is told about it.
HEARD = (ListeningKind.RANDOM, ListeningKind.TARGETED)


class RoundState(TextChoices):
    """Life of a calibration round: graded unseen, compared, concluded."""

    OPEN = "OPEN", _("Being graded")
    REVEALED = "REVEALED", _("To be concluded")
    CONCLUDED = "CONCLUDED", pgettext_lazy("calibration round", "Concluded")


ROUND_FLOW = Flow(
    "calibration round",
    {
        RoundState.OPEN: frozenset({RoundState.REVEALED}),
        RoundState.REVEALED: frozenset({RoundState.CONCLUDED}),
    },
)


class ContactState(TextChoices):
    """Life of a mystery contact."""

    PLANNED = "PLANNED", pgettext_lazy("mystery contact", "Planned")
    DONE = "DONE", pgettext_lazy("mystery contact", "Done")
    MISSED = "MISSED", pgettext_lazy("mystery contact", "Missed")


CONTACT_FLOW = Flow(
    "mystery contact",
    {ContactState.PLANNED: frozenset({ContactState.DONE, ContactState.MISSED})},
)


class EraseReason(TextChoices):
    """Why texts are erased: a list, as free words would stay in the journal for ever."""

    REQUEST = "REQUEST", _("The person asked for it")
    MISTAKE = "MISTAKE", _("Something was written that should not have been")
    UNNEEDED = "UNNEEDED", _("They are no longer needed")
    EXPIRED = "EXPIRED", _("One year has passed")


ASKED_REASONS = tuple(choice for choice in EraseReason.choices if choice[0] != "EXPIRED")
