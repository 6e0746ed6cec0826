"""Answers that no view makes carry the same headers; those of views are in the access matrix."""

import pytest
from django.contrib.auth.decorators import login_not_required
from django.test import Client
from django.urls import include, path

from tests.project import asking
from tests.project.guards import weaknesses

pytestmark = [pytest.mark.web, pytest.mark.django_db]

handler500 = "crcaudit.core.views.server_error"


@login_not_required
def broken(_request):
    raise RuntimeError("Something that nobody foresaw")


urlpatterns = [path("broken/", broken), path("", include("crcaudit.urls"))]


@pytest.mark.parametrize(
    ("verb", "url", "status"),
    [
        ("get", "/nulle-part/", 404),
        ("get", "/constats/?etat=autre", 400),
        ("post", "/dossiers/", 405),
        ("get", "/broken/", 500),
    ],
)
@pytest.mark.urls(__name__)
def test_error_pages_are_guarded_too(world, verb, url, status):
    client = world.client("manager")
    client.raise_request_exception = False

    answer = getattr(client, verb)(url)

    assert (answer.status_code, weaknesses(answer)) == (status, [])


def test_a_form_that_was_not_ours_is_refused_with_the_same_headers(world):
    client = Client(enforce_csrf_checks=True)
    client.cookies = world.client("manager").cookies

    answer = client.post("/compte/langue/", {"language": "en"})

    assert (answer.status_code, weaknesses(answer)) == (403, [])


def test_a_session_that_ended_answers_a_script_with_the_same_headers(client):
    answer = client.get("/dossiers/", headers={"HX-Request": "true"})

    assert (answer.status_code, weaknesses(answer)) == (401, [])


def test_a_file_of_the_site_itself_is_not_to_be_guessed_either(settings, client):
    settings.WHITENOISE_USE_FINDERS = True

    answer = client.get("/static/crcaudit/css/tokens.css")

    asking.content_of(answer)
    assert (answer.status_code, answer.headers["X-Content-Type-Options"]) == (200, "nosniff")
