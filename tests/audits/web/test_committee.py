"""The screens of the committee: its packs, what each reader sees of them, its decisions."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions import committee_decision
from audits.actions.place import place_of
from audits.logic.periods import Grain, period_of
from audits.models import CommitteeDecision, CommitteeMeeting
from crcaudit.accounts.enums import Role
from tests.audits.web.test_alerts import under
from tests.factories.accounts import MembershipFactory, SiteFactory
from tests.factories.alerts import in_months_before
from tests.factories.committee import decided, held, last_week, prepared
from tests.factories.figures import indicator, measure, want
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

TODAY = localdate()
WEEK = last_week()


@pytest.fixture
def organisation(manager):
    return manager.organisation


@pytest.fixture
def contributor(organisation):
    return member(organisation, Role.CONTRIBUTOR)


def member(organisation, role, **values):
    fields = {"organisation": organisation, "role": role, "user__language": "en"}
    return MembershipFactory(**fields | values).user


def at(organisation, name="committee-pack", *, period=WEEK, query=""):
    slug = "semaine" if period.grain == "WEEK" else "mois"
    args = [organisation.key, slug, period.start.isoformat()]
    return reverse(f"audits:{name}", args=args) + query


def of(name, decision):
    return reverse(f"audits:{name}", args=[decision.key])


def shown(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode().replace("\xa0", " ")


def weekly(organisation, by, code, rates, *, subject=None):
    """An indicator wanted at 85 % each week; its rates up to last week, None for no figure."""
    row = indicator(code)
    first = WEEK.after(1 - len(rates))
    want(
        organisation, row, subject=subject, starts_on=first.start, grain=Grain.WEEK,
        at=timezone.now(), by=by,
    )  # fmt: skip
    for back, rate in enumerate(rates):
        if rate is not None:
            measure(
                organisation, row, first.after(back).start, subject=subject, grain=Grain.WEEK,
                by=by, answered_in_t=rate, offered=100,
            )  # fmt: skip
    return row


def test_on_monday_the_pack_of_last_week_is_there(client, organisation, manager):
    weekly(organisation, manager.user, "PEC-01", (90, 91, 70))
    weekly(organisation, manager.user, "PEC-02", (90, 91, None))

    text = shown(client, at(organisation))

    assert "fell under its target" in text
    assert "Indicator PEC-01" in text
    assert "Indicator PEC-02" not in text
    assert "without a figure" in text
    assert CommitteeMeeting.objects.count() == 0


def test_an_indicator_missed_again_without_a_complaint_calls_for_a_decision(
    client, organisation, manager
):
    under(organisation, "PEC-01", by=manager.user)
    text = shown(client, at(organisation, period=_month()))
    assert "without a complaint" not in text

    complaint = organisation.internal_complaints.get()
    organisation.internal_complaints.filter(pk=complaint.pk).delete()
    text = shown(client, at(organisation, period=_month()))
    assert "without a complaint" in text


def _month():
    return period_of(in_months_before(1)[0], Grain.MONTH)


@pytest.mark.parametrize(
    "address",
    [
        "semaine/2026-11-24/",
        "semaine/2099-01-05/",
        "an/2026-01-01/",
        "semaine/x/",
        "mois/1999-01-01/",
    ],
)
def test_what_is_no_closed_period_is_not_found(client, organisation, address):
    base = reverse("audits:committee-packs", args=[organisation.key])

    assert client.get(base + address).status_code == 404


def test_the_running_week_has_no_pack_yet(client, organisation):
    assert client.get(at(organisation, period=WEEK.after(1))).status_code == 404


def test_the_committee_is_prepared_decided_and_held(client, organisation, manager):
    sent = {"roles": ["QUALITY", "SITES"], "people": [manager.user.pk], "flows": "Pic attendu"}
    assert client.post(at(organisation, "prepare-committee"), sent).status_code == 302
    due = TODAY + timedelta(days=5)
    new = {"key": uuid4(), "text": "Tenir un renfort", "owner": manager.user.pk, "due_date": due}
    for _twice in range(2):
        assert client.post(at(organisation, "decide-committee"), new).status_code == 302
    text = shown(client, at(organisation))
    assert "Pic attendu" in text
    assert "Tenir un renfort" in text

    meeting = CommitteeMeeting.objects.get()
    hold = {"version": meeting.version, "held_on": TODAY}
    assert client.post(at(organisation, "hold-committee"), hold).status_code == 302
    text = shown(client, at(organisation))
    assert "Held on" in text
    assert "Write a decision" not in text
    for name in ("prepare-committee", "decide-committee", "hold-committee"):
        assert client.get(at(organisation, name)).status_code == 409
    assert CommitteeDecision.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "changes", "field"),
    [
        ("prepare-committee", {"roles": ["KING"]}, "roles"),
        ("prepare-committee", {"people": ["999999"]}, "people"),
        ("prepare-committee", {"version": "x"}, "version"),
        ("decide-committee", {"text": ""}, "text"),
        ("decide-committee", {"text": "x" * 301}, "text"),
        ("decide-committee", {"owner": "999999"}, "owner"),
        ("decide-committee", {"due_date": "2001-01-01"}, "due_date"),
        ("decide-committee", {"place": "999999"}, "place"),
        ("hold-committee", {"held_on": ""}, "held_on"),
        ("hold-committee", {"held_on": "2001-01-01"}, "held_on"),
    ],
    ids=str,
)
def test_what_cannot_be_is_given_back(  # noqa: PLR0913, PLR0917
    client, organisation, manager, name, changes, field
):
    meeting = prepared(organisation, manager.user, period=WEEK, at=timezone.now())
    body = {
        "prepare-committee": {"version": meeting.version, "flows": "Ce qui fut tapé"},
        "decide-committee": {
            "key": uuid4(), "text": "Ce qui fut tapé", "owner": manager.user.pk, "due_date": TODAY,
        },
        "hold-committee": {"version": meeting.version, "held_on": TODAY},
    }[name]  # fmt: skip

    answer = client.post(at(organisation, name), body | changes)

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    if name != "hold-committee" and field != "text":
        assert "Ce qui fut tapé" in answer.content.decode()


def test_what_somebody_wrote_meanwhile_is_told_and_nothing_is_lost(client, organisation, manager):
    meeting = prepared(organisation, manager.user, period=WEEK, at=timezone.now())
    place = at(organisation, "prepare-committee")
    sent = {"version": meeting.version, "roles": ["QUALITY"], "notes": "Le premier"}
    assert client.post(place, sent).status_code == 302

    answer = client.post(place, sent | {"notes": "La seconde"})

    assert answer.status_code == 409
    assert "La seconde" in answer.content.decode()
    meeting.refresh_from_db()
    assert meeting.notes == "Le premier"
    version = answer.context["form"]["version"].value()
    assert client.post(place, sent | {"notes": "La seconde", "version": version}).status_code == 302


def test_a_decision_that_the_facts_call_for_keeps_what_it_is_about(client, organisation, manager):
    complaint = under(organisation, "PEC-01", by=manager.user)
    place = at(organisation, "decide-committee", query=f"?reclamation={complaint.key}")
    assert complaint.reference in shown(client, place)

    new = {"key": uuid4(), "text": "Relancer", "owner": manager.user.pk, "due_date": TODAY}
    assert client.post(place, new).status_code == 302

    decision = CommitteeDecision.objects.get()
    assert decision.complaint == complaint
    assert complaint.get_absolute_url() in shown(client, decision.get_absolute_url())


@pytest.mark.parametrize(
    "query",
    ["?reclamation=8d7f9bbb-1bb5-4f9c-a2e5-0f6c1a0f9a11", "?indicateur=99999999", "?lieu=99999999"],
)
def test_nothing_is_decided_about_what_is_not_there(client, organisation, query):
    assert client.get(at(organisation, "decide-committee", query=query)).status_code == 404


def test_the_owner_finds_the_decision_among_their_tasks_and_carries_it_out(
    client, organisation, manager, contributor
):
    now = timezone.now()
    prepared(organisation, manager.user, period=WEEK, at=now)
    decision = decided(organisation, manager.user, owner=contributor, period=WEEK, at=now)
    other = decided(organisation, manager.user, period=WEEK, at=now, text="Pas pour vous")
    held(CommitteeMeeting.objects.get(), manager.user, at=now)
    client.force_login(contributor)

    assert decision.text in shown(client, reverse("audits:home"))
    pack = shown(client, at(organisation))
    assert decision.text in pack
    assert other.text not in pack
    assert client.get(of("committee-decision", other)).status_code == 404
    assert client.get(of("put-off-committee-decision", decision)).status_code == 403
    assert client.post(of("finish-committee-decision", decision)).status_code == 302
    assert decision.text not in shown(client, reverse("audits:home"))


def test_a_held_pack_says_what_became_of_its_decisions_beside_what_was_said(
    client, organisation, manager
):
    now = timezone.now()
    prepared(organisation, manager.user, period=WEEK, at=now)
    decision = decided(organisation, manager.user, period=WEEK, at=now)
    held(CommitteeMeeting.objects.get(), manager.user, at=now)
    committee_decision.finish_decision(decision=decision, by=manager.user, at=now)

    text = shown(client, at(organisation))

    assert "To do" in text
    assert "Since then:" in text


def test_a_site_manager_reads_the_part_of_the_site(client, organisation, manager):
    here, there = SiteFactory.create_batch(2, organisation=organisation)
    own = under(organisation, "PEC-01", by=manager.user, subject=here)
    other = under(organisation, "PEC-02", by=manager.user, subject=there)
    now = timezone.now()
    prepared(organisation, manager.user, period=WEEK, at=now, notes="Pour la direction seule")
    place = place_of(organisation, here)
    mine = decided(organisation, manager.user, period=WEEK, at=now, place=place, text="Ici")
    decided(organisation, manager.user, period=WEEK, at=now, text="Pour tous")
    client.force_login(member(organisation, Role.SITE_MANAGER, site=here))

    for _frozen in range(2):
        text = shown(client, at(organisation))
        assert own.reference in text
        assert other.reference not in text
        assert mine.text in text
        assert "Pour tous" not in text
        assert "Pour la direction seule" not in text
        table = shown(client, at(organisation, "committee-table"))
        assert own.reference in table
        assert other.reference not in table
        meeting = CommitteeMeeting.objects.get()
        if not meeting.is_held:
            held(meeting, manager.user, at=now)
    elsewhere = place_of(organisation, there)
    assert client.get(at(organisation, query=f"?lieu={elsewhere.pk}")).status_code == 404


def test_contributors_read_figures_and_not_what_is_followed_up(
    client, organisation, manager, contributor
):
    complaint = under(organisation, "PEC-01", by=manager.user)
    client.force_login(contributor)

    answer = client.get(at(organisation, period=_month()))

    assert "Indicator PEC-01" in answer.content.decode()
    assert answer.context["view"].complaints == []
    assert complaint.get_absolute_url() not in answer.content.decode()


def test_the_table_holds_every_line_and_defuses_formulas(client, organisation, manager):
    now = timezone.now()
    decided(organisation, manager.user, period=WEEK, at=now, text="=2+3")
    weekly(organisation, manager.user, "PEC-01", (90, 91, 70))

    answer = client.get(at(organisation, "committee-table"))

    text = answer.content.decode("utf-8-sig")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "'=2+3" in text
    assert text.count(";PEC-01;") == 2  # what moved, and what is under its target


def test_the_list_counts_and_turns_its_pages(client, organisation, manager):
    now = timezone.now()
    prepared(organisation, manager.user, period=WEEK, at=now)
    decision = decided(organisation, manager.user, period=WEEK, at=now)
    CommitteeDecision.objects.filter(pk=decision.pk).update(due_date=TODAY - timedelta(days=2))
    base = reverse("audits:committee-packs", args=[organisation.key])

    text = shown(client, base)
    assert "0 of 1 done" in text
    assert "1 late" in text
    assert client.get(base, {"pas": "mois", "fin": "2026-01-01"}).status_code == 200
    for odd in ("x", "0001-01-01", "9999-12-31"):
        assert client.get(base, {"pas": odd, "fin": odd}).status_code == 200


def test_the_page_asks_as_much_with_three_of_each_as_with_one(client, organisation, manager):
    now = timezone.now()

    def add(number):
        under(organisation, f"PEC-0{number}", by=manager.user)
        decided(organisation, manager.user, period=_month(), at=now, text=f"Décision {number}")

    def asked():
        shown(client, at(organisation, period=_month()))
        with counted() as statements:
            shown(client, at(organisation, period=_month()))
        return len(statements)

    add(1)
    first = asked()
    for number in (2, 3):
        add(number)

    assert asked() == first
    assert first == 19
