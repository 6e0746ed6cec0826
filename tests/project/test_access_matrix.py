"""Every URL, by every kind of person, on what is theirs and what is not: `matrix` says the rule."""

import re
from uuid import uuid4

import pytest
from django.db import transaction

from tests.project import asking
from tests.project.conftest import ADMINISTRATOR, ANONYMOUS, FOREIGN
from tests.project.guards import policy_of, weaknesses
from tests.project.matrix import LINES, SHARED
from tests.project.sources import nested, views
from tests.project.traces import fingerprint, recorded_writes

# Who is let in is the same on any database. That every page answers on both is asked with its
# parameters in `test_odd_requests`; what a form does is tried on both by the tests of its action.
pytestmark = [
    pytest.mark.web,
    pytest.mark.django_db,
    pytest.mark.any_database,
    pytest.mark.long,
]

REFUSED = {401, 403, 404, 405}
REFUSALS = "crcaudit.access"
JOURNAL = "core_journalentry"
# Reading these is itself a fact, kept in the journal.
READ_ON_RECORD = {
    "audits:evidence-file",
    "audits:evidence-preview",
    "audits:workbook-file",
    "reports:download",
    "reports:audit-workbook",
}
# A preference, not a fact: kept on the account alone.
OFF_RECORD = {"set-language"}
NAMES = sorted({line.name for line in LINES})
OURS = [name for name in NAMES if not name.startswith("account_")]
OBJECTS = [line for line in LINES if line.thing not in SHARED]
VERBS = {name: {line.verb for line in LINES if line.name == name} for name in NAMES}
FIRST = {line.name: line for line in reversed(LINES)}  # the first line of each name


def ask(world, principal, line, *, side, verb=None):
    """Answer, tables it changed, writes it tried; given up after, so that all find one world."""
    data = asking.body(line.name, line.thing, side) if line.verb == "POST" else {}
    url = asking.address(line.name, line.thing, side, world.shared)
    call = getattr(world.client(principal), (verb or line.verb).lower())
    with transaction.atomic():
        with recorded_writes() as writes:
            answer = call(url, data)
            asking.content_of(answer)
        after = fingerprint() if writes else world.rest
        transaction.set_rollback(True)
    return answer, [table for table in after if world.rest[table] != after[table]], writes


def problems(line, status, expected, changed, writes) -> list[str]:
    """What is not as it should be about one answer, in words."""
    found = [f"{status} instead of {expected}"] if status != expected else []
    if status in REFUSED and writes:
        found.append(f"{status}, and yet it wrote: {writes}")
    if status == 200 and line.name in READ_ON_RECORD:
        return found if changed == [JOURNAL] else [*found, f"changed {changed}"]
    if line.verb == "POST" and status == 302 and line.name in OURS:
        kept = JOURNAL in changed or line.name in OFF_RECORD
        return found if kept else [*found, "left no row of the journal"]
    return [*found, f"{status}, and yet {changed} changed"] if changed else found


def test_every_url_is_in_the_table_and_the_table_names_no_other():
    assert views().keys() == set(NAMES)


@pytest.mark.parametrize("line", LINES, ids=str)
def test_each_principal_gets_what_the_table_says(world, line):
    wrong = {}
    for principal, expected in line.statuses.items():
        answer, changed, writes = ask(world, principal, line, side=world.own)
        found = problems(line, answer.status_code, expected, changed, writes)
        found += weaknesses(answer, policy=policy_of(line.name, answer.status_code))
        if found:
            wrong[principal] = found

    assert wrong == {}


@pytest.mark.parametrize("line", OBJECTS, ids=str)
def test_what_is_of_another_organisation_does_not_exist(world, line):
    """Asked for by those to whom it is open here, with a body that would be right there.

    By one of those to whom it is known and forbidden too: elsewhere it is not even known. An
    administrator looks after the people and places of every organisation, and nothing else.
    """
    here = {who: line.statuses[who] for who in line.statuses if who not in {ANONYMOUS, FOREIGN}}
    refused = [who for who, status in here.items() if status == 403]
    wrong = {}
    for principal in [who for who, status in here.items() if status not in REFUSED] + refused[:1]:
        is_theirs = principal == ADMINISTRATOR and line.name.startswith("accounts:")
        expected = line.statuses[principal] if is_theirs else 404
        answer, changed, writes = ask(world, principal, line, side=world.other)
        found = problems(line, answer.status_code, expected, changed, writes)
        if found:
            wrong[principal] = found

    assert wrong == {}


@pytest.mark.parametrize("line", [line for line in OBJECTS if line.name in nested()], ids=str)
def test_a_part_of_another_object_is_not_found_under_a_visible_one(world, line):
    """Both ways: a visible audit with a foreign requirement, a foreign audit with a visible one."""
    own, other = (
        asking.arguments(line.name, line.thing, side, world.shared)
        for side in (world.own, world.other)
    )
    client = world.client(who_may(line))
    call = getattr(client, line.verb.lower())
    data = asking.body(line.name, line.thing, world.own) if line.verb == "POST" else {}
    before = fingerprint()

    for mixed in (own | {"pk": other["pk"]}, other | {"pk": own["pk"]}):
        answer = call(asking.reverse(line.name, kwargs=mixed), data)

        assert (answer.status_code, fingerprint()) == (404, before)


def who_may(line) -> str:
    """Somebody to whom it is open here; the quality manager before anybody else."""
    open_to = (
        who
        for who in ("manager", *line.statuses)
        if who not in {ANONYMOUS, FOREIGN, ADMINISTRATOR} and line.statuses[who] not in REFUSED
    )
    return next(open_to, "manager")


# One thing for each form is enough: what it is about is looked for before what is sent.
FORMS = {line.name: line for line in OBJECTS if line.verb == "POST"}
ASKED = [*(line for line in OBJECTS if line.verb == "GET"), *FORMS.values()]


@pytest.mark.parametrize("line", ASKED, ids=str)
def test_a_foreign_object_answers_like_one_that_does_not_exist(world, line, caplog):
    """To the letter, and the log has who asked for it, without anything that was sent."""
    who = who_may(line)
    foreign = asking.arguments(line.name, line.thing, world.other, world.shared)
    keys = {"key", "provider"}
    absent = {name: uuid4() if name in keys else 10**9 for name in foreign}
    data = asking.body(line.name, line.thing, world.own) if line.verb == "POST" else {}
    call = getattr(world.client(who), line.verb.lower())

    pages = [call(asking.reverse(line.name, kwargs=kwargs), data) for kwargs in (foreign, absent)]

    assert [page.status_code for page in pages] == [404, 404]
    assert bare(pages[0]) == bare(pages[1])
    refused = [record.getMessage() for record in caplog.records if record.name == REFUSALS]
    assert refused == [
        f"Refused 404 {line.verb} {asked(page)} account {world.own.people[who].key}"
        for page in pages
    ]


def asked(page) -> str:
    """What the log says of an address: its page, and the keys and numbers in it."""
    route = page.resolver_match
    return " ".join([route.view_name, *(str(v) for v in route.kwargs.values() if v != str(v))])


def bare(page) -> str:
    """The page without what differs in any case: the token of its forms, its own address."""
    text = page.content.decode().replace(page.request["PATH_INFO"], "")
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


@pytest.mark.parametrize("name", OURS)
def test_a_verb_that_is_not_offered_is_refused(world, name):
    for verb in {"GET", "POST", "PUT", "PATCH", "DELETE"} - VERBS[name]:
        answer, changed, writes = ask(world, "manager", FIRST[name], side=world.own, verb=verb)

        assert (verb, answer.status_code, changed, writes) == (verb, 405, [], [])


def test_the_table_allows_and_refuses_each_principal_something():
    """A table of refusals alone would hold for a site that is down."""
    for principal in FIRST["audits:home"].statuses:
        seen = {line.statuses[principal] for line in LINES}
        assert 200 in seen
        assert seen & REFUSED
