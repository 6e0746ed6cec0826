"""Screens of the controls: month, entry, people, results; and where else they show."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.controls.followup import follow_up
from audits.control_enums import ControlFrequency, ControlState
from audits.enums import TeamRole
from audits.models import CalendarFeed, ControlOccurrence
from crcaudit.accounts.enums import Role
from tests.factories.accounts import MembershipFactory, SiteFactory, UserFactory
from tests.factories.audits import first_assessment, name_on_team, running_audit
from tests.factories.controls import (
    controlled_file,
    days_ago,
    first_control,
    line_fields,
    moment,
    person_with,
    plan_in_force,
)
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]


@pytest.fixture
def file(client):
    file = controlled_file()
    plan_in_force(file, at=days_ago(62))
    sign_in(client, file.opened_by)
    return file


def sign_in(client, user):
    user.language = "en"
    user.save(update_fields=["language"])
    client.force_login(user)


def url(name, *args):
    return reverse(f"audits:{name}", args=args)


def sent(row, **changes):
    usual = {
        "version": row.version,
        "checked": "42",
        "compliant": "41",
        "basis": "EXHAUSTIVE",
        "outcome": "",
        "done_on": row.due_date.isoformat(),
    }
    return usual | changes


def again(row):
    return ControlOccurrence.objects.get(pk=row.pk)


def test_the_month_shows_its_controls_and_opens_on_the_late_one(client, file):
    row = first_control(file)

    answer = client.get(url("control-month", file.key) + f"?mois={row.due_date:%Y-%m}")

    month = answer.context["month"]
    items = [item for week in month.weeks for day in week for item in day.items]
    assert [(item.row.pk, item.shape, item.is_chosen) for item in items] == [
        (row.pk, "major", True)
    ]
    page = answer.content.decode()
    assert "Enter the result" in page
    assert f"{items[0].late} d late" in page
    assert all(len(week) == 5 for week in month.weeks)


@pytest.mark.parametrize(
    "query",
    [
        "?mois=mars",
        "?mois=2026-13",
        "?mois=1900-01",
        "?controle=x",
        "?etat=x",
        "?site=x",
        "?site=0",
    ],
)
def test_an_address_that_no_link_of_ours_carries_is_refused(client, file, query):
    assert client.get(url("control-month", file.key) + query).status_code == 400


def test_a_result_is_entered_without_script(client, file):
    row = first_control(file)

    answer = client.post(url("record-control", row.key), sent(row))

    assert answer.status_code == 302
    assert f"controle={row.key}" in answer.headers["Location"]
    page = client.get(answer.headers["Location"]).content.decode()
    assert "97.6% · below alert" in page
    assert "exhaustive" in page
    assert again(row).state == ControlState.DONE


def test_a_result_is_entered_in_place(client, file):
    row = first_control(file)
    headers = {
        "HX-Request": "true",
        "HX-Current-URL": "http://testserver/x/?mois=2026-03&controle=1",
    }

    answer = client.post(url("record-control", row.key), sent(row), headers=headers)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in page
    assert f'id="c{row.pk}"' in page
    assert "mois=2026-03&amp;controle=" in page
    assert 'id="control-figures" hx-swap-oob="true"' in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"compliant": "43"}, "compliant"),
        ({"compliant": ""}, "compliant"),
        ({"checked": "", "compliant": ""}, "checked"),
        ({"checked": ""}, "checked"),
        ({"checked": "beaucoup"}, "checked"),
        ({"checked": "-1"}, "checked"),
        ({"checked": "99999999999999999999"}, "checked"),
        ({"outcome": "CONFORM"}, "outcome"),
        ({"outcome": "SUPER"}, "outcome"),
        ({"done_on": ""}, "done_on"),
        ({"done_on": "hier"}, "done_on"),
        ({"basis": "GUESS"}, "basis"),
        ({"version": ""}, "version"),
        ({"comment": "x" * 2001}, "comment"),
    ],
)
def test_what_is_wrong_in_a_result_is_said_and_nothing_typed_is_lost(client, file, changes, field):
    row = first_control(file)

    answer = client.post(
        url("record-control", row.key), sent(row, record_reference="GED 12") | changes
    )

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "GED 12" in answer.content.decode()
    assert again(row).state == ControlState.PLANNED


def test_a_day_that_has_not_come_is_refused_by_the_action(client, file):
    row = first_control(file)
    day = (localdate() + timedelta(days=1)).isoformat()

    answer = client.post(url("record-control", row.key), sent(row, done_on=day))

    assert answer.status_code == 409
    assert "has not come yet" in answer.content.decode()


def test_two_people_at_once_lose_nothing(client, file):
    row = first_control(file)
    client.post(url("record-control", row.key), sent(row))

    answer = client.post(url("record-control", row.key), sent(row, compliant="40"))

    assert answer.status_code == 409
    assert answer.context["form"]["compliant"].value() == "40"
    repeated = sent(row, compliant="40", version=answer.context["form"]["version"].value())
    assert client.post(url("record-control", row.key), repeated).status_code == 302
    assert again(row).compliant == 40


def test_the_verdict_is_said_while_the_numbers_are_typed(client, file):
    row = first_control(file)

    def said(**typed):
        return client.get(url("judge-control", row.key), typed).content.decode()

    assert "97.6% · below alert" in said(checked="42", compliant="41")
    assert "19 times out of 20" in said(checked="42", compliant="41", basis="SAMPLE")
    for nothing in ({"checked": "42"}, {"checked": "4", "compliant": "5"}, {"checked": "x"}):
        assert said(**nothing).strip() == ""


def test_a_control_of_a_period_to_come_waits(client, file):
    row = ControlOccurrence.objects.order_by("-due_date").first()

    page = client.get(row.get_absolute_url()).content.decode()

    assert "Its period begins on" in page
    assert "Enter the result" not in page


def test_the_record_is_dropped_and_read_by_the_audit_team(client, file, own_files):
    row = first_control(file)
    upload = SimpleUploadedFile("liste.txt", b"Liste de controle de mars\n")

    answer = client.post(
        url("add-control-record", row.key), {"files": upload}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 200
    piece = row.evidence.get()
    assert "liste" in answer.content.decode()
    auditor = UserFactory()
    client.force_login(auditor)
    assert client.get(piece.get_absolute_url()).status_code == 404
    name_on_team(audit=running_audit(certification=file), user=auditor, role=TeamRole.AUDITOR)
    client.force_login(type(auditor).objects.get(pk=auditor.pk))
    assert client.get(piece.get_absolute_url()).status_code == 200


def test_a_file_that_may_not_be_kept_is_said(client, file, own_files):
    row = first_control(file)
    address = url("add-control-record", row.key)

    assert client.post(address).status_code == 422
    bad = SimpleUploadedFile("programme.exe", b"MZ\x90\x00" + b"\x00" * 200)
    answer = client.post(address, {"files": bad})
    assert answer.status_code >= 400
    assert "programme.exe" in answer.content.decode()
    assert not row.evidence.exists()


def test_a_control_is_handed_over(client, file):
    row = first_control(file)
    substitute = MembershipFactory(organisation=file.organisation, role=Role.CONTRIBUTOR).user
    stranger = MembershipFactory(role=Role.CONTRIBUTOR).user
    address = url("hand-over-control", row.key)

    assert client.get(address).status_code == 200
    assert client.post(address, {"to": stranger.pk}).status_code == 422
    assert client.post(address, {"to": substitute.pk, "reason": "Absence"}).status_code == 302

    page = client.get(row.get_absolute_url()).content.decode()
    assert f"replaced by {substitute}" in page
    sign_in(client, substitute)
    assert client.post(url("record-control", row.key), sent(again(row))).status_code == 302


def test_a_control_is_cancelled_with_a_reason(client, file):
    row = first_control(file)
    address = url("cancel-control", row.key)

    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "Panne"}).status_code == 302
    assert client.post(address, {"reason": "Encore"}).status_code == 409

    assert "Panne" in client.get(row.get_absolute_url()).content.decode()
    assert client.post(url("record-control", row.key), sent(again(row))).status_code == 409


def test_an_event_calls_for_a_control(client):
    file = controlled_file()
    plan_in_force(file, line_fields(file, frequency=ControlFrequency.PER_EVENT, rank=None))
    sign_in(client, file.opened_by)
    address = url("plan-control-event", file.key)
    line = file.control_plans.get().lines.get()

    assert client.get(address).status_code == 200
    assert client.post(address, {"line": line.pk}).status_code == 422
    data = {"line": line.pk, "day": localdate().isoformat()}
    refused = client.post(address, data | {"site": file.sites.get().pk})
    assert refused.status_code == 409
    assert client.post(address, data).status_code == 302

    assert first_control(file).due_date == localdate()


def two_sites():
    """A file whose line is controlled on each of two sites, each with its manager."""
    file = controlled_file(sites=2)
    managers = {
        site: MembershipFactory(
            organisation=file.organisation, role=Role.SITE_MANAGER, site=site
        ).user
        for site in file.sites.all()
    }
    fields = line_fields(file, is_per_site=True, responsible=None)
    whole = line_fields(file, control_point="Pour tous")
    plan_in_force(file, fields, whole, at=days_ago(62))
    return file, managers


def test_a_site_manager_sees_their_site_and_enters_what_is_done_there(client):
    _file, managers = two_sites()
    (here, manager), (there, _other) = managers.items()
    sign_in(client, manager)
    rows = {row.site: row for row in ControlOccurrence.objects.order_by("-due_date")}

    assert client.get(rows[here].get_absolute_url()).status_code == 200
    assert client.get(rows[None].get_absolute_url()).status_code == 200
    assert client.get(rows[there].get_absolute_url()).status_code == 404
    first = {row.site: row for row in ControlOccurrence.objects.order_by("-due_date", "pk")}
    assert client.post(url("record-control", first[here].key), sent(first[here])).status_code == 302
    assert client.post(url("record-control", first[None].key), sent(first[None])).status_code == 403
    assert client.get(url("cancel-control", first[here].key)).status_code == 403


def test_a_contributor_sees_only_what_is_theirs(client):
    file = controlled_file()
    mine = MembershipFactory(organisation=file.organisation, role=Role.CONTRIBUTOR).user
    plan_in_force(
        file,
        line_fields(file, responsible=mine, control_point="À moi"),
        line_fields(file, control_point="À d'autres"),
        at=days_ago(62),
    )
    sign_in(client, mine)

    page = client.get(url("control-month", file.key)).content.decode()
    results = client.get(url("control-results", file.key)).content.decode()

    assert "À moi" in page + results
    assert "À d&#x27;autres" not in page + results
    assert "of my controls done" in page


def test_a_director_reads_and_enters_nothing(client, file):
    row = first_control(file)
    sign_in(client, person_with(file, Role.DIRECTOR))

    page = client.get(row.get_absolute_url()).content.decode()

    assert "Enter the result" not in page
    assert client.post(url("record-control", row.key), sent(row)).status_code == 403
    assert client.post(url("hand-over-control", row.key)).status_code == 403


def test_figures_pool_what_was_due_and_leave_the_cancelled_out(client, file):
    first, second = ControlOccurrence.objects.order_by("due_date")[:2]
    client.post(url("record-control", first.key), sent(first))

    answer = client.get(url("control-results", file.key))
    figures = answer.context["figures"]
    assert (figures.due, figures.done, figures.late) == (2, 1, 1)
    assert figures.text == "50%"
    year = answer.context["year"]
    assert year.whole == figures
    assert sum((share.figures.due for share in year.months), 0) == 2
    assert [share.label for share in year.people] == [str(file.opened_by)]
    client.post(url("cancel-control", second.key), {"reason": "Panne"})
    assert client.get(url("control-results", file.key)).context["figures"].text == "100%"


@pytest.mark.parametrize(
    ("query", "count"), [("", 2), ("?etat=retard", 1), ("?etat=faits", 1), ("?etat=annules", 0)]
)
def test_results_are_filtered_and_taken_away(client, file, query, count):
    first = first_control(file)
    client.post(url("record-control", first.key), sent(first, comment="=1+1"))

    shown = client.get(url("control-results", file.key) + query).context["items"]
    taken = client.get(url("control-results-table", file.key) + query).content.decode("utf-8-sig")

    assert len(shown) == count
    assert len(taken.splitlines()) == count + 1
    assert ("'=1+1" in taken) == (query in {"", "?etat=faits"})


def test_by_person_says_what_is_late_and_due(client, file):
    people = client.get(url("control-people", file.key)).context["people"]

    assert [(person.share.label, person.share.figures.late) for person in people] == [
        (str(file.opened_by), 2)
    ]
    assert people[0].waiting >= 2


def test_the_number_of_queries_does_not_grow_with_the_controls(client):
    names = ("control-month", "control-people", "control-results")
    counts = {name: [] for name in names}
    for count in (1, 3):
        file = controlled_file()
        sign_in(client, file.opened_by)
        rows = [line_fields(file, control_point=f"Point {n}", rank=1) for n in range(count)]
        plan_in_force(file, *rows, at=days_ago(62))
        month = first_control(file).due_date
        for name, found in counts.items():
            client.get(url(name, file.key))
            with counted() as queries:
                answer = client.get(url(name, file.key) + f"?mois={month:%Y-%m}")
            assert answer.status_code == 200
            found.append(len(queries))

    assert [found[0] for found in counts.values()] == [found[1] for found in counts.values()]


def test_late_controls_are_on_the_home_page_of_who_does_them_and_of_the_director(client):
    file = controlled_file()
    at = days_ago(75)
    plan_in_force(file, line_fields(file, escalate_after=1), at=at)
    follow_up(at=timezone.now())
    home = reverse("audits:home")

    sign_in(client, file.opened_by)
    assert "Control late" in client.get(home).content.decode()
    sign_in(client, person_with(file, Role.DIRECTOR))
    assert "Late control that came to you" in client.get(home).content.decode()
    page = client.get(first_control(file).get_absolute_url()).content.decode()
    assert "Reminded" in page
    assert "Escalated" in page


def test_the_calendar_of_ones_own_controls_holds_nothing_else(client, file):
    key = "11111111-1111-4111-8111-111111111112"
    client.post(reverse("audits:subscribe-controls"), {"key": key})
    feed = CalendarFeed.objects.get()
    assert (feed.scope, feed.user) == ("CONTROLS", file.opened_by)
    page = client.get(reverse("audits:calendars")).content.decode()
    address = page.partition("http://testserver/calendrier/")[2].partition(".ics")[0]
    other = controlled_file()
    plan_in_force(other, line_fields(other, control_point="D'un autre"))

    client.logout()
    content = client.get(reverse("audits:calendar-feed", args=[address])).content.decode()

    mine = ControlOccurrence.objects.filter(owner=file.opened_by).count()
    assert content.count("BEGIN:VEVENT") == mine
    assert "Prix écrit sur tous les supports" in content.replace("\r\n ", "")
    assert "D'un autre" not in content


def test_the_panel_of_a_requirement_says_last_result_trend_and_next(client, file):
    first, second = ControlOccurrence.objects.order_by("due_date")[:2]
    for row, compliant in ((first, "42"), (second, "41")):
        client.post(url("record-control", row.key), sent(row, compliant=compliant))
    audit = running_audit(certification=file)

    page = client.get(first_assessment(audit).get_absolute_url()).content.decode()

    assert "Internal controls" in page
    assert "97.6% · below alert" in page
    assert "worse than before" in page
    assert "Next" in page


def test_the_panel_of_a_site_ignores_the_other_sites(client):
    file, managers = two_sites()
    sign_in(client, file.opened_by)
    here, there = managers
    row = ControlOccurrence.objects.filter(site=there).order_by("due_date").first()
    client.post(url("record-control", row.key), sent(row))
    ControlOccurrence.objects.filter(site=None).delete()
    audit = running_audit(certification=file, is_per_site=True)
    rows = audit.assessments.order_by("position")

    page = client.get(rows.filter(site=here).first().get_absolute_url()).content.decode()
    assert "No result yet" in page
    page = client.get(rows.filter(site=there).first().get_absolute_url()).content.decode()
    assert "97.6% · below alert" in page


def test_a_month_marks_what_nobody_works(client):
    file = controlled_file()
    plan_in_force(file, at=moment(date(2026, 5, 4)))
    sign_in(client, file.opened_by)
    SiteFactory(organisation=file.organisation)

    month = client.get(url("control-month", file.key) + "?mois=2026-05").context["month"]

    off = [day.day.day for week in month.weeks for day in week if day.is_off]
    assert off == [1, 8, 14, 25]
