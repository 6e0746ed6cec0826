"""Words that stand in every text of the other organisation, and nowhere else in the world."""

from datetime import timedelta
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions import evidence_request, evidence_request_answer
from audits.actions.assessment import rate
from audits.actions.closing import close_certification
from audits.actions.committee import hold_meeting
from audits.actions.controls.plan import approve_plan
from audits.actions.finding_steps import take_position
from audits.actions.freezing import reopen_audit
from audits.actions.review import ReviewFields, review_evidence
from audits.actions.sample import prepare_another
from audits.actions.sample_item import record_result
from audits.actions.sharing import revoke_share
from audits.actions.team import remove_team_member
from audits.enums import AuditeePosition, Opinion, ReviewVerdict
from audits.logic.sampling import Unit
from audits.models import (
    CommitteeMeeting,
    ControlPlan,
    Evidence,
    EvidenceLink,
    SectorMark,
    ServiceTheme,
    VerdictProposal,
)
from audits.proposal_enums import ProposalChoice, ProposalOutcome
from audits.sample_enums import SampleSubject, SiteSampleRule
from crcaudit.accounts import outbox
from crcaudit.accounts.enums import OrganisationKind
from crcaudit.accounts.models import Organisation, QueuedMessage, SiteClosure, User
from crcaudit.core import journal
from reports import actions as report_actions
from reports.enums import ReportKind
from tests.factories.audits import CertificationFactory, EvidenceFactory, drawn_sample
from tests.factories.decisions import conclude, decide, led_audit
from tests.project.traces import our_models
from tests.project.world_providers import review_anew

BIRD = "zzcanari"
BODY = OrganisationKind.CERTIFICATION_BODY
HINT = "zzcana"  # what a curious person would search for: itself no canary, as pages repeat it
# Texts that are no words of anybody: fingerprints, paths, codes of a vocabulary.
WORDLESS = {
    "accounts.Site.calendar",
    "accounts.User.language",
    "accounts.User.password",
    "audits.Assessment.level",
    "audits.Audit.gap_rule",
    "audits.CalendarFeed.secret_hash",
    # Of the edition and of the certification body, which are offered to everybody.
    "audits.Certificate.body_name",
    "audits.Certificate.edition_version",
    "audits.Certificate.referential_en",
    "audits.Certificate.referential_fr",
    # A version of the rule, and a code of the scale.
    "audits.VerdictProposal.level",
    "audits.VerdictProposal.rule",
    # Codes of the vocabularies of the edition.
    "audits.ControlLine.method",
    "audits.ControlLine.role",
    "audits.CommitteeMeeting.frozen_sha256",
    "audits.ComplaintEscalation.about",
    "audits.EvidenceVersion.media_type",
    "audits.EvidenceVersion.path",
    "audits.EvidenceVersion.preview",
    "audits.EvidenceVersion.sha256",
    # Three initials or a number hold no word.
    "audits.ListeningSession.agent",
    "audits.MysteryCampaign.algorithm",
    "audits.MysteryCampaign.seed",
    "audits.Sample.algorithm",
    "audits.Sample.population_hash",
    "audits.Sample.seed",
    "audits.ColumnMapping.signature",
    "audits.MeasureImport.delimiter",
    "audits.MeasureImport.encoding",
    "audits.MeasureImport.error",
    "audits.MeasureImport.file_path",
    "audits.MeasureImport.sha256",
    "audits.PeriodResult.unpooled",
    "audits.ProviderReview.digest",
    "audits.WorkbookImport.sha256",
    "core.Counter.name",
    "core.JournalEntry.actor",
    "core.JournalEntry.entry_hash",
    "core.JournalEntry.object_key",
    "core.JournalEntry.object_type",
    "core.JournalEntry.previous_hash",
    "core.JournalEntry.stream",
    "core.JournalHead.entry_hash",
    "core.JournalHead.stream",
    "reports.Report.app_version",
    "reports.Report.file_path",
    "reports.Report.file_sha256",
    "reports.Report.language",
    "reports.Report.rule_version",
    "reports.Report.snapshot_sha256",
    "reports.Report.step",
    "reports.Report.template_version",
}
# Held by the database to stay as written: filled by `_write_anew` instead.
KEPT = ("core.JournalEntry", "audits.EvidenceVersion")


def text_columns() -> dict[str, tuple[type, models.Field]]:
    """Columns of an organisation's own tables in which words can be, by label."""
    return {
        f"{model._meta.label}.{field.name}": (model, field)
        for model in our_models()
        if model._meta.app_label != "engagements"
        for field in model._meta.concrete_fields
        if isinstance(field, (models.CharField, models.TextField)) and not field.choices
        if f"{model._meta.label}.{field.name}" not in WORDLESS
    }


def release(world) -> None:
    """Write a canary in every text of the other organisation, as far as the database allows."""
    for label, (model, field) in text_columns().items():
        if not label.startswith(KEPT):
            for pk in model.objects.filter(pk__gt=world.marks[model]).values_list("pk", flat=True):
                _write(model, field, pk)
    _write_anew(world)


def sitting(world) -> set[str]:
    """Columns in which a canary of the other organisation is."""
    found = set()
    for label, (model, field) in text_columns().items():
        rows = model.objects.filter(pk__gt=world.marks[model])
        if rows.filter(**{f"{field.name}__contains": BIRD}).exists():
            found.add(label)
    return found


def _write(model, field, pk) -> None:
    """One text; rows of a validated audit refuse it, and stay as they are.

    A certification body keeps its name: whoever opens a file chooses among all of them.
    """
    if model is Organisation and model.objects.get(pk=pk).kind == BODY:
        return
    text = f"{BIRD}{pk}-{model._meta.model_name}-{field.name}"
    if isinstance(field, models.EmailField):
        text = f"{BIRD}{pk}@example.test"
    if isinstance(field, models.URLField):
        text = f"https://example.test/{text}"
    changed = {field.name: text[: field.max_length]}
    try:
        with transaction.atomic():
            model.objects.filter(pk=pk).update(**changed)
    except IntegrityError:
        return


def _write_anew(world) -> None:
    """What is never rewritten is written once more, now that everything bears a canary."""
    side = world.other
    at = timezone.now() + timedelta(minutes=1)
    by = User.objects.get(pk=side.people["manager"].pk)
    _write_where_a_state_asks_for_it(side, by, at)
    piece = EvidenceFactory(organisation=side.organisation, number=900, title=f"{BIRD}-fichier")
    default_storage.save(piece.versions.get().path, ContentFile(BIRD.encode()))
    _record(side, by, at)
    meeting = CommitteeMeeting.objects.get(pk=side.things["committee"].pk)
    hold_meeting(meeting=meeting, version=meeting.version, held_on=localdate(at), by=by, at=at)
    review_anew(side, BIRD)
    _propose(side, by, at)
    audit = side.audits["third"]
    audit.refresh_from_db()
    report_actions.request_report(
        kind=ReportKind.AUDIT,
        certification=audit.certification,
        audit=audit,
        language="en",
        by=by,
        at=at,
    )


def _write_where_a_state_asks_for_it(side, by, at) -> None:
    """Reasons that only a closure, a withdrawal and a "not applicable" have."""
    SiteClosure.objects.create(
        site=side.site, start_date="2026-08-10", end_date="2026-08-14", reason=f"{BIRD}-fermé"
    )
    closed = CertificationFactory(
        organisation=side.organisation,
        edition=side.file.edition,
        reference="CERT-2025-09",
        opened_by=by,
    )
    close_certification(certification=closed, reason=f"{BIRD}-clos", by=by, at=at)
    Evidence.objects.filter(pk=side.things["free_evidence"].pk).update(
        withdrawn_at=at, withdrawn_reason=f"{BIRD}-retirée"
    )
    share = side.things["share"]
    revoke_share(share=share, reason=f"{BIRD}-repris", by=by, at=at)
    _approve_controls(side, at)
    _draw(side, by)
    _judge(side, by, at)
    _conclude(side, at)
    row = side.assessment("third", 2)
    rate(
        assessment=row,
        version=row.version,
        level="NA",
        na_reason=f"{BIRD}-sans objet",
        by=by,
        at=at,
    )


def _approve_controls(side, at) -> None:
    """The lines of a draft, full of canaries, come into force and are planned."""
    draft = ControlPlan.objects.get(certification=side.things["idle_file"])
    director = User.objects.get(pk=side.people["director"].pk)
    approve_plan(plan=draft, version=draft.version, starts_on=localdate(at), by=director, at=at)


def _propose(side, by, at) -> None:
    """The reason of a departure, and the source of a mark of the sector."""
    VerdictProposal.objects.create(
        assessment=side.assessment("third"),
        rule="v1",
        level="C",
        outcome=ProposalOutcome.PROVEN,
        day=localdate(at),
        kept_at=at,
        choice=ProposalChoice.DEPARTED,
        reason=f"{BIRD}-écart",
        chosen_at=at,
        chosen_by=by,
    )
    barometer = side.things["open_barometer"]
    SectorMark.objects.create(
        barometer_id=barometer.pk,
        theme=ServiceTheme.objects.filter(organisation=side.organisation).first(),
        expected=8,
        source=f"{BIRD}-étude",
        year=localdate(at).year - 1,
    )


def _judge(side, by, at) -> None:
    """Words of a review, of a position and of the opinions on an answer and on a proof."""
    lead, things = side.people["lead"], side.things
    link = EvidenceLink.objects.get(pk=things["third_link"].pk)
    said = ReviewFields(seen=link.reviews, verdict=ReviewVerdict.REJECTED, reason=f"{BIRD}-rejetée")
    review_evidence(link=link, fields=said, by=lead, at=at)
    take_position(
        finding=things["finding"],
        position=AuditeePosition.DISPUTED,
        comment=f"{BIRD}-contesté",
        by=by,
        at=at,
    )
    for replies in (things["answered_finding"].answers, things["proven_finding"].proofs):
        reason = f"{BIRD}-avis"
        replies.get().judge(opinion=Opinion.REFUSED, reason=reason, by=lead, at=at)
    _ask(side, lead, at)
    outbox.queue(by, subject=f"{BIRD}-objet", parts=(f"{BIRD}-texte",), at=at, once=f"{BIRD}-une")
    QueuedMessage.objects.filter(recipient=by).update(last_error=f"{BIRD}-erreur")


def _ask(side, lead, at) -> None:
    """Words of requests for evidence, which never change once they are written.

    Of an audit without requests: the names of the counters bear a canary.
    """
    asked = evidence_request.RequestFields(
        assessments=(side.assessment("sites"),),
        text=f"{BIRD}-demande",
        scope=f"{BIRD}-période",
        due_date=at.date() + timedelta(days=7),
    )
    audit = side.audits["sites"]
    first, second = evidence_request.ask_evidence(
        key=uuid4(), audit=audit, requests=[asked, asked], by=lead, at=at
    )
    evidence_request.cancel_request(request=first, reason=f"{BIRD}-annulée", by=lead, at=at)
    answered = evidence_request_answer.answer_request(
        key=uuid4(),
        request=second,
        fields=evidence_request_answer.RequestAnswerFields(
            text=f"{BIRD}-réponse", has_nothing=True
        ),
        by=side.people["manager"],
        at=at,
    )
    answered.judge(opinion=Opinion.REFUSED, reason=f"{BIRD}-manque", by=lead, at=at)


def _conclude(side, at) -> None:
    """Words of a conclusion, of its end, and of what is decided; of who left a team."""
    lead, audit = side.people["lead"], side.audits["ready"]
    words = {"summary": f"{BIRD}-conclusion", "not_covered": f"{BIRD}-non-couvert"}
    conclude(audit, lead, **words, at=at)
    reopen_audit(audit=audit, reason=f"{BIRD}-rouvert", by=lead, at=at)
    file = CertificationFactory(
        organisation=Organisation.objects.get(pk=side.organisation.pk),
        edition=side.file.edition,
        reference="CERT-2025-08",
        scope=f"{BIRD}-périmètre",
        body=side.file.body,
        opened_by=side.people["manager"],
    )
    granted, its_lead = led_audit(certification=file)
    conclude(granted, its_lead, at=at)
    reason, conditions = f"{BIRD}-décidé", f"{BIRD}-suivi"
    maker, kind = side.people["decision_maker"], "GRANTED_WITH_FOLLOW_UP"
    more = {"number": f"{BIRD}-certificat", "consult": f"{BIRD}-consulter"}
    decide(granted, maker, kind, reason=reason, conditions=conditions, **more)
    observer = side.audits["own"].team.get(role="OBSERVER")
    remove_team_member(member=observer, by=side.people["manager"], at=at)


def _draw(side, by) -> None:
    """Words of a drawn sample, of its units and of another draw.

    Of an audit without samples: the names of the counters bear a canary, so that they begin again.
    """
    audit = side.audits["own"]
    sample = drawn_sample(
        audit=audit,
        by=by,
        subject=SampleSubject.SITES,
        rule=SiteSampleRule.INITIAL,
        counted="",
        units=(Unit(f"{BIRD}-unité", f"{BIRD}-strate"),),
        population_size=1,
        size=1,
        central=f"{BIRD}-centre",
    )
    prepare_another(sample=sample, reason=f"{BIRD}-retirage", by=by, at=sample.drawn_at)
    item = drawn_sample(audit=audit, by=by).items.get(rank=1)
    record_result(
        item=item, version=1, result="CONFORM", comment=f"{BIRD}-vu", by=by, at=timezone.now()
    )


def _record(side, by, at) -> None:
    change = journal.Change(
        f"finding.{BIRD}",
        "finding",
        side.things["finding"].key,
        f"{BIRD}-objet",
        before={"title": f"{BIRD}-avant"},
        after={"title": f"{BIRD}-après"},
        reason=f"{BIRD}-motif",
    )
    stream = journal.organisation_stream(side.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)
