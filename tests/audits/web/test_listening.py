"""The screens of listening: grading, session, results, plan."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db.models import Max
from django.urls import reverse
from django.utils.timezone import localdate

from audits.enums import TeamRole
from audits.listening_enums import ListeningKind
from audits.models import ListeningPlan, ListeningSession
from audits.presenters.listening.results import months_back
from crcaudit.accounts.enums import Role
from engagements.enums import Dimension, Direction, StatisticKind
from engagements.models import Indicator
from tests.factories.accounts import MembershipFactory, SiteFactory, UserFactory
from tests.factories.audits import CertificationFactory, name_on_team, running_audit
from tests.factories.listening import (
    draft_grid,
    grade,
    graders,
    heard,
    made,
    opened_round,
    planned_campaign,
    used_grid,
)
from tests.project.pages import read
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

TODAY = localdate()


@pytest.fixture
def site(manager):
    return SiteFactory(organisation=manager.organisation, name="Lyon")


@pytest.fixture
def grid(manager, site):
    return used_grid(manager.organisation, manager.user)


@pytest.fixture
def target():
    """The usual target of critical-error-free contacts: 95 %."""
    indicator = Indicator.objects.create(
        code="QUA-02",
        name_fr="Sans erreur critique",
        name_en="Error-free",
        definition_fr="Part",
        definition_en="Share",
        formula="100 * error_free / evaluated",
        unit="%",
        direction=Direction.HIGHER,
        journey_stage="steering",
        dimension=Dimension.values[0],
        frequency="monthly",
        statistic=StatisticKind.values[0],
    )
    return indicator.targets.create(operator=">=", value=95, unit="%", is_default=True)


def body(grid, site, *given, **changes):
    rows = list(grid.criteria.order_by("position"))
    given = given or ("COMPLIANT",)
    marks = {f"mark_{r.pk}": given[min(n, len(given) - 1)] for n, r in enumerate(rows)}
    usual = {
        "key": uuid4(),
        "grid": grid.key,
        "kind": "RANDOM",
        "site": site.pk,
        "channel": "PHONE",
        "heard_on": TODAY.isoformat(),
    }
    return usual | marks | changes


def post(client, grid, site, *given, **changes):
    return client.post(reverse("audits:add-listening"), body(grid, site, *given, **changes))


def as_role(client, grid, role, **extra):
    member = MembershipFactory(
        organisation=grid.organisation, role=role, user__language="en", **extra
    )
    client.force_login(member.user)
    return member.user


def results(client, **query):
    return client.get(reverse("audits:listening"), query)


def test_a_contact_is_graded_and_its_score_is_there(client, grid, site):
    answer = post(
        client, grid, site, "PARTLY", "COMPLIANT", "NOT_APPLICABLE", agent="a.b", comment="Bien"
    )

    session = ListeningSession.objects.get()
    shown = client.get(answer.headers["Location"]).content.decode()
    assert (answer.status_code, session.agent) == (302, "AB")
    for text in (session.reference, "85.7", "no critical error", "Bien", "AB", "erased"):
        assert text in shown


@pytest.mark.parametrize("agent", ["Camille", "A1", "12345", "Jean D", "AB12"])
def test_a_name_is_refused_and_nothing_typed_is_lost(client, grid, site, agent):
    answer = post(client, grid, site, agent=agent, comment="Écouté deux fois")

    page = read(answer).shown
    assert answer.status_code == 422
    assert "Up to three initials" in page
    assert agent in page
    assert "Écouté deux fois" in page
    assert not ListeningSession.objects.exists()


def test_a_criterion_without_mark_is_named_and_the_others_stay(client, grid, site):
    first = grid.criteria.order_by("position").first()
    sent = body(grid, site)
    del sent[f"mark_{first.pk}"]

    answer = client.post(reverse("audits:add-listening"), sent)

    form = answer.context["form"]
    assert answer.status_code == 422
    assert list(form.errors) == [f"mark_{first.pk}"]
    assert answer.content.decode().count(" checked") == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"heard_on": "2099-01-01"}, "heard_on"),
        ({"debriefed_on": "2001-01-01"}, "debriefed_on"),
        ({"channel": "SHOP"}, "channel"),
        ({"kind": "CALIBRATION"}, "kind"),
    ],
)
def test_what_cannot_be_is_given_back(client, grid, site, changes, field):
    answer = post(client, grid, site, **changes)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_without_a_grid_in_use_the_page_says_what_to_do(client, manager):
    draft_grid(manager.organisation, manager.user)

    assert "No grid in use" in client.get(reverse("audits:add-listening")).content.decode()


def test_the_grid_is_chosen_in_the_address(client, grid, manager):
    other = used_grid(manager.organisation, manager.user, title="Courriels")

    shown = client.get(reverse("audits:add-listening"), {"grille": str(other.key)})

    assert shown.context["grid"] == other
    assert client.get(reverse("audits:add-listening"), {"grille": "x"}).status_code == 400


def test_a_correction_and_a_conflict_lose_nothing(client, grid, site):
    session = heard(grid, site=site, by=grid.created_by)
    place = reverse("audits:edit-listening", args=[session.key])
    sent = body(grid, site, "PARTLY", comment="Un", version=1)
    assert client.post(place, sent).status_code == 302

    refused = client.post(place, sent | {"comment": "Deux"})
    version = refused.context["form"]["version"].value()
    again = client.post(place, sent | {"comment": "Deux", "version": version})

    session.refresh_from_db()
    assert (refused.status_code, again.status_code, session.comment) == (409, 302, "Deux")
    assert session.score == 50


def test_feedback_is_noted_and_a_wrong_day_is_given_back(client, grid, site):
    session = heard(grid, site=site, by=grid.created_by)
    place = reverse("audits:debrief-listening", args=[session.key])

    wrong = client.post(place, {"debriefed_on": (TODAY + timedelta(days=1)).isoformat()})
    right = client.post(place, {"debriefed_on": TODAY.isoformat()})

    session.refresh_from_db()
    assert (wrong.status_code, right.status_code) == (409, 302)
    assert session.debriefed_on == TODAY


def test_erasing_asks_why_from_a_list_and_says_what_stays(client, grid, site):
    session = heard(grid, site=site, by=grid.created_by, comment="À effacer", agent="QZ")
    place = reverse("audits:erase-listening", args=[session.key])

    assert client.post(place, {"why": "EXPIRED"}).status_code == 422
    assert client.post(place, {"why": "REQUEST"}).status_code == 302

    shown = client.get(session.get_absolute_url()).content.decode()
    assert "texts were erased on" in shown
    assert "À effacer" not in shown
    assert client.get(reverse("audits:edit-listening", args=[session.key])).status_code == 403


def test_initials_are_for_who_coaches_and_for_nobody_else(client, grid, site):
    session = heard(grid, site=site, by=grid.created_by, agent="QZX")
    auditor = audited(grid, site)
    director = MembershipFactory(organisation=grid.organisation, role=Role.DIRECTOR).user
    own = MembershipFactory(organisation=grid.organisation, role=Role.SITE_MANAGER, site=site).user

    seen = {}
    for name, user in {"auditor": auditor, "director": director, "site": own}.items():
        client.force_login(user)
        pages = [session.get_absolute_url(), *map(reverse, LISTS)]
        answers = [client.get(page) for page in pages]
        assert {answer.status_code for answer in answers} == {200}
        seen[name] = [page for page, a in zip(pages, answers, strict=True) if b"QZX" in a.content]

    assert seen == {"auditor": [], "director": [], "site": [session.get_absolute_url()]}


LISTS = ("audits:listening", "audits:listening-sessions", "audits:listening-table", "audits:home")


def audited(grid, site):
    """A lead auditor of the file that the grid is linked to, on this site."""
    file = CertificationFactory(organisation=grid.organisation)
    file.sites.set([site])
    type(grid).objects.filter(pk=grid.pk).update(certification=file)
    audit = running_audit(certification=file)
    return name_on_team(audit=audit, user=UserFactory(), role=TeamRole.LEAD).user


def test_an_auditor_reads_the_sites_of_the_file_only(client, grid, site):
    elsewhere = SiteFactory(organisation=grid.organisation)
    here = heard(grid, site=site, by=grid.created_by)
    there = heard(grid, site=elsewhere, by=grid.created_by)
    unlinked = heard(
        used_grid(grid.organisation, grid.created_by, title="Autre"), site=site, by=grid.created_by
    )
    client.force_login(audited(grid, site))

    statuses = [client.get(row.get_absolute_url()).status_code for row in (here, there, unlinked)]

    assert statuses == [200, 404, 404]
    assert results(client).context["results"].groups[0].heard == 1


def test_a_site_manager_grades_and_reads_their_site(client, grid, site):
    elsewhere = SiteFactory(organisation=grid.organisation)
    there = heard(grid, site=elsewhere, by=grid.created_by)
    as_role(client, grid, Role.SITE_MANAGER, site=site)

    assert post(client, grid, site).status_code == 302
    assert post(client, grid, elsewhere).status_code == 422
    assert client.get(there.get_absolute_url()).status_code == 404
    assert results(client).context["results"].groups[0].heard == 1


def test_targeted_and_calibration_and_mystery_never_enter_the_measure(client, grid, site):
    by = grid.created_by
    heard(grid, site=site, by=by)
    heard(grid, "NOT_COMPLIANT", site=site, by=by, kind=ListeningKind.TARGETED)
    heard(grid, "NOT_APPLICABLE", site=site, by=by)
    grade(opened_round(grid, [by, *graders(grid.organisation)]), by, "NOT_COMPLIANT")
    made(planned_campaign(grid, size=1).contacts.get(), "NOT_COMPLIANT", made_on=TODAY)

    found = results(client).context["results"]

    whole = found.groups[0]
    # Two are heard, of which one is assessed.
    assert (whole.heard, whole.mean.count, whole.mean.value) == (2, 1, 100)
    assert (found.targeted_heard, found.targeted.value) == (1, 0)
    assert (whole.figures.share, whole.figures.verdict) == ("100.0%", "")


@pytest.mark.parametrize(
    "case",
    [(80, 0, "Target proven"), (10, 5, "Target missed"), (10, 0, "Target not proven")],
)
def test_the_share_without_error_has_its_interval_and_its_verdict(client, grid, site, target, case):
    good, bad, verdict = case
    model = heard(grid, site=site, by=grid.created_by)
    repeated(model, good - 1)
    if bad:
        repeated(heard(grid, "COMPLIANT", "NOT_COMPLIANT", site=site, by=grid.created_by), bad - 1)

    answer = results(client)

    whole = answer.context["results"].groups[0]
    assert (whole.heard, whole.figures.verdict) == (good + bad, verdict)
    assert "95% interval" in whole.figures.interval
    shown = read(answer).shown
    for text in (verdict, str(good + bad), "385"):
        assert text in shown


def repeated(session, times):
    """More sessions like this one, without their marks."""
    last = ListeningSession.objects.aggregate(last=Max("number"))["last"] + 100
    rows = []
    for n in range(times):
        row = ListeningSession.objects.get(pk=session.pk)
        row.pk, row.key, row.number = None, uuid4(), last + n + 1
        rows.append(row)
    ListeningSession.objects.bulk_create(rows)


def test_by_month_and_by_quarter_and_by_site(client, grid, site):
    elsewhere = SiteFactory(organisation=grid.organisation, name="Massy")
    this, before = months_back(TODAY, 2)
    for day in (this, before):
        heard(grid, site=site, by=grid.created_by, heard_on=day)
    heard(grid, "PARTLY", site=elsewhere, by=grid.created_by, heard_on=this)

    months = results(client, vue="mois").context["results"].groups

    assert [(g.site, g.heard, g.mean.value) for g in months] == [
        ("All sites", 2, 75),
        ("Lyon", 1, 100),
        ("Massy", 1, 50),
        ("All sites", 1, 100),
        ("Lyon", 1, 100),
    ]
    assert results(client, vue="semaine").status_code == 400


def test_the_table_holds_figures_and_nobody(client, grid, site):
    heard(grid, site=site, by=grid.created_by, agent="QZX", comment="zzcommentaire")

    answer = client.get(reverse("audits:listening-table"))

    text = answer.content.decode("utf-8-sig")
    head, first, *_rest = text.splitlines()
    assert head.startswith("Period;Site;Heard;Assessed;Mean score")
    assert first.split(";")[1:5] == ["All sites", "1", "1", "100.00"]
    assert not {"QZX", "zzcommentaire"} & set(text.split(";"))


def test_the_list_is_filtered_by_kind(client, grid, site):
    heard(grid, site=site, by=grid.created_by)
    heard(grid, site=site, by=grid.created_by, kind=ListeningKind.TARGETED)
    place = reverse("audits:listening-sessions")

    assert [row.kind for row, _score in client.get(place, {"nature": "TARGETED"}).context["lines"]]
    assert len(client.get(place).context["lines"]) == 2
    assert client.get(place, {"nature": "X"}).status_code == 400


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(client, grid, site, count):
    for _n in range(count):
        heard(grid, site=site, by=grid.created_by)
    client.get(reverse("audits:listening"))

    figures = {}
    for name in ("audits:listening", "audits:listening-sessions", "audits:add-listening"):
        with counted() as statements:
            assert client.get(reverse(name)).status_code == 200
        figures[name] = len(statements)

    assert figures == {
        "audits:listening": 12,
        "audits:listening-sessions": 5,
        "audits:add-listening": 7,
    }


def test_the_plan_is_written_and_read_beside_what_was_heard(client, grid, site):
    (month,) = months_back(TODAY, 1)
    name = f"planned_{site.pk}_{month:%Y_%m}"
    place = reverse("audits:listening-plan")
    heard(grid, site=site, by=grid.created_by, debriefed_on=TODAY)
    heard(grid, site=site, by=grid.created_by)

    assert client.post(place, {name: "4"}).status_code == 302

    (line,) = results(client).context["plan"]
    assert ListeningPlan.objects.get().planned == 4
    assert (line.planned, line.heard, line.done, line.share) == (4, 2, 1, "25 %")
    wrong = client.post(place, {name: "beaucoup"})
    assert wrong.status_code == 422
    assert "beaucoup" in read(wrong).shown
    assert client.post(place, {"other": "1"}).status_code == 422


def test_a_director_reads_and_does_not_write(client, grid, site):
    heard(grid, site=site, by=grid.created_by)
    as_role(client, grid, Role.DIRECTOR)

    shown = read(results(client))
    assert "Grade a contact" not in shown.shown
    assert post(client, grid, site).status_code == 403


def test_who_reads_no_result_is_told_where_to_look(client, grid):
    as_role(client, grid, Role.CONTRIBUTOR)

    assert "No result of yours to read" in read(results(client)).shown


def test_a_new_year_begins_a_new_quarter():
    assert months_back(date(2026, 2, 10), 3) == [
        date(2026, 2, 1),
        date(2026, 1, 1),
        date(2025, 12, 1),
    ]


def test_each_criterion_has_its_share_of_what_applied(client, grid, site):
    for given in (["COMPLIANT"], ["PARTLY"], ["NOT_APPLICABLE"]):
        heard(grid, *given, site=site, by=grid.created_by)
    heard(grid, "NOT_COMPLIANT", site=site, by=grid.created_by, kind=ListeningKind.TARGETED)

    lines = results(client).context["results"].criteria

    assert [line.label for line in lines] == ["Se présente", "Répond juste", "Prend congé"]
    assert [(line.counts, line.figures.share) for line in lines] == [((1, 1, 0), "50.0%")] * 3
    assert [line.is_critical for line in lines] == [False, True, False]


def test_who_manages_two_centres_chooses_between_them(client, grid, site, manager):
    other = MembershipFactory(user=manager.user).organisation
    heard(grid, site=site, by=grid.created_by)

    for name in ("listening", "listening-plan", "open-calibration", "plan-campaign"):
        place = reverse(f"audits:{name}")
        shown = client.get(place, {"organisme": str(other.key)})
        assert shown.context["organisation"] == other
        assert other.name in read(client.get(place)).shown
    foreign = MembershipFactory().organisation
    assert results(client, organisme=str(foreign.key)).status_code == 404
