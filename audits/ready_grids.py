"""Grids to start from, in our own words: one for the telephone, one for what is written.

Weights add up to 100. They are a beginning: the quality manager makes them the centre's own.
"""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audits.actions.listening.grids import CriterionFields, GridFields
from audits.enums import Channel
from audits.listening_enums import CriticalEffect, FedIndicator

Text = str | Promise
# Part of the contact, criterion, weight, critical, indicator, what is compliant.
Line = tuple[Text, Text, int, bool, str, Text]
NONE = ""
GREETING, CLOSING = FedIndicator.GREETING, FedIndicator.CLOSING
RESTATING, ACCURACY = FedIndicator.RESTATING, FedIndicator.ACCURACY
IDENTITY = FedIndicator.CONFIDENTIALITY

PHONE: Sequence[Line] = (
    (
        *(_("Greeting"), _("Names the service and gives a first name"), 5, False, GREETING),
        _("Both are heard in the first sentence, in a clear voice."),
    ),
    (
        *(_("Greeting"), _("Shows at once that the customer is welcome"), 5, False, GREETING),
        _("Tone, smile, offer to help; no noise of a conversation behind."),
    ),
    (
        *(_("Greeting"), _("Checks identity before anything personal is said"), 10, True, IDENTITY),
        _("The questions of the procedure are asked and the answers compared."),
    ),
    (
        *(_("Listening"), _("Lets the customer say everything without cutting in"), 8, False, NONE),
        _("Questions come once the customer has finished."),
    ),
    (
        *(_("Listening"), _("Asks the questions that make the request clear"), 8, False, NONE),
        _("Open questions first, then closed ones to make sure."),
    ),
    (
        *(_("Restating"), _("Says the request again in other words"), 8, False, RESTATING),
        _("The customer confirms before the search begins."),
    ),
    (
        *(_("Answer"), _("Gives a right and complete answer"), 20, True, ACCURACY),
        _("Compared with the knowledge base on the day of the call."),
    ),
    (
        *(
            _("Answer"),
            _("Puts it in plain words and checks that it is understood"),
            8,
            False,
            RESTATING,
        ),
        _("No jargon of the centre; the customer can say it back."),
    ),
    (
        *(_("Answer"), _("Announces holds and comes back within the minute"), 6, False, NONE),
        _("Says why, asks, thanks on the way back."),
    ),
    (
        *(
            _("Answer"),
            _("Says nothing to somebody who is not entitled to know"),
            6,
            False,
            IDENTITY,
        ),
        _("Neither an address nor a bill to a third party without a mandate."),
    ),
    (
        *(_("Closing"), _("Sums up what follows, with a date"), 8, False, CLOSING),
        _("Who does what, and by when."),
    ),
    (
        *(_("Closing"), _("Offers further help and takes leave politely"), 5, False, CLOSING),
        _("The customer hangs up first."),
    ),
    (
        *(_("Tools"), _("Notes the contact and its reason in the customer file"), 3, False, NONE),
        _("A colleague understands it without calling back."),
    ),
)
WRITTEN: Sequence[Line] = (
    (
        *(
            _("Opening"),
            _("Addresses the customer by name and recalls the request"),
            8,
            False,
            GREETING,
        ),
        _("The first sentence says what is being answered."),
    ),
    (
        *(_("Opening"), _("Answers the right person"), 10, True, IDENTITY),
        _("Sender and customer file are compared before anything personal is written."),
    ),
    (
        *(_("Understanding"), _("Deals with every question that was asked"), 14, False, RESTATING),
        _("Each request of the message has its answer, in its order."),
    ),
    (
        *(_("Answer"), _("Gives a right and complete answer"), 24, True, ACCURACY),
        _("Compared with the knowledge base on the day of the answer."),
    ),
    (
        *(_("Answer"), _("Makes a second message unnecessary"), 12, False, ACCURACY),
        _("Documents, links and time limits are in it."),
    ),
    (
        *(
            _("Writing"),
            _("Is written plainly, without mistakes or borrowed sentences"),
            10,
            False,
            NONE,
        ),
        _("Short sentences; a ready text is made to fit."),
    ),
    (
        *(_("Writing"), _("Keeps to the tone of the centre"), 6, False, NONE),
        _("Courteous, never curt, no blame."),
    ),
    (
        *(_("Closing"), _("Says what follows, with a date"), 8, False, CLOSING),
        _("Who does what, and by when."),
    ),
    (
        *(_("Closing"), _("Signs with the service and a way to answer"), 4, False, CLOSING),
        _("The customer knows where to write again."),
    ),
    (
        *(_("Tools"), _("Files the message under its reason"), 4, False, NONE),
        _("The reason is that of the request, not of the answer."),
    ),
)
READY: Mapping[str, tuple[Text, Sequence[str], Sequence[Line]]] = {
    "telephone": (_("Incoming calls"), (Channel.PHONE,), PHONE),
    "ecrit": (_("Written contacts"), (Channel.EMAIL, Channel.LETTER, Channel.CHAT), WRITTEN),
}


def ready_grid(name: str) -> GridFields:
    """A ready grid in the active language. Raises KeyError for a name that is not in `READY`."""
    title, channels, lines = READY[name]
    return GridFields(
        title=str(title),
        channels=tuple(str(channel) for channel in channels),
        partly=50,
        critical_effect=CriticalEffect.ZERO,
        criteria=tuple(
            CriterionFields(
                section=str(section),
                label=str(label),
                weight=weight,
                guidance=str(guidance),
                is_critical=is_critical,
                indicator=str(indicator),
            )
            for section, label, weight, is_critical, indicator, guidance in lines
        ),
    )
