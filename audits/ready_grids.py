"""Grids to start from, in our own words: one for the telephone, one for what is written.

Weights add up to 100. They are a beginning: the quality manager makes them the centre's own.
"""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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

HELLO = pgettext_lazy("part of a contact", "Greeting")
HEARING = pgettext_lazy("part of a contact", "Listening")
REWORDING = pgettext_lazy("part of a contact", "Restating")
REPLY = pgettext_lazy("part of a contact", "Answer")
LEAVE = pgettext_lazy("part of a contact", "Closing")
TOOLS = pgettext_lazy("part of a contact", "Tools")
OPENING = pgettext_lazy("part of a contact", "Opening")
UNDERSTANDING = pgettext_lazy("part of a contact", "Understanding")
STYLE = pgettext_lazy("part of a contact", "Writing")

PHONE: Sequence[Line] = (
    (
        *(HELLO, _("Names the service and gives a first name"), 5, False, GREETING),
        _("Both are heard in the first sentence, in a clear voice."),
    ),
    (
        *(HELLO, _("Shows at once that the customer is welcome"), 5, False, GREETING),
        _("Tone, smile, offer to help; no noise of a conversation behind."),
    ),
    (
        *(HELLO, _("Checks identity before anything personal is said"), 10, True, IDENTITY),
        _("The questions of the procedure are asked and the answers compared."),
    ),
    (
        *(HEARING, _("Lets the customer say everything without cutting in"), 8, False, NONE),
        _("Questions come once the customer has finished."),
    ),
    (
        *(HEARING, _("Asks the questions that make the request clear"), 8, False, NONE),
        _("Open questions first, then closed ones to make sure."),
    ),
    (
        *(REWORDING, _("Says the request again in other words"), 8, False, RESTATING),
        _("The customer confirms before the search begins."),
    ),
    (
        *(REPLY, _("Gives a right and complete answer"), 20, True, ACCURACY),
        _("Compared with the knowledge base on the day of the call."),
    ),
    (
        *(REPLY, _("Puts it in plain words and checks that it is understood"), 8, False, RESTATING),
        _("No jargon of the centre; the customer can say it back."),
    ),
    (
        *(REPLY, _("Announces holds and comes back within the minute"), 6, False, NONE),
        _("Says why, asks, thanks on the way back."),
    ),
    (
        *(REPLY, _("Says nothing to somebody who is not entitled to know"), 6, False, IDENTITY),
        _("Neither an address nor a bill to a third party without a mandate."),
    ),
    (
        *(LEAVE, _("Sums up what follows, with a date"), 8, False, CLOSING),
        _("Who does what, and by when."),
    ),
    (
        *(LEAVE, _("Offers further help and takes leave politely"), 5, False, CLOSING),
        _("The customer hangs up first."),
    ),
    (
        *(TOOLS, _("Notes the contact and its reason in the customer file"), 3, False, NONE),
        _("A colleague understands it without calling back."),
    ),
)
WRITTEN: Sequence[Line] = (
    (
        *(OPENING, _("Addresses the customer by name and recalls the request"), 8, False, GREETING),
        _("The first sentence says what is being answered."),
    ),
    (
        *(OPENING, _("Answers the right person"), 10, True, IDENTITY),
        _("Sender and customer file are compared before anything personal is written."),
    ),
    (
        *(UNDERSTANDING, _("Deals with every question that was asked"), 14, False, RESTATING),
        _("Each request of the message has its answer, in its order."),
    ),
    (
        *(REPLY, _("Gives a right and complete answer"), 24, True, ACCURACY),
        _("Compared with the knowledge base on the day of the answer."),
    ),
    (
        *(REPLY, _("Makes a second message unnecessary"), 12, False, ACCURACY),
        _("Documents, links and time limits are in it."),
    ),
    (
        *(STYLE, _("Is written plainly, without mistakes or borrowed sentences"), 10, False, NONE),
        _("Short sentences; a ready text is made to fit."),
    ),
    (
        *(STYLE, _("Keeps to the tone of the centre"), 6, False, NONE),
        _("Courteous, never curt, no blame."),
    ),
    (
        *(LEAVE, _("Says what follows, with a date"), 8, False, CLOSING),
        _("Who does what, and by when."),
    ),
    (
        *(LEAVE, _("Signs with the service and a way to answer"), 4, False, CLOSING),
        _("The customer knows where to write again."),
    ),
    (
        *(TOOLS, _("Files the message under its reason"), 4, False, NONE),
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
