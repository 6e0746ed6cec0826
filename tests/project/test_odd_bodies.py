"""Bodies that no form of ours sends: refused, given back, never an error of ours nor a change."""

import json
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import BooleanField, ModelChoiceField

from audits import models as audits
from audits.actions import sample
from audits.actions.listening import mystery
from audits.forms.alert import RuleForm
from audits.forms.assessment import AssignForm, CommentForm, RateForm
from audits.forms.assignment import AssignManyForm
from audits.forms.audit import ValidateAuditForm
from audits.forms.calendar_feed import SubscribeForm
from audits.forms.certification import EditCertificationForm, OpenCertificationForm
from audits.forms.closing import CloseCertificationForm, ReopenCertificationForm
from audits.forms.complaint import (
    AssignComplaintForm,
    CloseComplaintForm,
    ComplaintActionForm,
    ComplaintCommentForm,
    ComplaintPlanForm,
    OpenComplaintForm,
    ReopenForm,
)
from audits.forms.conclusion import ConclusionForm, ReopenAuditForm
from audits.forms.contacts.reason import ContactReasonForm, FeedbackAnswerForm, FeedbackForm
from audits.forms.controls.line import ControlLineForm
from audits.forms.controls.plan import ApprovePlanForm, BeginPlanForm, SubmitPlanForm
from audits.forms.controls.result import (
    CancelControlForm,
    ControlResultForm,
    HandOverForm,
    PlanEventForm,
)
from audits.forms.corrective_action import ActionForm, MoveActionForm
from audits.forms.decision import DecideOnAuditForm, DecisionForm
from audits.forms.evidence import (
    EvidenceForm,
    ExistingForm,
    NewVersionForm,
    RequirementsForm,
    WithdrawForm,
)
from audits.forms.evidence_request import AnswerRequestForm, AskForm, CancelRequestForm
from audits.forms.finding import FindingForm
from audits.forms.finding_closing import CloseFindingForm, ReopenFindingForm
from audits.forms.finding_steps import (
    AnswerForm,
    DiscardForm,
    OpinionForm,
    PositionForm,
    PresentForm,
    ProofForm,
    RefuseProofForm,
    StepField,
)
from audits.forms.indicators.measure_columns import MeasureColumnsForm
from audits.forms.indicators.own_indicator import OwnIndicatorForm
from audits.forms.indicators.target import FollowForm, TargetForm
from audits.forms.meeting import MeetingForm
from audits.forms.plan import PlanForm, SlotForm
from audits.forms.programme import JoinAuditForm, LineForm, MoveProgrammeForm, ProgrammeForm
from audits.forms.review import ReviewForm
from audits.forms.sample import SampleForm
from audits.forms.sample_steps import AnotherDrawForm, ResultForm, TakeUpForm
from audits.forms.scenario import ScenarioForm
from audits.forms.sharing import ChangeShareForm, RevokeShareForm, ShareForm
from audits.forms.site_sample import SiteSampleForm
from audits.forms.subcontractor import SubcontractorForm
from audits.forms.team import (
    DeclarationForm,
    EditTeamMemberForm,
    ReplaceLeadForm,
    StartAuditForm,
    TeamMemberForm,
)
from audits.forms.workbook import ApplyForm, WorkbookForm
from crcaudit.accounts.forms.organisation import (
    AddSiteForm,
    EditSiteForm,
    OpenOrganisationForm,
    RenameOrganisationForm,
)
from crcaudit.accounts.forms.people import (
    CloseAccountForm,
    EditPersonForm,
    EndMembershipForm,
    LanguageForm,
    MemberForm,
    OpenAccountForm,
)
from crcaudit.core.forms import CleanCharField, CleanTextField, ReasonField
from reports.forms import RequestForm
from tests.project import (
    asking,
    forms_tried_committee,
    forms_tried_listening,
    forms_tried_providers,
    forms_tried_surveys,
    powers,
)
from tests.project.foreign_choices import EVERYBODYS, FOREIGN
from tests.project.matrix import LINES
from tests.project.pages import read
from tests.project.test_hostile_text import NOT_SENT, forms_of
from tests.project.traces import fingerprint, recorded_writes

pytestmark = [pytest.mark.web, pytest.mark.django_db, pytest.mark.long]

# URL name -> form and query string of its address. A filter is sent in the address: see there.
SENT = (
    ("set-language", LanguageForm, ""),
    ("accounts:open-organisation", OpenOrganisationForm, ""),
    ("accounts:edit-organisation", RenameOrganisationForm, ""),
    ("accounts:add-site", AddSiteForm, ""),
    ("accounts:edit-site", EditSiteForm, ""),
    ("accounts:add-member", MemberForm, ""),
    ("accounts:end-membership", EndMembershipForm, ""),
    ("accounts:open-account", OpenAccountForm, ""),
    ("accounts:edit-person", EditPersonForm, ""),
    ("accounts:close-account", CloseAccountForm, ""),
    ("close-file", CloseCertificationForm, ""),
    ("audits:reopen-certification", ReopenCertificationForm, ""),
    ("audits:open-certification", OpenCertificationForm, ""),
    ("audits:write-alert-rule", RuleForm, ""),
    ("audits:alert-rule", RuleForm, ""),
    ("audits:open-complaint", OpenComplaintForm, ""),
    ("audits:comment-complaint", ComplaintCommentForm, ""),
    ("audits:plan-complaint", ComplaintPlanForm, ""),
    ("audits:assign-complaint", AssignComplaintForm, ""),
    ("audits:close-complaint", CloseComplaintForm, ""),
    ("audits:reopen-complaint", ReopenForm, ""),
    ("audits:add-complaint-action", ComplaintActionForm, ""),
    ("audits:edit-complaint-action", ComplaintActionForm, ""),
    *forms_tried_committee.SENT,
    ("audits:edit-certification", EditCertificationForm, ""),
    ("audits:start-audit", StartAuditForm, ""),
    ("audits:validate-audit", ValidateAuditForm, ""),
    ("audits:conclude-audit", ConclusionForm, ""),
    ("audits:decide-on-audit", DecideOnAuditForm, ""),
    ("audits:decide-on-certificate", DecisionForm, ""),
    ("reopen-audit", ReopenAuditForm, ""),
    ("audits:save-scenario", ScenarioForm, ""),
    ("audits:change-scenario", ScenarioForm, ""),
    ("audits:rate", RateForm, ""),
    ("audits:comment", CommentForm, ""),
    ("audits:assign", AssignForm, ""),
    ("audits:assign-many", AssignManyForm, ""),
    ("audits:sharing", ShareForm, ""),
    ("audits:change-share", ChangeShareForm, ""),
    ("audits:revoke-share", RevokeShareForm, ""),
    ("audits:add-subcontractor", SubcontractorForm, ""),
    ("audits:edit-subcontractor", SubcontractorForm, ""),
    ("audits:ask-evidence", AskForm, ""),
    ("audits:answer-request", AnswerRequestForm, ""),
    ("audits:cancel-request", CancelRequestForm, ""),
    ("audits:workbook", WorkbookForm, ""),
    ("audits:workbook-import", ApplyForm, ""),
    ("audits:audit-team", TeamMemberForm, ""),
    ("audits:edit-team-member", EditTeamMemberForm, ""),
    ("audits:replace-lead", ReplaceLeadForm, ""),
    ("audits:declare-independence", DeclarationForm, ""),
    ("audits:add-sample", SampleForm, ""),
    ("audits:edit-sample", SampleForm, ""),
    ("audits:add-site-sample", SiteSampleForm, ""),
    ("audits:record-result", ResultForm, ""),
    ("audits:take-up-sample", TakeUpForm, ""),
    ("audits:another-draw", AnotherDrawForm, ""),
    ("audits:add-evidence", EvidenceForm, "?type=note"),
    ("audits:add-evidence", EvidenceForm, "?type=lien"),
    ("audits:add-evidence", ExistingForm, "?type=existante"),
    ("audits:edit-evidence", EvidenceForm, ""),
    ("audits:add-evidence-version", NewVersionForm, ""),
    ("audits:withdraw-evidence", WithdrawForm, ""),
    ("audits:link-evidence", RequirementsForm, ""),
    ("audits:add-finding", FindingForm, ""),
    ("audits:edit-finding", FindingForm, ""),
    ("audits:close-finding", CloseFindingForm, ""),
    ("audits:reopen-finding", ReopenFindingForm, ""),
    ("audits:review-evidence", ReviewForm, ""),
    ("audits:present-findings", PresentForm, ""),
    ("audits:discard-finding", DiscardForm, ""),
    ("audits:take-position", PositionForm, ""),
    ("audits:answer-finding", AnswerForm, ""),
    ("audits:judge-answer", OpinionForm, ""),
    ("audits:bring-proof", ProofForm, ""),
    ("audits:refuse-proof", RefuseProofForm, ""),
    ("audits:add-action", ActionForm, ""),
    ("audits:edit-action", ActionForm, ""),
    ("audits:move-action", MoveActionForm, ""),
    ("audits:subscribe", SubscribeForm, ""),
    ("audits:edit-plan", PlanForm, ""),
    ("audits:add-slot", SlotForm, ""),
    ("audits:edit-slot", SlotForm, ""),
    ("audits:record-meeting", MeetingForm, ""),
    ("audits:write-programme", ProgrammeForm, ""),
    ("audits:edit-programme", ProgrammeForm, ""),
    ("audits:move-programme", MoveProgrammeForm, ""),
    ("audits:add-line", LineForm, ""),
    ("audits:edit-line", LineForm, ""),
    ("audits:join-audit", JoinAuditForm, ""),
    ("audits:targets", FollowForm, ""),
    ("audits:set-target", TargetForm, ""),
    ("audits:make-indicator", OwnIndicatorForm, ""),
    ("audits:edit-indicator", OwnIndicatorForm, ""),
    ("audits:name-columns", MeasureColumnsForm, ""),
    ("audits:reason-list", ContactReasonForm, ""),
    ("audits:edit-reason", ContactReasonForm, ""),
    ("audits:send-feedback", FeedbackForm, ""),
    ("audits:feedback", FeedbackAnswerForm, ""),
    ("audits:subscribe-controls", SubscribeForm, ""),
    ("audits:begin-control-plan", BeginPlanForm, ""),
    ("audits:submit-control-plan", SubmitPlanForm, ""),
    ("audits:approve-control-plan", ApprovePlanForm, ""),
    ("audits:add-control-line", ControlLineForm, ""),
    ("audits:edit-control-line", ControlLineForm, ""),
    ("audits:record-control", ControlResultForm, ""),
    ("audits:hand-over-control", HandOverForm, ""),
    ("audits:cancel-control", CancelControlForm, ""),
    ("audits:plan-control-event", PlanEventForm, ""),
    ("reports:request", RequestForm, ""),
    ("reports:request-plan", RequestForm, ""),
    ("reports:request-pack", RequestForm, ""),
    *forms_tried_listening.SENT,
    *forms_tried_providers.SENT,
    *forms_tried_surveys.SENT,
)
IN_THE_ADDRESS = {"FilterForm", "JudgeForm"}
BASES = {"AccessForm", "DatesForm", "DueForm", "FileColumnsForm", "MarksForm", "ReasonForm"}
# One file, and nothing else: the tests of its importer damage it.
FILES_ALONE = {"ImportRequestsForm", "DepositForm", "AnswersFileForm"}
# Fields that the rows make, tried cell by cell in the tests of their screens.
OF_ROWS = {
    *("EntryForm", "CallColumnsForm", "CostSheetForm", "VolumeColumnsForm", "VolumeSheetForm"),
    *forms_tried_surveys.OF_ROWS,
}
TOO_LONG = "é" * 30_000  # and no choice, number or date either
ODD = (
    *("0", "-1", "1e400", "NaN", "9" * 30, "9" * 5000, "²", "a\x00b", "[]", TOO_LONG),
    *("9999-99-99", "0001-01-01", "'; --", '"><svg onload=crcx()>'),
)
ANSWERS = {200, 302, 400, 404, 409, 422, 429}
# The first line of each URL on which somebody's body is accepted.
ACCEPTED = {
    line.name: line
    for line in reversed(LINES)
    if line.verb == "POST" and 302 in list(line.statuses.values())[1:]
}
UNREADABLE = {
    "JSON": ("application/json", json.dumps({"version": 1}).encode()),
    "deep JSON": ("application/json", b"[" * 200_000),
    "broken multipart": ("multipart/form-data; boundary=x", b"--x\r\nnothing\r\n"),
    "no boundary": ("multipart/form-data", b"--x\r\n"),
    "too many fields": ("application/x-www-form-urlencoded", b"a=1&" * 1100),
    "not UTF-8": ("application/x-www-form-urlencoded", b"version=%ff%fe&title=%ed%a0%80&to=%c3"),
    "XML": ("application/xml", b'<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>'),
}


def accepted(name):
    """The line, and somebody whose body it accepts."""
    line = ACCEPTED[name]
    return line, next(who for who, status in line.statuses.items() if status == 302)


def test_every_form_of_the_product_is_sent_here():
    known = {form.__name__ for _name, form, _query in SENT} | NOT_SENT | IN_THE_ADDRESS | BASES
    known |= FILES_ALONE | OF_ROWS

    assert {form.__name__ for form in forms_of()} == known


def is_text(field) -> bool:
    """Whether people write in it, so that whatever is written may be right."""
    return type(field) in {CleanCharField, CleanTextField, ReasonField, StepField}


def passes(field, value: str) -> bool:
    """Whether the field alone lets the value through, to what comes after the form."""
    if isinstance(field, ModelChoiceField):
        return False  # its rows are known to the form of a request only; none has such a key
    try:
        field.clean(value)
    except ValidationError:
        return False
    return True


def odd_bodies(form) -> list[dict[str, str]]:
    """What is put into a body that is right.

    In every field at once, where each is refused for itself; in every text at once, as texts let
    most of it through; and in each other field alone where it lets the value through. A box is
    ticked by any of them: one will do. No text lets the longest through.
    """
    fields = form.base_fields
    texts = [name for name, field in fields.items() if is_text(field)]
    together = [dict.fromkeys(names, value) for names in (fields, texts) for value in ODD if names]
    alone = [
        {name: value}
        for name, field in fields.items()
        for value in (ODD[1:2] if isinstance(field, BooleanField) else ODD)
        if passes(field, value) and (value == TOO_LONG or not is_text(field))
    ]
    return [*together, *alone]


@pytest.mark.parametrize(("name", "form", "query"), SENT)
def test_an_odd_value_in_a_field_is_refused_or_passed_over(world, name, form, query):
    line, who = accepted(name)
    client = world.client(who)
    url = asking.address(name, line.thing, world.own, world.shared) + query
    for odd in odd_bodies(form):
        with transaction.atomic():
            body = asking.body(name, line.thing, world.own) | odd
            # As htmx sends it: the form without the page around it, many times over.
            answer = client.post(url, body, headers={"HX-Request": "true"})
            transaction.set_rollback(True)
        assert answer.status_code in ANSWERS
        assert read(answer).alive == []


# What cannot be read is given up before the view: each address meets some kinds, each kind many.
BROKEN = [
    (name, kind)
    for number, name in enumerate(ACCEPTED)
    for place, kind in enumerate(UNREADABLE)
    if (number + place) % 2 == 0
]


# It is given up before anything is asked of the database.
@pytest.mark.any_database
@pytest.mark.parametrize(("name", "kind"), BROKEN)
def test_a_body_that_is_no_form_changes_nothing(world, name, kind):
    """What is done without a body at all, such as validating, is done without a broken one too."""
    line, who = accepted(name)
    url = asking.address(name, line.thing, world.own, world.shared)
    content_type, data = UNREADABLE[kind]
    with transaction.atomic():
        answer = world.client(who).generic("POST", url, data, content_type=content_type)
        after = fingerprint()
        transaction.set_rollback(True)

    assert answer.status_code in ANSWERS
    assert after == world.rest or not asking.body(name, line.thing, world.own)


SAID = {"title": "Relevé", "confidentiality": "INTERNAL"}
EXTRA = {
    "?type=note": SAID | {"note": "Vu"},
    "?type=lien": SAID | {"url": "https://example.test/"},
}


def test_every_choice_among_rows_is_tried_with_one_of_another_organisation():
    choices = {
        (name, query, field)
        for name, form, query in SENT
        for field, kind in form.base_fields.items()
        if isinstance(kind, ModelChoiceField)
    }
    tried = {choice[:3] for choice in FOREIGN}

    assert {(n, f) for n, q, f in choices - tried} == EVERYBODYS
    assert all((name, field) not in EVERYBODYS for name, _query, field, _value in FOREIGN)


@pytest.mark.any_database
@pytest.mark.parametrize("choice", FOREIGN, ids=lambda choice: "-".join(choice[:3]))
@pytest.mark.parametrize("mixed", [False, True], ids=["foreign", "mixed"])
def test_a_choice_of_another_organisation_is_refused_whole(world, choice, mixed):
    """Alone, and beside one that would be right: then neither is taken."""
    name, query, field, value = choice
    line, who = accepted(name)
    url = asking.address(name, line.thing, world.own, world.shared) + query
    body = asking.body(name, line.thing, world.own)
    foreign, own = value(world.other), value(world.own)
    chosen = foreign + own if mixed and isinstance(foreign, list) else foreign
    extra = EXTRA.get(query, {})
    before = fingerprint()

    answer = world.client(who).post(url, body | extra | {field: chosen})

    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert fingerprint() == before


def test_a_reminder_is_for_nobody_of_another_organisation(world):
    line, who = accepted("audits:remind")
    url = asking.address("audits:remind", line.thing, world.own, world.shared)
    before = fingerprint()

    answer = world.client(who).post(url, {"person": world.other.people["contributor"].key})

    assert answer.status_code in {404, 409}
    assert fingerprint() == before


@pytest.mark.parametrize("name", ["audits:save-scenario", "audits:change-scenario"])
def test_a_scenario_keeps_no_tick_of_another_organisation(world, name):
    """Ticks are kept as they are on the page; those of elsewhere are passed over."""
    line, who = accepted(name)
    url = asking.address(name, line.thing, world.own, world.shared)
    foreign = world.other.assessment("third").pk
    body = asking.body(name, line.thing, world.own) | {
        "levels": [f"{foreign}:C"],
        "actions": [world.other.things["action"].pk],
    }

    assert world.client(who).post(url, body).status_code == 302

    saved = audits.Scenario.objects.order_by("-updated_at").first()
    assert str(foreign) not in saved.levels
    assert world.other.things["action"].pk not in saved.actions


# What a view reads beside its form, under the name of a column.
TICKS = {"levels", "actions"}
READ_BESIDE = {"audits:save-scenario": TICKS, "audits:change-scenario": TICKS}


@pytest.mark.any_database
@pytest.mark.parametrize("name", ACCEPTED)
def test_what_a_form_does_not_ask_is_not_taken_from_it(world, name, monkeypatch):
    """The same change, with and without every other column slipped in: the same rows in the end."""
    for drawing in (sample, mystery):
        fixed = SimpleNamespace(token_hex=lambda size: "0" * 2 * size)
        monkeypatch.setattr(drawing, "secrets", fixed)
    line, who = accepted(name)
    url = asking.address(name, line.thing, world.own, world.shared)
    asked = {field for of, form, _query in SENT if of == name for field in form.base_fields}
    extra = powers.columns(without=asked | READ_BESIDE.get(name, set()))
    found = []
    for more in ({}, extra, {}):
        body = more | asking.body(name, line.thing, world.own)
        with transaction.atomic():
            with recorded_writes() as statements:
                answer = world.client(who).post(url, body)
            found.append(powers.contents(statements))
            transaction.set_rollback(True)
        assert answer.status_code == 302

    # Signing in and preferences change nothing but the account.
    assert len(found[0]) > 1 or name.startswith(("account_", "set-language"))
    assert powers.taken(*found) == []


@pytest.mark.parametrize(
    ("powered", "again", "seen"),
    [
        (("owner", 2), ("owner", 1), ["audits.Finding: 2"]),
        (
            ("owner", f"{powers.LONG_AGO} 00:00"),
            ("owner", 3),
            [f"audits.Finding: {powers.LONG_AGO} 00:00"],
        ),
        (("owner", 2), ("owner", 3), []),
    ],
    ids=["another value", "a day slipped in", "by chance"],
)
def test_a_power_that_is_taken_is_seen(powered, again, seen):
    rows = [{"audits.Finding": [row]} for row in (("owner", 1), powered, again)]

    assert powers.taken(*rows) == seen
    assert powers.taken({"audits.Finding": []}, rows[1], {"audits.Finding": []}) != []
