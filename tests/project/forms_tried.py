"""Every form of the product that takes a text: where it is sent, and where its text is shown."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django import forms
from django.urls import reverse

from audits.enums import CauseFamily
from audits.forms.assessment import CommentForm, RateForm
from audits.forms.certification import EditCertificationForm, OpenCertificationForm
from audits.forms.closing import CloseCertificationForm, ReopenCertificationForm
from audits.forms.complaint import (
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
from audits.forms.controls.plan import BeginPlanForm
from audits.forms.controls.result import CancelControlForm, ControlResultForm, HandOverForm
from audits.forms.corrective_action import ActionForm, MoveActionForm
from audits.forms.decision import DecideOnAuditForm, DecisionForm
from audits.forms.evidence import EvidenceForm, WithdrawForm
from audits.forms.evidence_request import AnswerRequestForm, AskForm, CancelRequestForm
from audits.forms.finding import FindingForm
from audits.forms.finding_closing import CloseFindingForm, ReopenFindingForm
from audits.forms.finding_steps import (
    AnswerForm,
    OpinionForm,
    PositionForm,
    ProofForm,
    RefuseProofForm,
)
from audits.forms.indicators.own_indicator import OwnIndicatorForm
from audits.forms.indicators.target import TargetForm
from audits.forms.meeting import MeetingForm
from audits.forms.plan import PlanForm, SlotForm
from audits.forms.programme import LineForm, ProgrammeForm
from audits.forms.review import ReviewForm
from audits.forms.sample import SampleForm
from audits.forms.sample_steps import AnotherDrawForm, ResultForm, TakeUpForm
from audits.forms.scenario import ScenarioForm
from audits.forms.sharing import RevokeShareForm
from audits.forms.subcontractor import SubcontractorForm
from audits.forms.team import DeclarationForm, ReplaceLeadForm, StartAuditForm, TeamMemberForm
from audits.models import (
    AuditProgramme,
    Certification,
    ControlLine,
    CorrectiveAction,
    Evidence,
    EvidenceRequest,
    Finding,
    InternalComplaint,
    ReasonFeedback,
    Sample,
    Scenario,
)
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
    MemberForm,
    OpenAccountForm,
)
from crcaudit.accounts.models import Organisation, User
from tests.project import (
    asking,
    forms_tried_committee,
    forms_tried_listening,
    forms_tried_providers,
    forms_tried_surveys,
)

Place = Callable[[object], str]


@dataclass(frozen=True)
class Tried:
    """One way to send a form. ``shown`` lists pages with the fields that each must show."""

    form: type[forms.Form]
    name: str
    thing: str
    who: str
    shown: tuple[tuple[Place, tuple[str, ...]], ...]
    query: str = ""
    extra: dict = field(default_factory=dict)
    dropped: tuple[str, ...] = ()  # fields of the form that this way of sending it has not

    def __str__(self) -> str:
        return f"{self.form.__name__} {self.name}{self.query}"

    def address(self, world) -> str:
        """Where it is sent."""
        return asking.address(self.name, self.thing, world.own, world.shared) + self.query

    def body(self, world) -> dict:
        """What is sent when nothing is hostile."""
        return asking.body(self.name, self.thing, world.own) | self.extra

    def texts(self) -> dict[str, forms.CharField]:
        """The fields that are tried, by name."""
        fields = text_fields(self.form)
        return {name: fields[name] for name in fields if name not in self.dropped}


def text_fields(form: type[forms.Form]) -> dict[str, forms.CharField]:
    """Fields in which people write; choices, keys and hidden ones are `test_odd_requests`'s."""
    other = (forms.UUIDField, forms.EmailField)
    return {
        name: item
        for name, item in form.base_fields.items()
        if isinstance(item, forms.CharField)
        and not isinstance(item, other)
        and not item.widget.is_hidden
    }


def page(name: str, thing: str = "-") -> Place:
    """A page about a thing of the own organisation."""
    return lambda world: asking.address(name, thing, world.own, world.shared)


def review_of(thing: str) -> Place:
    """The review of evidence at one piece."""

    def place(world) -> str:
        row = world.own.things[thing]
        return f"{reverse('audits:review', args=[row.assessment.audit.key])}?piece={row.pk}"

    return place


def newest(model, name: str) -> Place:
    """The page of what the form has just made."""
    return lambda _world: reverse(name, args=[model.objects.latest("pk").key])


def newest_sample(name: str) -> Place:
    """As `newest`, under the audit."""

    def address(_world) -> str:
        row = Sample.objects.latest("pk")
        return reverse(name, args=[row.audit.key, row.number])

    return address


def certificate_of_grantable(world) -> str:
    """The certificate of the file whose audit may give one."""
    return reverse("audits:certificate", args=[world.own.things["grantable"].certification.key])


FILE = (
    (page("audits:certification", "file"), ("title", "scope", "subcontractors")),
    (page("audits:edit-certification", "file"), ("title", "scope", "subcontractors")),
    (page("audits:certifications"), ("title",)),
    (page("audits:home"), ("title",)),
    (page("audits:dashboard", "file"), ("title",)),
    (page("reports:list"), ("title",)),
)
BRANCHES = tuple(f"branch_{family.lower()}" for family in CauseFamily.values)
PLAN_TEXTS = ("scope", "criteria", "language", "confidentiality", "remote_means", "fallback")
SLOT_TEXTS = ("title", "people_met", "topics")
PROGRAMME_TEXTS = ("title", "objectives", "resources")
FINDING_TEXTS = ("title", "required", "found", "consequence", "next_step")
LINE_TEXTS = (
    *("control_point", "procedure", "population", "sample", "record", "record_place"),
    *("threshold_note", "reaction"),
)


def newest_line(name: str) -> Place:
    """A page of the line that a form has just added to the draft of the file."""

    def address(_world) -> str:
        row = ControlLine.objects.latest("pk")
        return reverse(name, args=[row.plan.certification.key, row.pk])

    return address


TRIED = (
    Tried(
        BeginPlanForm,
        "audits:begin-control-plan",
        "revoked_file",
        "manager",
        ((page("audits:control-draft", "revoked_file"), ("reason",)),),
    ),
    Tried(
        ControlLineForm,
        "audits:add-control-line",
        "file",
        "manager",
        (
            (newest_line("audits:control-line"), LINE_TEXTS),
            (newest_line("audits:edit-control-line"), LINE_TEXTS),
            (page("audits:control-draft", "file"), ("control_point",)),
        ),
    ),
    Tried(
        ControlLineForm,
        "audits:edit-control-line",
        "draft_line",
        "manager",
        (
            (page("audits:control-line", "draft_line"), LINE_TEXTS),
            (page("audits:control-draft", "file"), LINE_TEXTS),
        ),
    ),
    Tried(
        ControlResultForm,
        "audits:record-control",
        "control",
        "contributor",
        ((page("audits:control", "control"), ("comment", "record_reference")),),
    ),
    Tried(
        HandOverForm,
        "audits:hand-over-control",
        "control",
        "manager",
        ((page("audits:control", "control"), ("reason",)),),
    ),
    Tried(
        CancelControlForm,
        "audits:cancel-control",
        "control",
        "manager",
        ((page("audits:control", "control"), ("reason",)),),
    ),
    Tried(
        OpenOrganisationForm,
        "accounts:open-organisation",
        "-",
        "administrator",
        (
            (newest(Organisation, "accounts:organisation"), ("name",)),
            (newest(Organisation, "accounts:edit-organisation"), ("name",)),
            (newest(Organisation, "accounts:add-member"), ("name",)),
            (page("accounts:organisations"), ("name",)),
        ),
    ),
    Tried(
        RenameOrganisationForm,
        "accounts:edit-organisation",
        "organisation",
        "administrator",
        (
            (page("accounts:organisation", "organisation"), ("name",)),
            (page("accounts:end-membership", "role"), ("name",)),
            (page("accounts:person", "account"), ("name",)),
        ),
    ),
    Tried(
        AddSiteForm,
        "accounts:add-site",
        "organisation",
        "administrator",
        ((page("accounts:organisation", "organisation"), ("name", "city")),),
    ),
    Tried(
        EditSiteForm,
        "accounts:edit-site",
        "place",
        "administrator",
        (
            (page("accounts:organisation", "organisation"), ("name", "city")),
            (page("accounts:edit-site", "place"), ("name", "city")),
        ),
    ),
    Tried(
        MemberForm,
        "accounts:add-member",
        "organisation",
        "manager",
        ((page("accounts:organisation", "organisation"), ("first_name", "last_name")),),
    ),
    Tried(
        TargetForm,
        "audits:set-target",
        "own_indicator",
        "manager",
        (
            (page("audits:set-target", "own_indicator"), ("source", "reason")),
            (page("audits:series", "own_indicator"), ("source",)),
        ),
    ),
    Tried(
        OwnIndicatorForm,
        "audits:edit-indicator",
        "own_indicator",
        "manager",
        (
            (page("audits:series", "own_indicator"), ("name", "definition")),
            (page("audits:edit-indicator", "own_indicator"), ("name", "definition")),
        ),
    ),
    Tried(
        ContactReasonForm,
        "audits:edit-reason",
        "reason",
        "manager",
        (
            (page("audits:reason-list", "organisation"), ("code", "label")),
            (page("audits:contact-reasons", "organisation"), ("label",)),
            (page("audits:contact-volumes", "organisation"), ("label",)),
        ),
    ),
    Tried(
        FeedbackForm,
        "audits:send-feedback",
        "reason",
        "manager",
        (
            (page("audits:contact-reasons", "organisation"), ("process",)),
            (newest(ReasonFeedback, "audits:feedback"), ("process", "found")),
        ),
    ),
    Tried(
        FeedbackAnswerForm,
        "audits:feedback",
        "feedback",
        "manager",
        ((page("audits:feedback", "feedback"), ("answer",)),),
    ),
    # The reasons of what ends are in the journal, and on no screen.
    Tried(EndMembershipForm, "accounts:end-membership", "role", "manager", ()),
    Tried(CloseAccountForm, "accounts:close-account", "account", "administrator", ()),
    Tried(
        OpenAccountForm,
        "accounts:open-account",
        "-",
        "administrator",
        (
            (newest(User, "accounts:person"), ("first_name", "last_name")),
            (newest(User, "accounts:edit-person"), ("first_name", "last_name")),
            (newest(User, "accounts:close-account"), ("first_name", "last_name")),
            (page("accounts:people"), ("first_name", "last_name")),
        ),
    ),
    Tried(
        EditPersonForm,
        "accounts:edit-person",
        "account",
        "administrator",
        (
            (page("accounts:person", "account"), ("first_name", "last_name")),
            (page("accounts:end-membership", "role"), ("first_name", "last_name")),
        ),
    ),
    Tried(
        CloseCertificationForm,
        "close-file",
        "idle_file",
        "manager",
        (
            (page("audits:certification", "idle_file"), ("reason",)),
            (page("audits:reopen-certification", "idle_file"), ("reason",)),
        ),
    ),
    Tried(
        ReopenCertificationForm,
        "audits:reopen-certification",
        "closed_file",
        "manager",
        ((page("audits:certification", "closed_file"), ("reason",)),),
    ),
    Tried(EditCertificationForm, "audits:edit-certification", "file", "manager", FILE),
    Tried(
        OpenCertificationForm,
        "audits:open-certification",
        "-",
        "manager",
        (
            (newest(Certification, "audits:certification"), ("title", "scope")),
            (page("audits:certifications"), ("title",)),
        ),
    ),
    Tried(
        RevokeShareForm,
        "audits:revoke-share",
        "share",
        "manager",
        (
            (page("audits:sharing", "file"), ("reason",)),
            (page("audits:certification", "file"), ("reason",)),
        ),
    ),
    Tried(
        SubcontractorForm,
        "audits:add-subcontractor",
        "file",
        "manager",
        ((page("audits:certification", "file"), ("name", "activity", "contact_role")),),
    ),
    Tried(
        SubcontractorForm,
        "audits:edit-subcontractor",
        "subcontractor",
        "manager",
        (
            (page("audits:certification", "file"), ("name", "activity", "contact_role")),
            (
                page("audits:edit-subcontractor", "subcontractor"),
                ("name", "activity", "contact_role"),
            ),
        ),
    ),
    Tried(
        ConclusionForm,
        "audits:conclude-audit",
        "ready",
        "lead",
        ((page("audits:conclusion", "ready"), ("summary", "not_covered")),),
    ),
    Tried(
        ReopenAuditForm,
        "reopen-audit",
        "concluded",
        "lead",
        ((page("audits:conclusion", "concluded"), ("reason",)),),
    ),
    Tried(
        DecideOnAuditForm,
        "audits:decide-on-audit",
        "grantable",
        "decision_maker",
        ((certificate_of_grantable, ("reason", "conditions", "certificate_number", "consult")),),
    ),
    Tried(
        DecisionForm,
        "audits:decide-on-certificate",
        "file",
        "decision_maker",
        ((page("audits:certificate", "file"), ("reason",)),),
    ),
    # The objectives are printed in the reports of the audit, and on no screen.
    Tried(StartAuditForm, "audits:start-audit", "file", "manager", ()),
    Tried(
        ScenarioForm,
        "audits:save-scenario",
        "file",
        "manager",
        (
            (newest(Scenario, "audits:scenario"), ("title",)),
            (page("audits:simulation", "file"), ("title",)),
        ),
    ),
    Tried(
        ScenarioForm,
        "audits:change-scenario",
        "scenario",
        "manager",
        ((page("audits:scenario", "scenario"), ("title",)),),
    ),
    Tried(
        RateForm,
        "audits:rate",
        "own/0",
        "manager",
        ((page("audits:requirement", "own/0"), ("na_reason",)), (page("audits:grid", "own"), ())),
        extra={"level": "NA"},
    ),
    Tried(
        TeamMemberForm,
        "audits:audit-team",
        "third",
        "manager",
        ((page("audits:audit-team", "third"), ("first_name", "last_name")),),
        extra={"email": "nouvelle.venue@exemple.test"},
    ),
    Tried(
        ReplaceLeadForm,
        "audits:replace-lead",
        "followed_up",
        "manager",
        ((page("audits:audit-team", "followed_up"), ("first_name", "last_name")),),
        extra={"email": "nouvelle.venue@exemple.test"},
    ),
    Tried(
        DeclarationForm,
        "audits:declare-independence",
        "sites",
        "lead",
        ((page("audits:audit-team", "sites"), ("links",)),),
    ),
    Tried(
        CommentForm,
        "audits:comment",
        "own/0",
        "manager",
        ((page("audits:requirement", "own/0"), ("text",)), (page("audits:grid", "own"), ("text",))),
    ),
    Tried(
        SampleForm,
        "audits:add-sample",
        "third",
        "lead",
        (
            (newest_sample("audits:sample"), ("title", "counted", "source")),
            (newest_sample("audits:edit-sample"), ("title", "counted", "source")),
            (page("audits:samples", "third"), ("title",)),
        ),
    ),
    Tried(
        ResultForm,
        "audits:record-result",
        "sample",
        "lead",
        (
            (page("audits:sample", "sample"), ("comment",)),
            (page("audits:sample-record", "sample"), ("comment",)),
        ),
    ),
    Tried(
        AnotherDrawForm,
        "audits:another-draw",
        "sample",
        "lead",
        ((newest_sample("audits:sample"), ("reason",)),),
    ),
    Tried(
        TakeUpForm,
        "audits:take-up-sample",
        "done_sample",
        "lead",
        ((page("audits:sample", "done_sample"), ("reason",)),),
    ),
    Tried(
        EvidenceForm,
        "audits:add-evidence",
        "own/0",
        "manager",
        (
            (newest(Evidence, "audits:evidence"), ("title", "note")),
            (newest(Evidence, "audits:edit-evidence"), ("title", "note")),
            (page("audits:evidence-list"), ("title",)),
            (page("audits:requirement", "own/0"), ("title",)),
        ),
        query="?type=note",
        extra={"confidentiality": "INTERNAL"},
        dropped=("url",),
    ),
    Tried(
        EvidenceForm,
        "audits:edit-evidence",
        "evidence",
        "manager",
        ((page("audits:evidence", "evidence"), ("title",)),),
        dropped=("url", "note"),
    ),
    Tried(
        WithdrawForm,
        "audits:withdraw-evidence",
        "evidence",
        "manager",
        (
            (page("audits:evidence", "evidence"), ("reason",)),
            (page("audits:restore-evidence", "evidence"), ("reason",)),
        ),
    ),
    Tried(
        FindingForm,
        "audits:add-finding",
        "own/0",
        "manager",
        (
            (newest(Finding, "audits:finding"), FINDING_TEXTS),
            (newest(Finding, "audits:edit-finding"), FINDING_TEXTS),
            (page("audits:finding-list"), ("title",)),
        ),
    ),
    Tried(
        FindingForm,
        "audits:edit-finding",
        "own_finding",
        "manager",
        (
            (page("audits:finding", "own_finding"), FINDING_TEXTS),
            (page("audits:action-list"), ()),
        ),
    ),
    Tried(
        CloseFindingForm,
        "audits:close-finding",
        "own_finding",
        "manager",
        ((page("audits:finding", "own_finding"), ("comment",)),),
    ),
    Tried(
        ReviewForm,
        "audits:review-evidence",
        "third_link",
        "lead",
        (
            (review_of("third_link"), ("reason",)),
            (newest(Finding, "audits:finding"), ("title", "found")),
        ),
        dropped=("na_reason",),
    ),
    Tried(
        ReviewForm,
        "audits:review-evidence",
        "third_link",
        "lead",
        ((review_of("third_link"), ("na_reason",)),),
        extra={"level": "NA", "na_reason": "Hors champ"},
        dropped=("title", "found"),
    ),
    Tried(
        AskForm,
        "audits:ask-evidence",
        "own",
        "manager",
        (
            (newest(EvidenceRequest, "audits:evidence-request"), ("text", "scope")),
            (page("audits:evidence-requests", "own"), ()),
            (page("audits:requirement", "own/0"), ()),
        ),
    ),
    Tried(
        AnswerRequestForm,
        "audits:answer-request",
        "asked_request",
        "manager",
        ((page("audits:evidence-request", "asked_request"), ("text",)),),
    ),
    Tried(
        OpinionForm,
        "audits:judge-request",
        "answered_request",
        "lead",
        ((page("audits:evidence-request", "answered_request"), ("reason",)),),
    ),
    Tried(
        CancelRequestForm,
        "audits:cancel-request",
        "asked_request",
        "lead",
        ((page("audits:evidence-request", "asked_request"), ("reason",)),),
    ),
    Tried(
        PositionForm,
        "audits:take-position",
        "finding",
        "manager",
        ((page("audits:finding", "finding"), ("comment",)),),
    ),
    Tried(
        AnswerForm,
        "audits:answer-finding",
        "finding",
        "manager",
        (
            (
                page("audits:finding", "finding"),
                ("correction", "extent", "root_cause", *(f"why_{n}" for n in range(1, 6))),
            ),
        ),
        dropped=BRANCHES,
    ),
    Tried(
        AnswerForm,
        "audits:answer-finding",
        "finding",
        "manager",
        ((page("audits:finding", "finding"), ("correction", *BRANCHES)),),
        extra={"cause_method": "ISHIKAWA", "branch_method": "Consigne absente"},
        dropped=tuple(f"why_{n}" for n in range(1, 6)),
    ),
    Tried(
        OpinionForm,
        "audits:judge-answer",
        "answered_finding",
        "lead",
        ((page("audits:finding", "answered_finding"), ("reason",)),),
    ),
    Tried(
        ProofForm,
        "audits:bring-proof",
        "accepted_finding",
        "manager",
        ((page("audits:finding", "accepted_finding"), ("statement",)),),
    ),
    Tried(
        RefuseProofForm,
        "audits:refuse-proof",
        "proven_finding",
        "lead",
        ((page("audits:finding", "proven_finding"), ("reason",)),),
    ),
    Tried(
        ReopenFindingForm,
        "audits:reopen-finding",
        "closed_finding",
        "lead",
        ((page("audits:finding", "closed_finding"), ("reason",)),),
    ),
    Tried(
        ActionForm,
        "audits:add-action",
        "finding",
        "manager",
        (
            (newest(CorrectiveAction, "audits:action"), ("title", "description")),
            (newest(CorrectiveAction, "audits:edit-action"), ("title", "description")),
            (page("audits:action-list"), ("title",)),
            (page("audits:finding", "finding"), ("title",)),
        ),
    ),
    Tried(
        ActionForm,
        "audits:edit-action",
        "action",
        "manager",
        (
            (page("audits:action", "action"), ("title", "description")),
            (page("audits:home"), ()),
        ),
    ),
    Tried(
        MoveActionForm,
        "audits:move-action",
        "action",
        "manager",
        ((page("audits:action", "action"), ("outcome",)),),
    ),
    Tried(
        PlanForm,
        "audits:edit-plan",
        "own",
        "manager",
        (
            (page("audits:plan", "own"), (*PLAN_TEXTS, "logistics")),
            (page("audits:edit-plan", "own"), (*PLAN_TEXTS, "logistics")),
        ),
    ),
    Tried(
        SlotForm,
        "audits:add-slot",
        "own",
        "manager",
        ((page("audits:plan", "own"), SLOT_TEXTS),),
    ),
    Tried(
        SlotForm,
        "audits:edit-slot",
        "own",
        "manager",
        (
            (page("audits:plan", "own"), SLOT_TEXTS),
            (page("audits:edit-slot", "own"), SLOT_TEXTS),
            (page("audits:record-meeting", "own"), ("title",)),
        ),
    ),
    Tried(
        MeetingForm,
        "audits:record-meeting",
        "own",
        "manager",
        (
            (page("audits:plan", "own"), ("notes",)),
            (page("audits:record-meeting", "own"), ("notes",)),
        ),
    ),
    Tried(
        ProgrammeForm,
        "audits:write-programme",
        "-",
        "manager",
        (
            (newest(AuditProgramme, "audits:programme"), PROGRAMME_TEXTS),
            (newest(AuditProgramme, "audits:edit-programme"), PROGRAMME_TEXTS),
            (page("audits:programmes"), ("title",)),
        ),
    ),
    Tried(
        LineForm,
        "audits:add-line",
        "programme",
        "manager",
        ((page("audits:programme", "programme"), ("lead",)),),
    ),
    *forms_tried_listening.tried(Tried, page, newest),
    *forms_tried_committee.tried(Tried, page, newest),
    *forms_tried_providers.tried(Tried, page),
    *forms_tried_surveys.tried(Tried, page, newest),
    Tried(
        OpenComplaintForm,
        "audits:open-complaint",
        "organisation",
        "manager",
        ((newest(InternalComplaint, "audits:complaint"), ("facts",)),),
    ),
    Tried(
        ReopenForm,
        "audits:reopen-complaint",
        "closed_complaint",
        "manager",
        ((newest(InternalComplaint, "audits:complaint"), ("facts",)),),
    ),
    Tried(
        ComplaintPlanForm,
        "audits:plan-complaint",
        "complaint",
        "manager",
        (
            (page("audits:complaint", "complaint"), ("cause", "plan")),
            (page("audits:plan-complaint", "complaint"), ("cause", "plan")),
        ),
    ),
    Tried(
        ComplaintActionForm,
        "audits:add-complaint-action",
        "planned_complaint",
        "manager",
        ((page("audits:complaint", "planned_complaint"), ("title",)),),
    ),
    Tried(
        ComplaintActionForm,
        "audits:edit-complaint-action",
        "planned_act",
        "manager",
        (
            (page("audits:complaint", "planned_complaint"), ("title",)),
            (page("audits:edit-complaint-action", "planned_act"), ("title",)),
        ),
    ),
    Tried(
        ComplaintCommentForm,
        "audits:comment-complaint",
        "complaint",
        "manager",
        ((page("audits:complaint", "complaint"), ("text",)),),
    ),
    Tried(
        CloseComplaintForm,
        "audits:close-complaint",
        "returned_complaint",
        "manager",
        ((page("audits:complaint", "returned_complaint"), ("reason",)),),
    ),
)
