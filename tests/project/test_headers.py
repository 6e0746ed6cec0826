"""Every answer of the site carries what keeps browsers from doing what we did not ask for."""

import pytest
from django.contrib.auth.decorators import login_not_required
from django.test import Client
from django.urls import include, path

from tests.project import asking
from tests.project.conftest import ANONYMOUS
from tests.project.matrix import LINES

pytestmark = [pytest.mark.web, pytest.mark.django_db]

# One line per URL and status, so that pages, files, redirects and refusals are all looked at.
ANSWERS = list({(line.name, line.statuses["manager"]): line for line in LINES}.values())
EXACT = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
SITE_POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}
# Deposited files are sent with a policy of their own, under which nothing runs at all.
DEPOSITED = {"audits:evidence-file"}
handler500 = "crcaudit.core.views.server_error"


@login_not_required
def broken(_request):
    raise RuntimeError("Something that nobody foresaw")


urlpatterns = [path("broken/", broken), path("", include("crcaudit.urls"))]


def weaknesses(answer, *, policy=frozenset(SITE_POLICY)) -> list[str]:
    found = [
        f"{name}: {answer.headers.get(name)}"
        for name, value in EXACT.items()
        if answer.headers.get(name) != value
    ]
    sent = answer.headers.get("Content-Security-Policy", "")
    directives = {part.strip() for part in sent.split(";")}
    if "unsafe-" in sent or "*" in sent:
        found.append(sent)
    found += sorted(policy - directives)
    if "no-store" not in answer.headers.get("Cache-Control", ""):
        found.append(f"Cache-Control: {answer.headers.get('Cache-Control')}")
    return found


@pytest.mark.parametrize("principal", ["manager", ANONYMOUS])
@pytest.mark.parametrize("line", ANSWERS, ids=str)
def test_every_answer_is_guarded(world, line, principal):
    body = asking.body(line.name, line.thing, world.own) if line.verb == "POST" else {}
    url = asking.address(line.name, line.thing, world.own, world.shared)

    answer = getattr(world.client(principal), line.verb.lower())(url, body)

    asking.content_of(answer)
    assert answer.status_code == line.statuses[principal]
    sandboxed = line.name in DEPOSITED and answer.status_code == 200
    policy = {"sandbox", "default-src 'none'"} if sandboxed else SITE_POLICY
    assert weaknesses(answer, policy=policy) == []


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
