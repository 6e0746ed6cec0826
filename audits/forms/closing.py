"""Forms of the two ends of a certification file: closed, and opened again."""

from django.utils.translation import gettext_lazy

from crcaudit.core.forms import ReasonField, ReasonForm


class CloseCertificationForm(ReasonForm):
    """Why a file is closed."""

    submit_label = gettext_lazy("Close the file")

    reason = ReasonField(
        asked=gettext_lazy("Say why the file is closed."),
        help_text=gettext_lazy(
            "Shown on the file, such as “Certificate granted until 2029” or “Project given up”."
        ),
    )


class ReopenCertificationForm(ReasonForm):
    """Why a closed file is opened again."""

    submit_label = gettext_lazy("Reopen the file")

    reason = ReasonField(
        asked=gettext_lazy("Say why the file is opened again."),
        help_text=gettext_lazy("Kept in the history of the file."),
    )
