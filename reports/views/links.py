"""Where the page of a report leads."""

from django.urls import reverse

from audits.presenters.committee.packs import pack_url
from reports.models import Report


def request_url(report: Report) -> str:
    """Where this document is asked for again."""
    if report.meeting is not None:
        return reverse("reports:request-pack", args=[report.meeting.key])
    about = report.audit or report.certification
    return reverse("reports:request", args=[about.key]) if about is not None else ""


def meeting_url(report: Report) -> str:
    """The pack that it is made from; "" for another document."""
    if report.meeting is None:
        return ""
    return pack_url(report.organisation, report.meeting.period)
