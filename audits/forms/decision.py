"""Forms of the certification body: a decision on an audit, a decision on the certificate."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.decision import CertificateFields, DecisionFields
from audits.decision_enums import DecisionKind, decision_label
from audits.logic.decision import GRANTS
from crcaudit.core.forms import CleanCharField, CleanTextField, DayField, ReasonField, page_helper


class DecisionForm(forms.Form):
    """What every decision says. ``decisions`` are those that the state of the certificate has."""

    submit_label = gettext_lazy("Record the decision")

    decision = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose a decision."),
            "invalid_choice": gettext_lazy("Choose a decision of the list."),
        },
    )
    reason = ReasonField(
        asked=gettext_lazy("Say why it is decided so."),
        help_text=gettext_lazy("Read by the certified organisation, and kept for ever."),
    )
    effective_on = DayField(
        label=gettext_lazy("Effective on"),
        error_messages={"required": gettext_lazy("Say from which day the decision counts.")},
    )

    def __init__(self, *args: Any, decisions: Iterable[str], kind: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: forms.ChoiceField = self.fields["decision"]  # type: ignore[assignment]
        field.choices = [(code, decision_label(code, kind)) for code in decisions]
        self.helper = page_helper(*self.order)

    @property
    def order(self) -> tuple[str, ...]:
        """Fields in the order in which they are asked."""
        return ("decision", "effective_on", "reason")

    def to_fields(self) -> DecisionFields:
        """Valid values as the action takes them."""
        data = self.cleaned_data
        return DecisionFields(
            kind=DecisionKind(data["decision"]),
            reason=data["reason"],
            conditions=data.get("conditions", ""),
            effective_on=data["effective_on"],
        )


class DecideOnAuditForm(DecisionForm):
    """A decision on a concluded audit, with the certificate that a grant writes.

    ``makes_certificate`` says whether a grant writes one; ``asks_term`` whether the scheme states
    no duration, so that its last day is asked.
    """

    conditions = CleanTextField(
        label=gettext_lazy("What the follow-up asks for"),
        required=False,
        rows=3,
        help_text=gettext_lazy("Only for a decision with follow-up."),
    )
    certificate_number = CleanCharField(
        label=gettext_lazy("Number of the certificate"),
        required=False,
        limit=60,
        help_text=gettext_lazy("As the certification body numbers it. Only when it is granted."),
    )
    consult = CleanTextField(
        label=gettext_lazy("How to consult or obtain the referential"),
        required=False,
        rows=2,
        help_text=gettext_lazy(
            "An address or a contact, which the public is owed wherever the certification is "
            "mentioned."
        ),
    )
    expires_on = DayField(label=gettext_lazy("Last day of validity"), required=False)

    def __init__(self, *args: Any, makes_certificate: bool, asks_term: bool, **kwargs: Any) -> None:
        self.makes_certificate, self.asks_term = makes_certificate, asks_term
        super().__init__(*args, **kwargs)

    @property
    def order(self) -> tuple[str, ...]:
        """Fields of the certificate only where one may come of it."""
        certificate = ("certificate_number", "consult") if self.makes_certificate else ()
        term = ("expires_on",) if self.makes_certificate and self.asks_term else ()
        return ("decision", "effective_on", "reason", "conditions", *certificate, *term)

    def clean(self) -> dict[str, Any]:
        """Conditions of a follow-up; what a certificate needs when one is granted."""
        data = super().clean() or self.cleaned_data
        decision = data.get("decision")
        if decision == DecisionKind.GRANTED_WITH_FOLLOW_UP:
            self._ask("conditions", _("Say what the follow-up asks for."))
        if decision in GRANTS and self.makes_certificate:
            self._ask("certificate_number", _("Say the number of the certificate."))
            self._ask("consult", _("Say how to consult or obtain the referential."))
            if self.asks_term:
                self._ask("expires_on", _("Say the last day of validity."))
                self._order_days(data.get("effective_on"), data.get("expires_on"))
        return data

    def to_certificate(self) -> CertificateFields | None:
        """What a new certificate needs, None when none may come of it."""
        data = self.cleaned_data
        if not self.makes_certificate or data["decision"] not in GRANTS:
            return None
        return CertificateFields(
            number=data["certificate_number"],
            consult=data["consult"],
            expires_on=data["expires_on"] if self.asks_term else None,
        )

    def _ask(self, name: str, sentence: str) -> None:
        if name in self.cleaned_data and not self.cleaned_data[name]:
            self.add_error(name, sentence)

    def _order_days(self, first: date | None, last: date | None) -> None:
        if first and last and last < first:
            self.add_error("expires_on", _("The last day cannot come before the first one."))
