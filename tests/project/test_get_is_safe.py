"""Reading changes nothing: the test client holds every GET to it, and a named few are let off."""

import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpResponse
from django.urls import path

from crcaudit.accounts.models import Organisation
from crcaudit.core.http import writes_on_get
from tests.factories.accounts import OrganisationFactory
from tests.project.sources import views

pytestmark = [pytest.mark.web, pytest.mark.django_db, pytest.mark.urls(__name__)]

# Reading these is itself a fact that the journal keeps.
WRITING = {
    "audits:calendar-feed",
    "audits:evidence-file",
    "audits:evidence-preview",
    "audits:workbook-file",
    "reports:audit-workbook",
    "reports:download",
}
STATEMENTS = {
    "insert": lambda: Organisation.objects.create(name="Écrite en lisant"),
    "update": lambda: Organisation.objects.update(name="Changée en lisant"),
    "delete": lambda: Organisation.objects.all().delete(),
    "read": Organisation.objects.count,
}


@login_not_required
def careless(_request, statement):
    STATEMENTS[statement]()
    return HttpResponse("fait")


@writes_on_get
@login_not_required
def traced(request, statement):
    return careless(request, statement)


urlpatterns = [
    path("careless/<str:statement>/", careless),
    path("traced/<str:statement>/", traced),
]


@pytest.mark.parametrize("statement", ["insert", "update", "delete"])
def test_a_get_that_writes_fails_the_test_that_sends_it(client, statement):
    OrganisationFactory(name="Avant")

    with pytest.raises(AssertionError, match="A GET wrote to the database"), transaction.atomic():
        client.get(f"/careless/{statement}/")

    assert list(Organisation.objects.values_list("name", flat=True)) == ["Avant"]


def test_a_get_that_reads_and_a_post_that_writes_are_left_alone(client):
    assert client.get("/careless/read/").content.decode() == "fait"
    assert client.post("/careless/insert/").content.decode() == "fait"
    assert Organisation.objects.count() == 1


def test_a_view_that_is_marked_may_write(client):
    client.get("/traced/insert/")

    assert Organisation.objects.count() == 1


def test_only_the_named_views_are_let_off():
    marked = {name for name, view in views().items() if getattr(view, "writes_on_get", False)}

    assert marked == WRITING
