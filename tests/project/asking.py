"""What is asked of each URL: arguments of its address, a body that the right person may send."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.timezone import localdate

from audits.actions.certification import fields_of, fingerprint
from audits.models import (
    AlertRule,
    AskedItem,
    Assessment,
    Audit,
    AuditPlan,
    AuditProgramme,
    CommitteeDecision,
    CommitteeMeeting,
    ComplaintAction,
    ContactReason,
    ControlLine,
    ControlOccurrence,
    ControlPlan,
    CorrectiveAction,
    Evidence,
    EvidenceLink,
    EvidenceRequest,
    FileShare,
    Finding,
    InternalComplaint,
    Sample,
    Scenario,
    Subcontractor,
    Target,
    WorkbookImport,
)
from audits.workbook.review import read_rows, review
from crcaudit.accounts.models import Membership, Site
from engagements.models import Indicator
from tests.audits.workbook_files import upload, workbook_of
from tests.project import asking_contacts, asking_listening, asking_providers, asking_surveys
from tests.project.world import Side
from tests.project.world_figures import TITLES, own_fields

LAST = "2099-12-31"
FIXED = {
    "-": {},
    "badkey": {"uidb36": "1", "key": "abc-def"},
    "badfeed": {"secret": "unknown"},
}


def address(name: str, thing: str, side: Side, shared: dict) -> str:
    """Address of a URL about a thing of one organisation."""
    query = f"?audit={side.audits['own'].key}" if name == "audits:link-evidence" else ""
    return reverse(name, kwargs=arguments(name, thing, side, shared)) + query


def arguments(name: str, thing: str, side: Side, shared: dict) -> dict:
    """Arguments of the address; see `tests.project.matrix` for the names of things."""
    if thing in FIXED:
        return FIXED[thing]
    if thing in shared:
        return _shared(name, shared[thing])
    if thing in side.audits:
        return _of_audit(name, side.audits[thing])
    if "/" in thing:
        row = requirement(side, thing)
        return {"key": row.audit.key, "pk": row.pk}
    return _own(name, side.file if thing == "file" else side.things[thing])


def requirement(side: Side, thing: str) -> Assessment:
    """``third/0`` is a place in a grid; ``sites/here`` is on the site manager's own site."""
    audit, _slash, place = thing.partition("/")
    if place.isdecimal():
        return side.assessment(audit, int(place))
    site = {"here": side.site, "there": side.other_site}[place]
    return side.audits[audit].assessments.filter(site=site).order_by("position").first()


def _of_audit(name: str, audit: Audit) -> dict:
    if name in {"audits:remove-team-member", "audits:edit-team-member"}:
        return {"key": audit.key, "pk": audit.team.get(role="AUDITOR").pk}
    if name in {"audits:edit-slot", "audits:remove-slot", "audits:record-meeting"}:
        return {"key": audit.key, "pk": audit.plan.slots.get().pk}
    return {"key": audit.key}


def _own(name: str, row) -> dict:
    found = _under_another(name, row)
    if found is not None:
        return found
    if isinstance(row, PARTS):
        return {"key": _whole(row).key, "pk": row.pk}
    if isinstance(row, AuditProgramme) and name in OF_LINES:
        return {"key": row.key, "pk": row.lines.get().pk}
    is_file = name in {"audits:evidence-file", "audits:evidence-preview"}
    return {"key": row.key} | ({"number": 1} if is_file else {})


def _under_another(name: str, row) -> dict | None:
    """What its address holds when it begins with something else; None for the others."""
    if isinstance(row, CommitteeMeeting) and name in OF_PACKS:
        slug = "semaine" if row.grain == "WEEK" else "mois"
        return {"key": row.organisation.key, "pas": slug, "jour": row.starts_on.isoformat()}
    if isinstance(row, EvidenceLink):
        is_review = name == "audits:review-evidence"
        return {"key": (row.assessment.audit if is_review else row.evidence).key, "pk": row.pk}
    if isinstance(row, Sample):
        unit = {"rank": 1} if name == "audits:record-result" else {}
        return {"key": row.audit.key, "number": row.number} | unit
    if isinstance(row, SimpleNamespace):
        return {"key": row.organisation.key, "provider": row.provider}
    return None


def _whole(row):
    """What the row is a part of, in its address."""
    if isinstance(row, WorkbookImport):
        return row.audit
    if isinstance(row, ComplaintAction):
        return row.complaint
    if isinstance(row, AskedItem):
        return row.review
    if isinstance(row, (ContactReason, Membership, Site, Indicator)):
        return row.organisation
    return (row.plan if isinstance(row, ControlLine) else row).certification


# Told by a number, under the address of what they are a part of.
PARTS = (
    *(
        AskedItem,
        ComplaintAction,
        ContactReason,
        ControlLine,
        FileShare,
        Indicator,
        Membership,
        Site,
        Subcontractor,
    ),
    WorkbookImport,
)
OF_PACKS = {
    *("audits:committee-pack", "audits:committee-table", "audits:prepare-committee"),
    *("audits:decide-committee", "audits:hold-committee"),
}
OF_LINES = {"audits:edit-line", "audits:remove-line", "audits:join-audit"}


def _shared(name: str, row) -> dict:
    if name == "audits:calendar-feed":
        return {"secret": row}
    if name == "engagements:indicator":
        return {"code": row.code}
    if name == "engagements:requirement":
        return {"pk": row.pk, "code": row.requirements.order_by("position").first().code}
    return {"pk": row.pk}


def content_of(answer: HttpResponseBase) -> bytes:
    """The whole answer; a file that is sent in pieces is read to its end, which closes it."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def body(name: str, thing: str, side: Side) -> dict:
    """A body that is accepted from who may send it; empty where none is needed."""
    build = BODIES.get(name)
    return build(side, thing) if build else {}


def _current(row):
    return type(row).objects.get(pk=row.pk)


def _certification(side: Side) -> dict:
    return {
        "title": "Service client fixe",
        "scope": "Appels entrants",
        "channels": ["PHONE"],
        "sites": [side.site.pk],
        "body": side.file.body_id,
    }


def _open_certification(side: Side, _thing: str) -> dict:
    own = {"key": uuid4(), "organisation": side.organisation.pk, "edition": side.file.edition.pk}
    return _certification(side) | own


def _edit_certification(side: Side, _thing: str) -> dict:
    return _certification(side) | {"seen": fingerprint(fields_of(side.file))}


def _start_audit(_side: Side, _thing: str) -> dict:
    return {"kind": "INTERNAL", "is_per_site": "0", "start_date": "2026-05-04"}


def _scenario(side: Side, thing: str) -> dict:
    """Everything supposed proven: of whichever audit is the latest one of the file."""
    own = _version_of(Scenario, side, thing) if thing == "scenario" else {"key": uuid4()}
    return {"title": "Si tout était prouvé", "proven": "1"} | own


def _rate(side: Side, thing: str) -> dict:
    return {"version": _current(requirement(side, thing)).version, "level": "P"}


def _comment(side: Side, thing: str) -> dict:
    return {"version": _current(requirement(side, thing)).version, "text": "Vu le registre"}


def _workbook(side: Side, thing: str) -> dict:
    row = side.assessment(thing, 1)
    return {"file": upload(workbook_of(row, side.people["manager"], "Vu hors ligne"))}


def _workbook_import(side: Side, thing: str) -> dict:
    imported = side.things[thing]
    return {"seen": review(imported, read_rows(imported, imported.brought_by)).seen}


def _assign(side: Side, _thing: str) -> dict:
    return {"to": side.people["contributor"].pk, "due": "2099-12-31"}


def _assign_many(side: Side, thing: str) -> dict:
    rows = [side.assessment(thing, 0).pk, side.assessment(thing, 2).pk]
    return _assign(side, thing) | {"rows": rows}


def _team(side: Side, _thing: str) -> dict:
    names = {"first_name": "Sacha", "last_name": "Essai", "language": "fr"}
    return {"email": side.people["auditor"].email, "role": "OBSERVER"} | names


def _slot(side: Side, thing: str) -> dict:
    slot = side.audits[thing].plan.slots.get()
    own = {"title": "Séance d'écoute", "day": "2026-03-03", "starts": "10:00", "ends": "11:00"}
    return own | {"key": uuid4(), "version": slot.version, "kind": slot.kind, "method": "REMOTE"}


def _meeting(side: Side, thing: str) -> dict:
    version = side.audits[thing].plan.slots.get().version
    held = {"held_day": "2026-03-02", "held_time": "09:00", "function_0": "Direction"}
    return {"version": version} | held


def _plan(side: Side, thing: str) -> dict:
    version = AuditPlan.objects.get(audit=side.audits[thing]).version
    return {"version": version, "criteria": "Nos procédures"}


def _programme_fields() -> dict:
    period = {"starts_on": "2026-01-01", "ends_on": "2026-12-31"}
    return {"title": "Audits de 2026", "objectives": "Garder le certificat"} | period


def _write_programme(side: Side, _thing: str) -> dict:
    return _programme_fields() | {"key": uuid4(), "organisation": side.organisation.pk}


def _edit_programme(side: Side, thing: str) -> dict:
    return _programme_fields() | _version_of(AuditProgramme, side, thing)


def _line(side: Side, _thing: str) -> dict:
    return {"certification": side.file.pk, "kind": "MOCK", "planned_date": "2026-09-07"}


def _move_programme(_side: Side, thing: str) -> dict:
    return {"to": "CLOSED" if thing == "approved" else "APPROVED"}


def _share(side: Side, _thing: str) -> dict:
    return {"code": side.things["other_client"].key, "level": "FINDINGS"}


def _subcontractor(_side: Side, _thing: str) -> dict:
    own = {"name": "Centre de Brest", "activity": "Nuits", "channels": ["PHONE"]}
    return own | {"key": uuid4(), "version": 1}


def _add_evidence(_side: Side, _thing: str) -> dict:
    return {"files": SimpleUploadedFile("releve.txt", b"Releve du mois de mars\n")}


def _edit_evidence(side: Side, thing: str) -> dict:
    version = Evidence.objects.get(pk=side.things[thing].pk).version
    return {"version": version, "title": "Relevé de mars", "confidentiality": "INTERNAL"}


def _new_version(_side: Side, _thing: str) -> dict:
    return {"file": SimpleUploadedFile("releve.txt", b"Releve du mois d'avril\n")}


def _link(side: Side, _thing: str) -> dict:
    return {"requirements": [side.assessment("own").pk]}


def _ask_evidence(side: Side, thing: str) -> dict:
    day = localdate() + timedelta(days=7)
    asked = {"key": uuid4(), "text": "Relevé des rappels", "scope": "Mars", "due_date": day}
    return asked | {"requirements": [side.assessment(thing).pk]}


def _import_requests(side: Side, thing: str) -> dict:
    day = localdate() + timedelta(days=7)
    code = side.assessment(thing).code
    text = f"code;demande;échéance\n{code};Relevé des rappels;{day}\n"
    return {"file": SimpleUploadedFile("demandes.csv", text.encode())}


def _answer_request() -> dict:
    return {"key": uuid4(), "text": "Aucun rappel sur la période", "has_nothing": "on"}


def _judge_request(side: Side, thing: str) -> dict:
    reason = {"opinion": "REFUSED", "reason": "Il manque février"}
    return reason | _version_of(EvidenceRequest, side, thing)


def _finding_fields() -> dict:
    return {
        "grade": "PS",
        "title": "Accueil irrégulier",
        "required": "Se présenter",
        "found": "Deux appels sur dix sans présentation",
        "found_date": "2026-03-05",
    }


def _add_finding(_side: Side, _thing: str) -> dict:
    return _finding_fields() | {"key": uuid4()}


def _version_of(model, side: Side, thing: str) -> dict:
    return {"version": model.objects.get(pk=side.things[thing].pk).version}


def _edit_finding(side: Side, thing: str) -> dict:
    return _finding_fields() | _version_of(Finding, side, thing)


def _close(side: Side, thing: str) -> dict:
    return {"comment": "Vérifié sur dix appels"} | _version_of(Finding, side, thing)


def _reopen(side: Side, thing: str) -> dict:
    return {"reason": "Nouvel écart"} | _version_of(Finding, side, thing)


def _review(side: Side, thing: str) -> dict:
    row = EvidenceLink.objects.get(pk=side.things[thing].pk)
    return {
        "seen": row.reviews,
        "version": row.assessment.version,
        "key": uuid4(),
        "verdict": "TO_COMPLETE",
        "reason": "Il manque avril",
        "level": "P",
        "grade": "PS",
        "title": "Relevé partiel",
        "found": "Un mois sur trois",
    }


def _answer(_side: Side, _thing: str) -> dict:
    return {
        "key": uuid4(),
        "correction": "Courriers traités",
        "extent": "Rien sur l'autre site",
        "cause_method": "FIVE_WHYS",
        "why_1": "Absences non remplacées",
        "root_cause": "Le plan de charge ignore les absences",
    }


def _opinion(side: Side, thing: str) -> dict:
    reason = {"opinion": "REFUSED", "reason": "La cause manque"}
    return reason | _version_of(Finding, side, thing)


def _proof(_side: Side, _thing: str) -> dict:
    return {"key": uuid4(), "statement": "98 % en avril"}


def _action_fields(side: Side) -> dict:
    return {
        "title": "Former les équipes",
        "owner": side.people["contributor"].pk,
        "due_date": "2026-06-30",
    }


def _add_action(side: Side, _thing: str) -> dict:
    return _action_fields(side) | {"key": uuid4()}


def _edit_action(side: Side, thing: str) -> dict:
    return _action_fields(side) | _version_of(CorrectiveAction, side, thing)


def _move(side: Side, thing: str) -> dict:
    to = "VERIFIED" if thing == "done_action" else "IN_PROGRESS"
    return {"to": to, "outcome": "Vu"} | _version_of(CorrectiveAction, side, thing)


def _sample(side: Side, _thing: str) -> dict:
    return {
        "title": "Courriers relus",
        "counted": "La réponse traite chaque demande",
        "source": "Courriers de mars",
        "known_by": "LIST",
        "units": "CR-1;Lyon\nCR-2;Massy\nCR-3;Lyon",
        "method": "SIMPLE",
        "margin": "10",
        "confidence": "95",
        "size": "2",
        "target": "90",
        "requirement": side.assessment("third").pk,
    }


def _edit_sample(side: Side, thing: str) -> dict:
    return _sample(side, thing) | _version_of(Sample, side, thing)


def _result(_side: Side, _thing: str) -> dict:
    return {"version": 1, "result": "NOT_CONFORM", "comment": "Sans suite"}


def _decide(_side: Side, thing: str) -> dict:
    if thing != "grantable":
        return _decision("REFUSED")
    certificate = {"certificate_number": "2026-1", "consult": "Sur demande", "expires_on": LAST}
    return _decision("GRANTED_WITH_FOLLOW_UP") | certificate | {"conditions": "Revoir en mai"}


def _decision(kind: str) -> dict:
    return {"decision": kind, "reason": "Lu en comité", "effective_on": localdate().isoformat()}


def _rule() -> dict:
    numbers = {"missed_periods": "3", "return_periods": "2", "plan_days": "4", "level_days": "5"}
    return numbers | {"is_active": "on", "bound": "PROVEN"}


def _write_rule(side: Side, _thing: str) -> dict:
    place = side.things["complaint"].place_id
    return _rule() | {"key": uuid4(), "place": place, "indicator": _followed("ALE-2")}


def _followed(code: str) -> int:
    return Indicator.objects.get(code=code).pk


def _edit_rule(side: Side, thing: str) -> dict:
    return _rule() | _version_of(AlertRule, side, thing)


def _open_complaint(side: Side, _thing: str) -> dict:
    place = side.things["complaint"].place_id
    own = {"indicator": _followed("ALE-5"), "place": place}
    return own | {"key": uuid4(), "facts": "Vu en écoute"}


def _plan_complaint(side: Side, thing: str) -> dict:
    said = {"cause": "Absences du lundi", "plan": "Renfort le lundi"}
    return said | _version_of(InternalComplaint, side, thing)


def _assign_complaint(side: Side, thing: str) -> dict:
    owner = {"owner": side.people["director"].pk}
    return owner | _version_of(InternalComplaint, side, thing)


def _complaint_action(side: Side) -> dict:
    day = localdate() + timedelta(days=9)
    return {"title": "Relire les motifs", "owner": side.people["manager"].pk, "due_date": day}


def _edit_complaint_action(side: Side, thing: str) -> dict:
    return _complaint_action(side) | _version_of(ComplaintAction, side, thing)


def _prepare_committee(side: Side, thing: str) -> dict:
    said = {"flows": "Pic sur la facture", "resources": "Deux absences", "notes": "Vu"}
    version = _version_of(CommitteeMeeting, side, thing)
    return said | version | {"roles": ["QUALITY", "SITES"], "people": [side.people["manager"].pk]}


def _hold_committee(side: Side, thing: str) -> dict:
    return {"held_on": localdate()} | _version_of(CommitteeMeeting, side, thing)


def _committee_decision(side: Side) -> dict:
    due = localdate() + timedelta(days=5)
    place = side.things["complaint"].place_id
    owner = side.people["director"].pk
    return {"text": "Revoir le planning du soir", "owner": owner, "due_date": due, "place": place}


def _edit_committee_decision(side: Side, thing: str) -> dict:
    return _committee_decision(side) | _version_of(CommitteeDecision, side, thing)


def _put_off(side: Side, thing: str) -> dict:
    due = localdate() + timedelta(days=15)
    own = {"owner": side.people["manager"].pk, "due_date": due, "reason": "Salle occupée"}
    return own | _version_of(CommitteeDecision, side, thing)


def _person() -> dict:
    return {"first_name": "Zoé", "last_name": "Dubois", "language": "fr"}


def _open_organisation(_side: Side, _thing: str) -> dict:
    return {"key": uuid4(), "name": "Centre de Brest", "kind": "CENTRE"}


def _add_site(_side: Side, _thing: str) -> dict:
    return {"name": "Brest", "city": "Brest", "calendar": "METROPOLE"}


def _edit_site(_side: Side, _thing: str) -> dict:
    return {"name": "Brest", "calendar": "METROPOLE", "closed_date": "2026-03-31"}


def _add_member(side: Side, _thing: str) -> dict:
    own = {"email": "zoe@example.test", "role": "SITE_MANAGER", "site": side.site.pk}
    return _person() | own


def _follow(side: Side, _thing: str) -> dict:
    rows = Indicator.objects.offered_to(side.organisation).exclude(set_targets__isnull=False)
    return {"indicators": [rows.order_by("pk").first().pk]}


def _set_target(_side: Side, _thing: str) -> dict:
    wanted = {"kind": "TARGET", "operator": ">=", "value": "92,5", "grain": "MONTH"}
    seen = Target.objects.order_by("pk").last()
    return wanted | {"place": "whole", "starts_on": localdate(), "version": seen.pk if seen else ""}


def _own_indicator(side: Side, code: str) -> dict:
    fields = own_fields(side, code)
    names = ("code", "name", "definition", "formula", "unit", "direction", "journey_stage")
    more = ("dimension", "frequency", "statistic")
    labels = {f"input_{key}": label for key, label in fields.inputs.items()}
    return {name: getattr(fields, name) for name in (*names, *more)} | labels


def _make_indicator(side: Side, _thing: str) -> dict:
    return _own_indicator(side, f"X-{uuid4().hex[:6]}")


def _edit_indicator(side: Side, _thing: str) -> dict:
    row = _current(side.things["own_indicator"])
    own = _own_indicator(side, "X-1") | {"definition": f"Autre définition {uuid4()}"}
    return own | {"version": row.version}


def _enter_measures(side: Side, _thing: str) -> dict:
    """One measure of the month that runs."""
    row, start = side.things["own_indicator"], localdate().replace(day=1)
    counts = {"servis": "45", "presentes": "50"}
    return {f"m-{row.pk}-{key}-{start:%Y%m%d}": count for key, count in counts.items()}


def _figures(_side: Side, _thing: str) -> dict:
    text = f"{TITLES}\n03/2024;Lyon;X-1;80;{uuid4().int % 900 + 100}\n"
    return {"kind": "MEASURES", "file": SimpleUploadedFile("mesures.csv", text.encode())}


def _columns(side: Side, thing: str) -> dict:
    if thing == "read_answers":
        return asking_surveys.columns(side)
    roles = ("period", "place", "indicator", "input:0", "input:1")
    columns = {f"column_{number}": role for number, role in enumerate(roles)}
    return columns | {"grain": "MONTH", "decimal": ",", "is_exhaustive": "on"}


def _control_line(_side: Side, _thing: str) -> dict:
    return {
        "control_point": "Prix affiché",
        "method": "doc_review",
        "is_per_site": "0",
        "frequency": "MONTHLY",
        "rank": "5",
        "window_days": "0",
        "role": "quality_manager",
        "record": "Fiche",
        "retention_months": "36",
        "sign": ">=",
        "target": "95",
        "escalation": "DIRECTOR",
        "escalate_after": "10",
    }


def _add_control_line(side: Side, thing: str) -> dict:
    requirement = side.file.edition.requirements.order_by("position").first()
    return _control_line(side, thing) | {"key": uuid4(), "requirement": requirement.pk}


def _edit_control_line(side: Side, thing: str) -> dict:
    return _add_control_line(side, thing) | _version_of(ControlLine, side, thing)


def _draft_version(side: Side, thing: str) -> dict:
    file = side.file if thing == "file" else side.things[thing]
    return {"version": ControlPlan.objects.get(certification=file, state="DRAFT").version}


def _approve_plan(side: Side, thing: str) -> dict:
    return _draft_version(side, thing) | {"starts_on": localdate().isoformat()}


def _control_result(side: Side, thing: str) -> dict:
    row = ControlOccurrence.objects.get(pk=side.things[thing].pk)
    counts = {"checked": "42", "compliant": "42", "basis": "EXHAUSTIVE"}
    return counts | {"version": row.version, "done_on": row.period_start.isoformat()}


def _hand_over(side: Side, _thing: str) -> dict:
    return {"to": side.people["site_manager"].pk, "reason": "Absence"}


def _plan_event(side: Side, _thing: str) -> dict:
    return {"line": side.things["event_line"].pk, "day": localdate().isoformat()}


BODIES = {
    **asking_listening.BODIES,
    **asking_contacts.BODIES,
    **asking_surveys.BODIES,
    **asking_providers.BODIES,
    "audits:targets": _follow,
    "audits:set-target": _set_target,
    "audits:make-indicator": _make_indicator,
    "audits:edit-indicator": _edit_indicator,
    "audits:check-formula": _make_indicator,
    "audits:enter-measures": _enter_measures,
    "audits:measure-imports": _figures,
    "audits:name-columns": _columns,
    "audits:subscribe-controls": lambda _side, _thing: {"key": uuid4()},
    "audits:begin-control-plan": lambda _side, _thing: {"key": uuid4(), "reason": "Suite"},
    "audits:submit-control-plan": _draft_version,
    "audits:approve-control-plan": _approve_plan,
    "audits:add-control-line": _add_control_line,
    "audits:edit-control-line": _edit_control_line,
    "audits:record-control": _control_result,
    "audits:add-control-record": _add_evidence,
    "audits:hand-over-control": _hand_over,
    "audits:cancel-control": lambda _side, _thing: {"reason": "Panne"},
    "audits:plan-control-event": _plan_event,
    "set-language": lambda _side, _thing: {"language": "en"},
    "accounts:open-organisation": _open_organisation,
    "accounts:edit-organisation": lambda _side, _thing: {"name": "Centre de Brest"},
    "accounts:add-site": _add_site,
    "accounts:edit-site": _edit_site,
    "accounts:add-member": _add_member,
    "accounts:end-membership": lambda _side, _thing: {"reason": "Départ"},
    "accounts:open-account": lambda _side, _thing: _person() | {"email": "zoe@example.test"},
    "accounts:edit-person": lambda _side, _thing: _person(),
    "accounts:close-account": lambda _side, _thing: {"reason": "Départ"},
    "close-file": lambda _side, _thing: {"reason": "Certificat obtenu"},
    "audits:edit-team-member": lambda _side, _thing: {"role": "OBSERVER"},
    "audits:declare-independence": lambda _side, _thing: {"is_independent": "on", "links": ""},
    "audits:remind": lambda side, _thing: {"person": side.people["contributor"].key},
    "audits:reopen-certification": lambda _side, _thing: {"reason": "Clos par erreur"},
    "audits:open-certification": _open_certification,
    "audits:edit-certification": _edit_certification,
    "audits:start-audit": _start_audit,
    "audits:validate-audit": lambda _side, _thing: {"confirm": "on"},
    "audits:conclude-audit": lambda _side, _thing: {
        "summary": "Les engagements sont tenus",
        "recommendation": "GRANT",
        "accepted": ["NO_CLOSING_MEETING"],
    },
    "audits:decide-on-audit": _decide,
    "audits:decide-on-certificate": lambda _side, _thing: _decision("SUSPENDED"),
    "reopen-audit": lambda _side, _thing: {"reason": "Pièce retrouvée"},
    "audits:save-scenario": _scenario,
    "audits:change-scenario": _scenario,
    "audits:rate": _rate,
    "audits:retain-proposal": _rate,
    "audits:comment": _comment,
    "audits:assign": _assign,
    "audits:assign-many": _assign_many,
    "audits:workbook": _workbook,
    "audits:workbook-import": _workbook_import,
    "audits:audit-team": _team,
    "audits:replace-lead": _team,
    "audits:add-sample": lambda side, thing: _sample(side, thing) | {"key": uuid4()},
    "audits:propose-size": _sample,
    "audits:add-site-sample": lambda _side, _thing: {"rule": "INITIAL", "key": uuid4()},
    "audits:edit-sample": _edit_sample,
    "audits:draw-sample": lambda side, thing: _version_of(Sample, side, thing),
    "audits:record-result": _result,
    "audits:take-up-sample": lambda _side, _thing: {"reason": "Pièce retrouvée"},
    "audits:another-draw": lambda _side, _thing: {"reason": "Liste incomplète"},
    "audits:subscribe": lambda _side, _thing: {"key": uuid4()},
    "audits:subscribe-file": lambda _side, _thing: {"key": uuid4()},
    "audits:edit-plan": _plan,
    "audits:add-slot": _slot,
    "audits:edit-slot": _slot,
    "audits:record-meeting": _meeting,
    "audits:write-programme": _write_programme,
    "audits:edit-programme": _edit_programme,
    "audits:move-programme": _move_programme,
    "audits:add-line": _line,
    "audits:edit-line": _line,
    "audits:join-audit": lambda side, _thing: {"audit": side.audits["third"].pk},
    "audits:sharing": _share,
    "audits:change-share": lambda _side, _thing: {"level": "FINDINGS"},
    "audits:revoke-share": lambda _side, _thing: {"reason": "Fin du contrat"},
    "audits:add-subcontractor": _subcontractor,
    "audits:edit-subcontractor": _subcontractor,
    "audits:add-evidence": _add_evidence,
    "audits:edit-evidence": _edit_evidence,
    "audits:add-evidence-version": _new_version,
    "audits:withdraw-evidence": lambda _side, _thing: {"reason": "Autre dossier"},
    "audits:link-evidence": _link,
    "audits:ask-evidence": _ask_evidence,
    "audits:import-requests": _import_requests,
    "audits:answer-request": lambda _side, _thing: _answer_request(),
    "audits:judge-request": _judge_request,
    "audits:cancel-request": lambda _side, _thing: {"reason": "Vue sur place"},
    "audits:add-finding": _add_finding,
    "audits:edit-finding": _edit_finding,
    "audits:close-finding": _close,
    "audits:reopen-finding": _reopen,
    "audits:review-evidence": _review,
    "audits:take-position": lambda _side, _thing: {"position": "DISPUTED", "comment": "Non"},
    "audits:answer-finding": _answer,
    "audits:judge-answer": _opinion,
    "audits:bring-proof": _proof,
    "audits:refuse-proof": _reopen,
    "audits:add-action": _add_action,
    "audits:edit-action": _edit_action,
    "audits:move-action": _move,
    "audits:write-alert-rule": _write_rule,
    "audits:alert-rule": _edit_rule,
    "audits:open-complaint": _open_complaint,
    "audits:comment-complaint": lambda _side, _thing: {"key": uuid4(), "text": "Vu"},
    "audits:plan-complaint": _plan_complaint,
    "audits:assign-complaint": _assign_complaint,
    "audits:close-complaint": lambda _side, _thing: {"reason": "Deux mois tenus"},
    "audits:reopen-complaint": lambda _side, _thing: {"key": uuid4(), "facts": "Plaintes"},
    "audits:add-complaint-action": lambda side, _thing: _complaint_action(side) | {"key": uuid4()},
    "audits:edit-complaint-action": _edit_complaint_action,
    "audits:prepare-committee": _prepare_committee,
    "audits:hold-committee": _hold_committee,
    "audits:decide-committee": lambda side, _thing: _committee_decision(side) | {"key": uuid4()},
    "audits:edit-committee-decision": _edit_committee_decision,
    "audits:put-off-committee-decision": _put_off,
    "audits:drop-committee-decision": lambda _side, _thing: {"reason": "Plus utile"},
    "reports:request-pack": lambda _side, _thing: {"language": "en"},
    "reports:request": lambda _side, _thing: {"language": "en"},
    "reports:request-plan": lambda _side, _thing: {"language": "en"},
}
