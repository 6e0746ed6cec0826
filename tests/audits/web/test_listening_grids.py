"""The screens of listening grids: writing, moving rows, use, copy, readers."""

from uuid import uuid4

import pytest
from django.urls import reverse

from audits.actions.listening.grids import fields_of
from audits.models import ListeningGrid
from audits.ready_grids import READY, ready_grid
from crcaudit.accounts.enums import Role
from tests.factories.accounts import MembershipFactory
from tests.factories.audits import CertificationFactory
from tests.factories.listening import draft_grid, heard, used_grid
from tests.project.pages import read
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

WRITE = "/ecoutes/grilles/nouvelle/"


@pytest.fixture
def grid(manager):
    return draft_grid(manager.organisation, manager.user)


def row(n, section="Accueil", label="Se présente", weight="50", **more):
    values = {"section": section, "label": label, "weight": weight} | more
    return {f"{name}_{n}": value for name, value in values.items()}


def body(manager, **changes):
    usual = {
        "key": uuid4(),
        "organisation": manager.organisation.pk,
        "title": "Appels du soir",
        "channels": ["PHONE"],
        "partly": "40",
        "critical_effect": "COUNTED",
    }
    rows = row(0) | row(1, "Congé", "Prend congé", critical="on", indicator="CLO-01")
    return usual | rows | changes


def test_a_grid_is_written_with_its_rows_and_empty_rows_are_left_out(client, manager):
    answer = client.post(WRITE, body(manager, **row(2, "", "", "")))

    grid = ListeningGrid.objects.get()
    fields = fields_of(grid)
    shown = read(client.get(answer.headers["Location"])).shown
    assert (fields.partly, fields.critical_effect) == (40, "COUNTED")
    assert [(r.section, r.weight, r.is_critical, r.indicator) for r in fields.criteria] == [
        ("Accueil", 50, False, ""),
        ("Congé", 50, True, "CLO-01"),
    ]
    for text in ("Appels du soir", "Prend congé", "total of the weights: 100", "CLO-01"):
        assert text in shown


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"channels": []}, "channels"),
        ({"partly": "101"}, "partly"),
        ({"weight_0": "0"}, "weight_0"),
        ({"weight_0": ""}, "weight_0"),
        ({"label_1": ""}, "label_1"),
        ({"section_1": ""}, "section_1"),
        ({"indicator_1": "QUA-01"}, "indicator_1"),
        (row(0, "", "", "") | row(1, "", "", ""), "__all__"),
    ],
)
def test_what_cannot_be_is_given_back(client, manager, changes, field):
    answer = client.post(WRITE, body(manager) | changes)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not ListeningGrid.objects.exists()


def test_a_row_moves_and_nothing_typed_is_lost(client, manager):
    sent = body(manager, title="En cours", do="down:1")

    answer = client.post(WRITE, sent)

    form = answer.context["form"]
    assert (answer.status_code, ListeningGrid.objects.count()) == (200, 0)
    assert (form["label_0"].value(), form["label_1"].value()) == ("Prend congé", "Se présente")
    assert (form["critical_0"].value(), form["critical_1"].value()) == (True, False)
    assert (form["title"].value(), form.total) == ("En cours", 100)
    assert form["channels"].value() == ["PHONE"]


def test_more_rows_are_added_and_an_odd_step_changes_nothing(client, manager):
    more = client.post(WRITE, body(manager, do="add")).context["form"]
    odd = [
        client.post(WRITE, body(manager, do=do)) for do in ("up:1", "down:2", "up:x", "x", "up:")
    ]

    assert len(more.rows) == 4
    assert {answer.status_code for answer in odd} == {200}
    assert {answer.context["form"]["label_0"].value() for answer in odd} == {"Se présente"}


@pytest.mark.parametrize("name", READY)
def test_a_ready_grid_weighs_100_and_is_written_as_it_is(client, manager, name):
    fields = ready_grid(name)
    assert sum(line.weight for line in fields.criteria) == 100
    assert sum(line.is_critical for line in fields.criteria) == 2

    form = client.get(WRITE, {"modele": name}).context["form"]
    sent = {field.html_name: field.value() for field in form}
    sent = {name: value for name, value in sent.items() if value not in {None, False, ""}}
    answer = client.post(WRITE, sent | {"organisation": manager.organisation.pk})

    assert answer.status_code == 302
    assert len(fields_of(ListeningGrid.objects.get()).criteria) == len(fields.criteria)


def test_a_draft_is_changed_used_and_then_only_copied(client, grid, manager):
    edit = reverse("audits:edit-grid", args=[grid.key])
    assert client.post(edit, body(manager, version=1, title="Un")).status_code == 302
    refused = client.post(edit, body(manager, version=1, title="Deux"))
    assert (refused.status_code, "Deux" in read(refused).shown) == (409, True)

    move = reverse("audits:move-grid", args=[grid.key])
    assert client.post(move, {"to": "IN_USE"}).status_code == 302
    assert client.get(edit).status_code == 409
    copy = reverse("audits:copy-grid", args=[grid.key])
    answer = client.post(copy, {"purpose": "version", "key": uuid4()})

    version = ListeningGrid.objects.get(number=2)
    assert answer.headers["Location"] == reverse("audits:edit-grid", args=[version.key])
    assert client.post(move, {"to": "DRAFT"}).status_code == 409
    assert client.post(copy, {}).status_code == 409
    named = client.post(copy, {"purpose": "copy", "key": uuid4()})
    assert named.status_code == 302
    assert ListeningGrid.objects.filter(title="Copy of Un").exists()


def test_moving_a_row_of_a_draft_saves_nothing(client, grid, manager):
    edit = reverse("audits:edit-grid", args=[grid.key])

    answer = client.post(edit, body(manager, version=1, do="up:2"))

    grid.refresh_from_db()
    assert (answer.status_code, grid.version) == (200, 1)
    assert answer.context["form"]["label_0"].value() == "Prend congé"


def test_readers_are_chosen_while_it_is_in_use(client, manager):
    grid = used_grid(manager.organisation, manager.user)
    file = CertificationFactory(organisation=manager.organisation)
    place = reverse("audits:link-grid", args=[grid.key])

    foreign = client.post(place, {"certification": CertificationFactory().pk})
    assert (foreign.status_code, client.post(place, {}).status_code) == (422, 422)
    assert client.post(place, {"certification": file.pk}).status_code == 302
    grid.refresh_from_db()
    assert grid.certification == file
    assert client.post(place, {"certification": ""}).status_code == 302
    grid.refresh_from_db()
    assert grid.certification is None


def test_others_read_a_grid_and_change_nothing(client, grid):
    used = used_grid(grid.organisation, grid.created_by, title="Autre")
    role = {"organisation": grid.organisation, "role": Role.CONTRIBUTOR}
    client.force_login(MembershipFactory(**role).user)

    assert client.get(used.get_absolute_url()).status_code == 200
    shown = client.get(used.get_absolute_url()).content.decode()
    for name in ("move-grid", "copy-grid", "edit-grid", "link-grid"):
        assert reverse(f"audits:{name}", args=[used.key]) not in shown


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(client, manager, count):
    for n in range(count):
        grid = used_grid(manager.organisation, manager.user, title=f"Grille {n}")
        heard(grid)

    figures = {}
    for place in (reverse("audits:listening-grids"), grid.get_absolute_url()):
        with counted() as statements:
            assert client.get(place).status_code == 200
        figures[place] = len(statements)

    assert list(figures.values()) == [5, 10]
