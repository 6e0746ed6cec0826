"""Requests for evidence: asked, answered with evidence that enters the review, settled or not."""

from datetime import date, datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from audits import storage
from audits.actions.daily import daily_round
from audits.actions.evidence_request import RequestFields, ask_evidence, cancel_request
from audits.actions.evidence_request_answer import (
    RefusedUploadError,
    RequestAnswerFields,
    answer_request,
    judge_request_answer,
)
from audits.enums import AuditKind, Opinion
from audits.models import Evidence, EvidenceLink, EvidenceRequest, EvidenceVersion
from audits.request_enums import REQUEST_FLOW, RequestState
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import QueuedMessage
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.flow import TransitionNotAllowedError
from crcaudit.core.models import JournalEntry
from crcaudit.core.workdays import PARIS
from tests.factories.accounts import MembershipFactory, SiteFactory
from tests.factories.audits import EvidenceFactory, running_audit
from tests.factories.decisions import conclude
from tests.factories.reports import rate_everything
from tests.queries import counted

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

AT = datetime(2026, 3, 3, 10, tzinfo=PARIS)
DUE = date(2026, 3, 10)
NOTHING = RequestAnswerFields(text="Aucun appel sortant sur la période", has_nothing=True)


@pytest.fixture
def audit():
    return running_audit(kind=AuditKind.INITIAL)


def fields(audit, *places, **changes):
    rows = tuple(audit.assessments.order_by("position"))
    values = {"text": "Relevé des appels", "scope": "Janvier à mars", "due_date": DUE}
    chosen = tuple(rows[place] for place in places or (0,))
    return RequestFields(assessments=chosen, **values | changes)


def ask(audit, by, *requests, key=None, at=AT):
    wanted = requests or (fields(audit),)
    return ask_evidence(key=key or uuid4(), audit=audit, requests=wanted, by=by, at=at)


@pytest.fixture
def asked(audit, lead):
    (row,) = ask(audit, lead)
    return row


def answer(row, by, said=NOTHING, key=None):
    return answer_request(key=key or uuid4(), request=row, fields=said, by=by, at=AT)


def judge(row, by, opinion, reason="", version=None):
    row.refresh_from_db()
    return judge_request_answer(
        request=row, version=version or row.version, opinion=opinion, reason=reason, by=by, at=AT
    )


def files_of(row):
    """Stored files of the audited organisation."""
    return [path for path in storage.paths() if path.startswith(str(row.audit.organisation.key))]


def test_requests_of_one_form_are_numbered_and_told_once(audit, lead, auditee):
    contributor = MembershipFactory(organisation=audit.organisation, role=Role.CONTRIBUTOR).user
    audit.assessments.filter(pk=audit.assessments.order_by("position")[1].pk).update(
        assigned_to=contributor
    )
    stranger = MembershipFactory(organisation=audit.organisation, role=Role.CONTRIBUTOR).user

    rows = ask(audit, lead, fields(audit), fields(audit, 0, 1, text="Courriers"))

    told = {row.recipient: row.body for row in QueuedMessage.objects.all()}
    assert [row.reference for row in rows] == ["D-01", "D-02"]
    assert told.keys() == {auditee, contributor}
    assert ("D-01" in told[auditee], "D-02" in told[auditee]) == (True, True)
    assert ("D-01" in told[contributor], "D-02" in told[contributor]) == (False, True)
    assert stranger not in told
    assert JournalEntry.objects.filter(action="request.asked").count() == 2


@pytest.mark.parametrize("number", [1, 40])
def test_asking_takes_the_same_queries_whatever_the_list(audit, lead, auditee, number):
    wanted = [fields(audit) for _number in range(number)]

    with counted() as statements:
        ask(audit, lead, *wanted)

    assert len(statements) == 13


def test_the_same_form_sent_twice_asks_once(audit, lead):
    key = uuid4()

    first, again = (ask(audit, lead, fields(audit), fields(audit), key=key) for _time in "ab")

    assert [row.pk for row in first] == [row.pk for row in again]
    assert EvidenceRequest.objects.count() == 2


def test_what_cannot_be_asked_is_refused_whole(audit, lead):
    other = running_audit()

    for wrong in (
        fields(other),
        fields(audit, due_date=date(2026, 3, 2)),
        RequestFields(assessments=(), text="x", due_date=DUE),
    ):
        with pytest.raises(UserError):
            ask(audit, lead, fields(audit), wrong)

    assert not EvidenceRequest.objects.exists()


def test_files_and_known_evidence_of_an_answer_enter_the_review(audit, lead, auditee):
    (row,) = ask(audit, lead, fields(audit, 0, 1))
    known = EvidenceFactory(organisation=audit.organisation, number=700)
    file = ContentFile(b"Releve du mois de mars\n", name="releve.txt")

    said = answer(
        row,
        auditee,
        RequestAnswerFields(text="Voir le relevé", evidence=(known,), uploads=(file,)),
    )

    row.refresh_from_db()
    links = EvidenceLink.objects.filter(unlinked_at=None, review="")
    assert (row.state, row.answered_by) == (RequestState.ANSWERED, auditee)
    assert {piece.title for piece in said.evidence.all()} == {known.title, "releve"}
    assert {(link.evidence_id, link.assessment_id) for link in links} == set(
        product(
            said.evidence.values_list("pk", flat=True),
            row.assessments.values_list("pk", flat=True),
        )
    )
    assert QueuedMessage.objects.filter(recipient=lead, body__contains="D-01").exists()


def test_an_answer_sent_twice_is_one(asked, auditee):
    key = uuid4()

    first, again = (answer(asked, auditee, key=key) for _time in "ab")

    assert first == again
    assert asked.answers.count() == 1


def test_an_answer_needs_evidence_or_says_that_there_is_none(audit, asked, auditee):
    piece = EvidenceFactory(organisation=audit.organisation)
    foreign = EvidenceFactory()
    withdrawn = EvidenceFactory(
        organisation=audit.organisation, number=900, withdrawn_at=AT, withdrawn_reason="Autre"
    )

    for wrong in (
        RequestAnswerFields(text="Voilà"),
        RequestAnswerFields(text="Rien", has_nothing=True, evidence=(piece,)),
        RequestAnswerFields(text="Voilà", evidence=(foreign,)),
        RequestAnswerFields(text="Voilà", evidence=(withdrawn,)),
    ):
        with pytest.raises(UserError):
            answer(asked, auditee, wrong)

    asked.refresh_from_db()
    assert (asked.state, asked.answers.count()) == (RequestState.ASKED, 0)


def test_a_refused_file_leaves_nothing_of_the_answer(asked, auditee):
    good = ContentFile(b"Releve\n", name="releve.txt")
    bad = ContentFile(b"MZ\x90", name="outil.exe")

    with pytest.raises(RefusedUploadError, match="TYPE"):
        answer(asked, auditee, RequestAnswerFields(text="Voilà", uploads=(good, bad)))

    assert not Evidence.objects.exists()
    assert files_of(asked) == []


def test_the_files_of_an_answer_that_is_taken_back_are_removed(asked, auditee, settings):
    """The second file finds no room left: the first one goes with the answer."""
    settings.ORGANISATION_QUOTA_BYTES = 10
    files = tuple(
        ContentFile(text, name=f"{number}.txt")
        for number, text in enumerate((b"Releve\n", b"Un autre releve\n"))
    )

    with pytest.raises(UserError):
        answer(asked, auditee, RequestAnswerFields(text="Voilà", uploads=files))

    asked.refresh_from_db()
    assert (asked.state, EvidenceVersion.objects.count()) == (RequestState.ASKED, 0)
    assert files_of(asked) == []


def test_a_refusal_asks_again_and_tells_who_answered(asked, lead, auditee):
    answer(asked, auditee)

    judge(asked, lead, Opinion.REFUSED, "Il manque février")

    asked.refresh_from_db()
    body = QueuedMessage.objects.get(recipient=auditee, body__contains="manque").body
    assert (asked.state, asked.answered_at, asked.answered_by) == (RequestState.ASKED, None, None)
    assert "Il manque février" in body
    assert answer(asked, auditee).number == 2


def test_an_accepted_answer_settles_for_good(asked, lead, auditee):
    answer(asked, auditee)

    judge(asked, lead, Opinion.ACCEPTED)

    asked.refresh_from_db()
    assert (asked.state, asked.settled_by) == (RequestState.SETTLED, lead)
    with pytest.raises(NotAvailableError):
        answer(asked, auditee)
    with pytest.raises(NotAvailableError):
        judge(asked, lead, Opinion.REFUSED, "Trop tard")


def test_who_judges_says_what_is_missing_and_never_judges_themselves(asked, lead, auditee):
    answer(asked, auditee)

    with pytest.raises(UserError):
        judge(asked, lead, Opinion.REFUSED)
    with pytest.raises(UserError):
        judge(asked, auditee, Opinion.ACCEPTED)
    with pytest.raises(EditConflictError):
        judge(asked, lead, Opinion.ACCEPTED, version=1)


def test_a_request_is_cancelled_until_it_is_answered(audit, lead, auditee):
    first, second = ask(audit, lead, fields(audit), fields(audit))
    answer(second, auditee)

    cancel_request(request=first, reason="Déjà vue sur place", by=lead, at=AT)

    first.refresh_from_db()
    assert (first.state, first.cancel_reason) == (RequestState.CANCELLED, "Déjà vue sur place")
    with pytest.raises(NotAvailableError):
        cancel_request(request=second, reason="Trop tard", by=lead, at=AT)


def test_nothing_moves_once_the_audit_is_validated(audit, asked, lead, auditee):
    rate_everything(audit)
    conclude(audit, lead, at=AT)
    asked.refresh_from_db()

    with pytest.raises(NotAvailableError):
        answer(asked, auditee)
    with pytest.raises(NotAvailableError):
        cancel_request(request=asked, reason="Fin", by=lead, at=AT)
    with pytest.raises(NotAvailableError):
        ask(audit, lead)
    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceRequest.objects.filter(pk=asked.pk).update(version=9)


def dated(state, by):
    """The columns of a state, as the constraint wants them."""
    steps = {
        "ASKED": (),
        "ANSWERED": ("answered",),
        "SETTLED": ("answered", "settled"),
        "CANCELLED": ("cancelled",),
    }[state]
    values = {"state": state, "cancel_reason": "x" if state == "CANCELLED" else ""}
    for step in ("answered", "settled", "cancelled"):
        values |= (
            {f"{step}_at": AT, f"{step}_by": by}
            if step in steps
            else {
                f"{step}_at": None,
                f"{step}_by": None,
            }
        )
    return values


def test_every_other_move_is_refused_by_the_flow_and_by_the_database(audit, lead):
    for source, target in product(RequestState, RequestState):
        row = EvidenceRequest(
            audit=audit,
            number=EvidenceRequest.objects.count() + 1,
            text="x",
            due_date=DUE,
            asked_at=AT,
            asked_by=lead,
            **dated(source, lead),
        )
        row.save()
        change = EvidenceRequest.objects.filter(pk=row.pk)
        if source == target or target in REQUEST_FLOW.targets(source):
            change.update(**dated(target, lead))
            continue
        with pytest.raises(IntegrityError), transaction.atomic():
            change.update(**dated(target, lead))
        with pytest.raises(TransitionNotAllowedError):
            REQUEST_FLOW.check(source=source, target=target)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "LOST"},
        {"state": "ANSWERED"},
        {"state": "CANCELLED", "cancelled_at": AT},
        {"cancel_reason": "x"},
        {"text": "Autre chose"},
        {"due_date": DUE + timedelta(days=30)},
        {"scope": "Autre période"},
    ],
)
def test_the_database_holds_what_was_asked_and_when(asked, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceRequest.objects.filter(pk=asked.pk).update(**wrong)


def test_answers_and_requests_are_never_removed_nor_changed(audit, asked, lead, auditee):
    piece = EvidenceFactory(organisation=audit.organisation)
    said = answer(asked, auditee, RequestAnswerFields(text="Voilà", evidence=(piece,)))
    rows = type(said).objects.filter(pk=said.pk)
    steps = [
        lambda: rows.update(text="Autre"),
        rows.delete,
        said.evidence.clear,
        asked.assessments.clear,
        lambda: EvidenceRequest.objects.filter(pk=asked.pk).delete(),
        lambda: rows.update(opinion="REFUSED", opinion_reason="", opinion_at=AT, opinion_by=lead),
        lambda: rows.update(opinion="ACCEPTED", opinion_at=AT, opinion_by=auditee),
    ]

    for step in steps:
        with pytest.raises(IntegrityError), transaction.atomic():
            step()


def test_late_requests_are_reminded_of_once_a_week(audit, asked, lead, auditee):
    site = SiteFactory(organisation=audit.organisation)
    MembershipFactory(organisation=audit.organisation, role=Role.SITE_MANAGER, site=site)
    QueuedMessage.objects.all().delete()
    late = AT + timedelta(days=14)

    for _day in "ab":
        daily_round(at=late)

    (message,) = QueuedMessage.objects.all()
    assert message.recipient == auditee
    assert "D-01 Relevé des appels" in message.body
