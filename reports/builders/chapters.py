"""What every document is made of: a cover, chapters in order, a table of contents, its proof."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crcaudit.core.formats import date_text
from reports.builders.meta import ReportMeta
from reports.builders.words import listed, typo


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter. ``number`` "" for those before the body; ``entries`` are (id, words).

    ``layout``: "tall" and "wide" start a page, upright or landscape; "flow" follows on.
    """

    id: str
    title: str
    template: str
    number: str = ""
    part: str = ""
    layout: str = "tall"
    entries: tuple[tuple[str, str], ...] = ()
    data: Mapping[str, object] = field(default_factory=dict)


def body(template: str, chapters: Sequence[Chapter], cover: dict[str, object]) -> SafeString:
    """The escaped ``<body>`` of a document: cover, then its chapters in order."""
    return render_to_string(f"reports/pdf/{template}.html", {"cover": cover, "chapters": chapters})


def numbered(chapters: Sequence[Chapter]) -> list[Chapter]:
    """The chapters with numbers from 1, in order."""
    return [replace(chapter, number=str(index)) for index, chapter in enumerate(chapters, 1)]


def document_cover(meta: ReportMeta) -> dict[str, object]:
    """The cover's lines that come from the document itself."""
    people = [_("Prepared by %(name)s") % {"name": meta.prepared_by}]
    if meta.approved_by:
        people.append(_("approved by %(name)s") % {"name": meta.approved_by})
    return {
        "title": typo(meta.title),
        "reference": _("Reference %(reference)s · revision %(revision)s")
        % {"reference": meta.reference, "revision": meta.revision},
        "confidentiality": meta.confidentiality,
        "date": date_text(meta.created_on),
        "people": ", ".join(people) if meta.prepared_by else "",
        "is_draft": meta.is_draft,
    }


def contents(chapters: Sequence[Chapter]) -> Chapter:
    """The table of contents of these chapters."""
    return Chapter(
        "contents", _("Contents"), "reports/pdf/_contents.html", data={"chapters": chapters}
    )


def traceability(
    meta: ReportMeta, *, rule_version: str, journal_root: str, files: Sequence[str]
) -> Chapter:
    """What proves that this document is genuine and what it was made from."""
    return Chapter(
        "proof",
        _("Proof of this document"),
        "reports/pdf/_proof.html",
        layout="flow",
        data={
            "facts": [
                (_("Reference"), f"{meta.reference} · {meta.revision}"),
                (_("Date"), date_text(meta.created_on)),
                (_("SHA-256 of the data"), meta.snapshot_sha256),
                (_("Root of the journal"), journal_root),
                *([(_("Gap rule"), rule_version)] if rule_version else ()),
                (_("Template"), meta.template_version),
                (_("Application"), f"CRC Audit {meta.app_version}"),
                (_("Files inside this PDF"), listed(files)),
            ],
        },
    )
