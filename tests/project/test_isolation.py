"""Nothing of one organisation is seen from another, by whatever page, search, count or file."""

import io
import re
import zipfile
from collections import Counter, deque
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.urls import resolve, reverse
from django.utils import timezone

from audits.actions.calendar_feed import subscribe
from audits.actions.daily import daily_round
from audits.models import ControlOccurrence, CorrectiveAction, Evidence, Finding
from crcaudit.accounts import outbox
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import QueuedMessage, User
from engagements.models import FindingGrade
from reports import actions as report_actions
from reports.enums import ReportKind
from tests.factories.accounts import MembershipFactory
from tests.project import asking
from tests.project.canaries import BIRD, HINT, release, sitting, text_columns
from tests.project.conftest import ANONYMOUS
from tests.project.matrix import LINES
from tests.project.pages import read

pytestmark = [
    pytest.mark.web,
    pytest.mark.django_db,
    pytest.mark.long,
    # What is visible is decided by querysets, which the access matrix asks on both databases.
    pytest.mark.any_database,
]

STARTS = (
    "/",
    "/compte/",
    "/dossiers/",
    "/preuves/",
    "/controles/",
    "/constats/?etat=tous",
    "/actions/?etat=toutes",
    "/rapports/",
    "/ecoutes/",
    "/contacts-mysteres/",
    "/referentiels/",
    "/referentiels/indicateurs/",
    "/organismes/",
    "/comptes/",
    f"/recherche/?q={HINT}",
    f"/preuves/?q={HINT}",
)
PRINCIPALS = (
    *("manager", "contributor", "site_manager", "director", "client"),
    *("lead", "auditor", "observer", "decision_maker", "administrator"),
)
# Names of organisations, places and people, which an administrator looks after everywhere.
ADMINISTERED = re.compile(rf"{BIRD}\d+(?:-organisation-|-site-|-user-|@example\.test)")
LISTS = ("/organismes/", "/comptes/")
KEYS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]+|(?<==)[^&]+")  # what tells two of a kind
MOST = 1200  # pages of one person in this small world: more would be a loop of links
ALIKE = 6  # pages of one kind: those of a side and, if one leaked, of the other
SKIPPED = ("/deconnexion/", "/static/", "/mot-de-passe/")


@pytest.fixture(scope="module")
def birds(world, django_db_blocker):
    """The other organisation full of canaries, and of people of ours who used to be there."""
    with django_db_blocker.unblock():
        _leave_traces(world)
        release(world)
    return world


def _leave_traces(world) -> None:
    """What is left of a person who left: a closed membership, tasks that nobody gave away."""
    side = world.other
    for name, role in (("manager", Role.QUALITY_MANAGER), ("contributor", Role.CONTRIBUTOR)):
        MembershipFactory(
            organisation=side.organisation,
            user=world.own.people[name],
            role=role,
            is_active=False,
        )
    left = world.own.people["contributor"]
    side.assessment("own", 0).audit.assessments.update(assigned_to=left)
    CorrectiveAction.objects.filter(organisation=side.organisation).update(owner=left)
    Evidence.objects.filter(organisation=side.organisation).update(created_by=left)
    controls = ControlOccurrence.objects.filter(line__plan__certification=side.file)
    controls.update(owner=left, responsible=left, substitute=left)


def crawl(client, starts=STARTS, *, most_alike: int | None = None) -> dict[str, bytes]:
    """Every page that links lead to, by address; of one kind, ``most_alike`` at the most."""
    found, waiting, alike = {}, deque(starts), Counter()
    while waiting:
        url = waiting.popleft()
        kind = KEYS.sub("", url)
        if url in found or url.startswith(SKIPPED) or alike[kind] == most_alike:
            continue
        alike[kind] += 1
        answer = client.get(url)
        found[url] = asking.content_of(answer)
        assert len(found) <= MOST
        assert answer.status_code in {200, 204, 302, 403, 404, 405, 409}, url
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            waiting.extend(addresses(url, answer))
        if answer.status_code == 302:
            waiting.append(answer.headers["Location"])
    return found


def addresses(url, answer) -> list[str]:
    """Links of our own site; of filters, only one at a time."""
    path = url.partition("?")[0]
    links = (link.partition("#")[0] for link in read(answer).links)
    whole = (path + link if link.startswith("?") else link for link in links)
    alone = (link for link in whole if link.startswith("/") and link.count("&") == 0)
    # Sorted otherwise, a list shows the same.
    return [link for link in alone if "sort=" not in link]


def seen(pages: dict[str, bytes]) -> dict[str, str]:
    """Where a canary is heard, with what is around it."""
    found = {}
    for url, content in pages.items():
        text = readable(content)
        place = text.find(BIRD)
        if place >= 0:
            found[url] = text[max(0, place - 80) : place + 60]
    return found


def readable(content: bytes) -> str:
    """Also what is in a workbook, and what a calendar broke into lines."""
    whole = b"\n".join(unpacked(content).values()) if content.startswith(b"PK") else content
    return whole.replace(b"\r\n ", b"").decode(errors="replace")


def unpacked(content: bytes) -> dict[str, bytes]:
    """The parts of a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_every_text_of_the_other_organisation_has_its_canary(birds):
    assert sitting(birds) == text_columns().keys()


@pytest.mark.parametrize("principal", PRINCIPALS)
def test_no_page_that_links_lead_to_shows_anything_of_the_other_organisation(
    birds, principal, caplog
):
    """Nor any other that is theirs to ask for; nor the log of all this."""
    client = birds.client(principal)
    pages = crawl(client, most_alike=ALIKE)
    pages |= unlinked(birds, client, principal, pages)

    if principal == "administrator":
        pages = {url: without_names(url, content) for url, content in pages.items()}
    assert seen(pages) == {}
    assert BIRD not in caplog.text
    assert len(pages) >= len(STARTS)


def unlinked(world, client, principal, pages) -> dict[str, bytes]:
    """What scripts and agendas ask for, and no link leads to: one of each URL that opens."""
    reached = {resolve(url.partition("?")[0]).view_name for url in pages}
    found = {}
    for line in LINES:
        if line.verb == "GET" and line.statuses[principal] == 200 and line.name not in reached:
            url = asking.address(line.name, line.thing, world.own, world.shared)
            found[url] = asking.content_of(client.get(url))
    return found


def without_names(url: str, content: bytes) -> bytes:
    """The page without the names that it is there to show an administrator."""
    text = content.decode(errors="replace")
    return (ADMINISTERED.sub("", text) if url.startswith(LISTS) else text).encode()


def test_an_administrator_sees_the_people_and_places_of_every_organisation(birds):
    pages = crawl(birds.client("administrator"), LISTS)

    found = {kind for content in pages.values() for kind in ADMINISTERED.findall(content.decode())}
    kinds = {re.sub(r"^\D+\d+", "", name) for name in found}
    assert kinds == {"-organisation-", "-site-", "-user-", "@example.test"}
    assert all(url.startswith(LISTS) for url in seen(pages))


def test_the_crawl_hears_the_canaries_where_they_belong(birds):
    """Otherwise the silence above would prove nothing."""
    pages = crawl(birds.client("foreign"), most_alike=3)

    kinds = (
        *("dossiers/", "audits/", "controles/", "preuves/", "constats/", "actions/", "rapports/"),
        *("recherche/", "ecoutes/", "contacts-mysteres/"),
    )
    heard = seen(pages)
    for kind in kinds:
        assert any(url.startswith(f"/{kind}") for url in heard), kind


@pytest.mark.parametrize("principal", PRINCIPALS)
def test_a_search_while_typing_shows_nothing_either(birds, principal):
    client = birds.client(principal)
    for text in (HINT, "P-9", "F-0", "ACT-0", "Zzcana", "%", "_"):
        answer = client.get("/recherche/", {"q": text}, headers={"HX-Request": "true"})
        assert BIRD not in answer.content.decode()


def test_lists_count_only_what_is_of_ones_own(birds):
    own = birds.own.organisation
    expected = {
        "/constats/?etat=tous": Finding.objects.presented().filter(audit__organisation=own).count(),
        "/actions/?etat=toutes": CorrectiveAction.objects.filter(organisation=own).count(),
        "/preuves/": Evidence.objects.filter(organisation=own).count(),
    }

    client = birds.client("manager")
    counted = {url: client.get(url).context["total"] for url in expected}

    assert counted == expected
    assert min(expected.values()) > 0


def test_a_workbook_and_the_data_of_a_report_hold_nothing_of_the_other(birds, settings):
    settings.REPORT_MAX_WAITING_PER_USER = 50
    side = birds.own
    for audit in side.audits.values():
        url = reverse("reports:audit-workbook", args=[audit.key])
        answer = birds.client("manager").get(url)
        assert answer.status_code == 200
        assert seen(unpacked(answer.content)) == {}

    for language in ("fr", "en"):
        for audit in (*side.audits.values(), None):
            report = report_actions.request_report(
                kind=kind_of(audit),
                certification=side.file,
                audit=audit,
                language=language,
                by=side.people["director"],
                at=timezone.now(),
            )
            assert BIRD not in report.snapshot


def kind_of(audit) -> ReportKind:
    if audit is None:
        return ReportKind.CONTROL_PLAN
    return ReportKind.DIAGNOSIS if audit.is_diagnosis else ReportKind.AUDIT


def test_the_workbook_of_the_other_organisation_has_its_canaries(birds):
    url = reverse("reports:audit-workbook", args=[birds.other.audits["third"].key])

    answer = birds.client("foreign").get(url)

    assert seen(unpacked(answer.content)) != {}


def test_no_calendar_shows_anything_of_the_other_organisation(birds):
    """Not even of what somebody still had in hand there when they left."""
    calendars = {name: calendar_of(birds, person) for name, person in birds.own.people.items()}

    assert seen(calendars) == {}
    assert b"BEGIN:VEVENT" in calendars["manager"]
    assert seen({"foreign": calendar_of(birds, birds.other.people["manager"])}) != {}


def calendar_of(world, person) -> bytes:
    """Everything that is theirs, as an agenda reads it."""
    _feed, secret = subscribe(key=uuid4(), user=person, certification=None, at=timezone.now())
    answer = world.client(ANONYMOUS).get(reverse("audits:calendar-feed", args=[secret]))
    assert answer.status_code == 200
    return answer.content


def test_no_message_of_the_day_tells_anything_of_the_other_organisation(birds):
    """The round of a day on which everything is late, to each side as it leaves the outbox."""
    at = timezone.now() + timedelta(days=400)
    QueuedMessage.objects.update(next_try_at=None)
    daily_round(at=at)
    while outbox.deliver(at=at):
        pass

    theirs = {person.email for person in birds.other.people.values()} | {
        email for email in User.objects.values_list("email", flat=True) if BIRD in email
    }
    told = {False: "", True: ""}
    for message in mail.outbox:
        told[message.to[0] in theirs] += f"{message.message()}\n{message.subject}\n{message.body}\n"

    assert BIRD in told[True]
    assert BIRD not in told[False]
    assert birds.own.things["finding"].title in told[False]


def test_what_is_shared_is_the_same_for_both(birds):
    """Grades and wordings come from the edition: nobody's canary may be in them."""
    assert not FindingGrade.objects.filter(label_fr__contains=BIRD).exists()
