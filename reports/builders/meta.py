"""What a document says about itself: reference, revision, people, versions, fingerprint."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from crcaudit.core.exceptions import UserError


class ReportRenderError(UserError):
    """The document cannot be made; the message is a sentence for the person who asked for it."""


@dataclass(frozen=True, slots=True)
class ReportMeta:
    """Everything a document prints that is not in its snapshot.

    ``language`` "fr" or "en"; ``revision`` as printed ("1.0"); ``created_on`` is the only date
    the file carries; ``approved_by`` "" until approved; ``snapshot_sha256`` 64 hexadecimal
    digits of the canonical snapshot; ``distribution`` may be empty.
    """

    reference: str
    revision: str
    title: str
    language: str
    created_on: date
    confidentiality: str
    prepared_by: str
    approved_by: str
    template_version: str
    app_version: str
    snapshot_sha256: str
    is_draft: bool
    distribution: tuple[str, ...]

    def check(self, snapshot_sha256: str) -> None:
        """Refuse a document without title or language, or with another snapshot's fingerprint.

        Raises:
            ReportRenderError: one of the three.
        """
        if not self.title.strip() or not self.language.strip():
            raise ReportRenderError(_("The document has no title or no language: add it."))
        if self.snapshot_sha256 != snapshot_sha256:
            raise ReportRenderError(
                _("The data do not match their fingerprint: freeze the report's data again.")
            )
