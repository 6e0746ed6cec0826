"""The screens of calibration: opening, unseen marks, comparison, conclusion."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from audits.models import CalibrationRound
from crcaudit.accounts.enums import Role
from tests.clock import noon
from tests.factories.accounts import MembershipFactory, SiteFactory
from tests.factories.listening import conclude, grade, graders, opened_round, site_of, used_grid
from tests.project.pages import read
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

LIST = "/ecoutes/calibrage/"


@pytest.fixture
def grid(manager):
    SiteFactory(organisation=manager.organisation)
    return used_grid(manager.organisation, manager.user)


@pytest.fixture
def people(grid):
    return graders(grid.organisation, 3)


@pytest.fixture
def row(grid, people):
    return opened_round(grid, people)


def body(grid, people, **changes):
    usual = {
        "key": uuid4(),
        "grid": grid.pk,
        "site": site_of(grid.organisation).pk,
        "channel": "PHONE",
        "heard_on": localdate().isoformat(),
        "contact_reference": "Appel 12",
        "evaluators": [person.pk for person in people],
        "due_on": (localdate() + timedelta(days=5)).isoformat(),
    }
    return usual | changes


def marked(grid, *given, **more):
    rows = list(grid.criteria.order_by("position"))
    return {f"mark_{r.pk}": given[min(n, len(given) - 1)] for n, r in enumerate(rows)} | more


def place(name, row):
    return reverse(f"audits:{name}", args=[row.key])


def test_a_round_is_opened_and_waits_on_the_home_page_of_who_grades(client, grid, people):
    answer = client.post(reverse("audits:open-calibration"), body(grid, people))

    row = CalibrationRound.objects.get()
    assert (answer.status_code, set(row.evaluators.all())) == (302, set(people))
    client.force_login(people[0])
    (task,) = client.get("/").context["tasks"]
    assert task.url == place("grade-calibration", row)
    assert client.get(task.url).status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"contact_reference": ""}, "contact_reference"),
        ({"heard_on": "2099-01-01"}, "heard_on"),
    ],
)
def test_what_cannot_be_is_given_back(client, grid, people, changes, field):
    answer = client.post(reverse("audits:open-calibration"), body(grid, people, **changes))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_one_alone_agrees_with_nobody(client, grid, people):
    answer = client.post(reverse("audits:open-calibration"), body(grid, people[:1]))

    assert answer.status_code == 422
    assert "one alone agrees with nobody" in read(answer).shown


def test_one_grades_unseen_and_changes_it(client, row, people):
    grade(row, people[1], "NOT_COMPLIANT", comment="zzautre")
    client.force_login(people[0])
    mine = place("grade-calibration", row)

    assert client.post(mine, marked(row.grid, "PARTLY", comment="Le mien")).status_code == 302
    form = client.get(mine).context["form"]
    assert (form["comment"].value(), form["version"].value()) == ("Le mien", 1)
    again = client.post(mine, marked(row.grid, "COMPLIANT", comment="Relu", version=1))
    assert again.status_code == 302
    assert client.post(mine, marked(row.grid, "PARTLY", version=1)).status_code == 409

    for page in (row.get_absolute_url(), mine, LIST, "/ecoutes/liste/"):
        assert "zzautre" not in read(client.get(page)).shown


def test_a_missing_mark_is_named(client, row, people):
    client.force_login(people[0])
    sent = marked(row.grid, "PARTLY", comment="Gardé")
    gone = sent.popitem  # the comment comes last
    assert gone()[0] == "comment"
    missing = sent.popitem()[0]

    answer = client.post(place("grade-calibration", row), sent | {"comment": "Gardé"})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [missing])
    assert "Gardé" in read(answer).shown


def test_the_comparison_shows_the_marks_the_agreement_and_the_gaps(client, row, people):
    for person, given in zip(
        people, (["COMPLIANT"], ["PARTLY", "COMPLIANT"], ["COMPLIANT"]), strict=True
    ):
        grade(row, person, *given)
    shown = read(client.get(row.get_absolute_url())).shown
    for text in ("Agree and conclude", "78%", "kappa", str(people[0])):
        assert text in shown

    answer = client.post(
        place("conclude-calibration", row),
        marked(row.grid, "COMPLIANT", conclusion="Le prénom suffit", version=2),
    )

    assert answer.status_code == 302
    found = client.get(row.get_absolute_url())
    comparison = found.context["comparison"]
    # Scores 100, 90 and 100 against 100.
    assert [one.gap for one in comparison.graders] == ["0.0", "10.0", "0.0"]
    assert (comparison.mean_gap, comparison.agreed) == ("3.3", "100.0")
    # Criteria agree by 1/3, 1 and 1 of their pairs; expected by chance 65/81.
    assert (comparison.rows[0].alike, comparison.alike) == ("33%", "78%")
    assert "Le prénom suffit" in read(found).shown
    assert client.get(LIST).context["lines"][0][1] == "3.3"


def test_an_older_page_of_the_conclusion_is_a_conflict_and_keeps_the_text(client, row, people):
    for person in people:
        grade(row, person)

    sent = marked(row.grid, "COMPLIANT", conclusion="Relire le critère", version=1)
    answer = client.post(place("conclude-calibration", row), sent)

    assert answer.status_code == 409
    assert "Relire le critère" in read(answer).shown


def test_the_leader_compares_before_all_have_graded(client, row, people):
    reveal = place("reveal-calibration", row)
    assert client.post(reveal).status_code == 409
    for person in people[:2]:
        grade(row, person)

    assert client.post(reveal).status_code == 302
    client.force_login(people[2])
    assert client.get(place("grade-calibration", row)).status_code == 409


@pytest.mark.parametrize(("days", "late"), [(10, False), (92, False), (93, True), (None, True)])
def test_the_page_says_when_the_last_round_was_and_whether_it_is_late(
    client, row, people, days, late
):
    if days is not None:
        for person in people:
            grade(row, person)
        conclude(row)
        at = noon(localdate() - timedelta(days=days))
        CalibrationRound.objects.update(concluded_at=at)

    answer = client.get(LIST)

    assert answer.context["last"].is_late == late
    word = "No round was concluded yet" if days is None else "The last round was concluded on"
    assert word in read(answer).shown


def test_who_was_not_asked_knows_of_no_round(client, row):
    role = {"organisation": row.organisation, "role": Role.CONTRIBUTOR}
    client.force_login(MembershipFactory(**role).user)

    assert client.get(row.get_absolute_url()).status_code == 404
    assert client.get(LIST).context["lines"] == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(client, grid, count):
    for _n in range(count):
        people = graders(grid.organisation, 2)
        row = opened_round(grid, people)
        for person in people:
            grade(row, person)
        row = conclude(row)

    figures = []
    for page in (LIST, row.get_absolute_url()):
        with counted() as statements:
            assert client.get(page).status_code == 200
        figures.append(len(statements))

    assert figures == [8, 12]
