"""The fourteen chapters of the management and internal control plan."""

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.snapshots import ControlPlanSnapshot
from crcaudit.core.formats import date_text
from reports.builders import plan_rows as rows
from reports.builders.chapters import Chapter, document_cover
from reports.builders.meta import ReportMeta
from reports.builders.words import DASH, listed, typo


def cover(snapshot: ControlPlanSnapshot, meta: ReportMeta) -> dict[str, object]:
    """What, who, reference, revision, confidentiality, and the scheme's own notice."""
    return document_cover(meta) | {
        "organisation": typo(snapshot.organisation),
        "lines": [
            typo(snapshot.referential),
            _("Edition %(edition)s") % {"edition": typo(snapshot.edition)},
            ngettext("%(count)s control line", "%(count)s control lines", len(snapshot.lines))
            % {"count": len(snapshot.lines)},
        ],
        "facts": [
            _("Sites: %(sites)s") % {"sites": listed(snapshot.sites)} if snapshot.sites else "",
            _("Certification file %(reference)s") % {"reference": snapshot.certification}
            if snapshot.certification
            else "",
        ],
        "notice": typo(snapshot.notice),
    }


def chapters(snapshot: ControlPlanSnapshot, meta: ReportMeta) -> list[Chapter]:
    """The fourteen chapters, in order; not numbered yet."""
    return [
        _identification(snapshot, meta),
        Chapter(
            "policy",
            _("Commitment and quality policy"),
            _page("policy"),
            layout="flow keep",
            data={"organisation": typo(snapshot.organisation)},
        ),
        _organisation(snapshot),
        _referential(snapshot),
        _controls(snapshot),
        _measurement(snapshot),
        _gaps(snapshot),
        Chapter("complaints", _("Complaints and appeals"), _page("complaints"), layout="flow"),
        _records(snapshot),
        Chapter("competence", _("Competence and training"), _page("competence"), layout="flow"),
        Chapter(
            "sites",
            _("Sites and subcontractors"),
            _page("sites"),
            layout="flow",
            data={"sites": snapshot.sites},
        ),
        Chapter(
            "audits",
            _("Internal audits and preparation of external audits"),
            _page("audits"),
            layout="flow",
        ),
        Chapter("changes", _("Management of changes"), _page("changes"), layout="flow"),
        _last_results(snapshot),
    ]


def _page(name: str) -> str:
    return f"reports/pdf/_plan_{name}.html"


def _identification(snapshot: ControlPlanSnapshot, meta: ReportMeta) -> Chapter:
    facts = [
        (_("Organisation"), typo(snapshot.organisation)),
        (_("Sites"), listed(snapshot.sites)),
        (_("Scope"), typo(snapshot.scope)),
        (_("Channels"), ", ".join(snapshot.channels)),
        (_("Referential"), f"{typo(snapshot.referential)}, {snapshot.edition}"),
        (_("Scheme"), typo(snapshot.scheme)),
        (_("Certification file"), snapshot.certification),
        (_("Document"), meta.reference),
        (_("Revision"), meta.revision),
        (_("Date"), date_text(meta.created_on)),
        (_("Confidentiality"), meta.confidentiality),
        (_("Distribution"), listed(meta.distribution)),
    ]
    people = [
        (_("Written by"), meta.prepared_by),
        (_("Checked by"), ""),
        (_("Approved by"), meta.approved_by),
    ]
    data = {
        "facts": [row for row in facts if row[1]],
        "people": people,
        "meta": meta,
        "date": date_text(meta.created_on),
    }
    return Chapter("identification", _("Identification"), _page("identification"), data=data)


def _organisation(snapshot: ControlPlanSnapshot) -> Chapter:
    data = {"roles": [(typo(role), typo(name) or DASH) for role, name in snapshot.roles]}
    return Chapter(
        "organisation",
        _("Organisation and responsibilities"),
        _page("organisation"),
        layout="flow",
        data=data,
    )


def _referential(snapshot: ControlPlanSnapshot) -> Chapter:
    criticalities = Counter(line.criticality_label for line in snapshot.lines)
    data = {
        "domains": [
            {
                "code": code,
                "title": typo(title),
                "engagements": engagements,
                "requirements": requirements,
            }
            for code, title, engagements, requirements in snapshot.domains
        ],
        "engagements": sum(row[2] for row in snapshot.domains),
        "requirements": sum(row[3] for row in snapshot.domains),
        "criticalities": list(criticalities.items()),
        "exclusions": [(code, typo(reason)) for code, reason in snapshot.exclusions],
    }
    return Chapter(
        "referential", _("Referential"), _page("referential"), layout="flow keep", data=data
    )


def _controls(snapshot: ControlPlanSnapshot) -> Chapter:
    data = {
        "sections": rows.sections(snapshot),
        "calendar": rows.calendar(snapshot.lines),
        "load": rows.load(snapshot.lines),
    }
    entries = (("c-calendar", _("Calendar")), ("c-load", _("Who controls what")))
    return Chapter(
        "controls",
        _("Control plan table"),
        _page("controls"),
        layout="wide",
        entries=entries,
        data=data,
    )


def _measurement(snapshot: ControlPlanSnapshot) -> Chapter:
    data = {"indicators": rows.indicators(snapshot.indicators)}
    return Chapter("measurement", _("Measurement system"), _page("measurement"), data=data)


def _gaps(snapshot: ControlPlanSnapshot) -> Chapter:
    data = {"grades": rows.grades(snapshot.grades)}
    return Chapter("gaps", _("Handling of gaps"), _page("gaps"), layout="flow", data=data)


def _records(snapshot: ControlPlanSnapshot) -> Chapter:
    data = {"records": rows.records(snapshot.lines)}
    return Chapter(
        "records", _("Documents and records"), _page("records"), layout="flow", data=data
    )


def _last_results(snapshot: ControlPlanSnapshot) -> Chapter:
    measured = [line for line in snapshot.lines if line.last]
    data = {
        "open": snapshot.findings_open,
        "measured": len(measured),
        "lines": len(snapshot.lines),
        "results": [
            {
                "code": line.code,
                "point": typo(line.control_point),
                "last": typo(line.last),
                "target": typo(line.target) or DASH,
            }
            for line in measured
        ],
        "actions": rows.actions(snapshot.actions),
    }
    return Chapter("last", _("Last results"), _page("last"), layout="flow", data=data)
