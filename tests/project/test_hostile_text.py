"""Whatever is written in a form is kept as it is, shown as it is, and never runs."""

import pytest
from django import forms
from django.db import transaction

from crcaudit.accounts.forms.sign_in import LoginForm, ResetPasswordForm
from crcaudit.core.forms import CleanCharField, CleanTextField
from crcaudit.core.text import clean_line, clean_text
from tests.project.forms_tried import TRIED, text_fields
from tests.project.hostile import CORPUS, lines, paragraphs
from tests.project.pages import read
from tests.project.sources import PACKAGES
from tests.project.traces import fingerprint

pytestmark = [pytest.mark.web, pytest.mark.django_db, pytest.mark.long]

# Bases of others, one that only asks again for what the first form lacked, and the sign-in
# forms, which are allauth's with our labels.
NOT_SENT = {
    "CallColumnsForm",  # words of a file, compared with its cells and shown to nobody else
    "CertificationForm",
    "ControlLineFields",
    "NotApplicableForm",
    "DepartureForm",  # asked for by the rating, as the one above
    "RetainForm",  # needs measures: odd values are sent to it in test_requirement_measures
    LoginForm.__name__,
    ResetPasswordForm.__name__,
}
EACH = pytest.mark.parametrize("tried", TRIED, ids=str)


def forms_of(base=forms.Form) -> set[type[forms.Form]]:
    """Every form of the product, however it is derived."""
    found = set()
    for form in base.__subclasses__():
        found |= forms_of(form)
        if form.__module__.partition(".")[0] in PACKAGES:
            found.add(form)
    return found


def limit_of(field) -> int:
    return field.limit if isinstance(field, CleanTextField) else field.max_length


def is_line(field) -> bool:
    return not isinstance(field.widget, forms.Textarea)


def as_kept(field, text: str) -> str:
    """What the field makes of a text: cleaned, and stripped where the field strips."""
    kept = clean_line(text) if isinstance(field, CleanCharField) else clean_text(text)
    return kept.strip() if field.strip else kept


def rounds(tried) -> list[dict[str, str]]:
    """Parts of bodies that together put the whole corpus in each of the text fields."""
    texts = {
        name: (lines if is_line(field) else paragraphs)(limit_of(field))
        for name, field in tried.texts().items()
    }
    count = max(map(len, texts.values()))
    return [{name: of[n] for name, of in texts.items() if n < len(of)} for n in range(count)]


def test_every_form_that_takes_a_text_is_tried():
    with_text = {form.__name__ for form in forms_of() if text_fields(form)}

    assert with_text - NOT_SENT == {tried.form.__name__ for tried in TRIED}
    assert {tried.name for tried in TRIED} >= FOR_EACH


def test_every_text_field_of_a_form_is_tried_somewhere():
    for form in {tried.form for tried in TRIED}:
        tried = {name for way in TRIED if way.form is form for name in way.texts()}
        assert text_fields(form).keys() - tried <= {"url"}


@EACH
def test_every_text_is_cleaned_as_the_rule_says(tried):
    """A field of Django's own would let NUL through to the database, or cut without a word."""
    assert all(isinstance(field, CleanTextField) for field in tried.texts().values())


@pytest.mark.any_database
@EACH
def test_hostile_text_is_shown_as_it_was_written(world, tried):
    """The whole corpus in each field. Each part of it would come alive where a text is not escaped:
    the first is looked for on every page, the others on one page each, in turn.
    """
    client, fields = world.client(tried.who), tried.texts()
    for number, texts in enumerate(rounds(tried)):
        turn = number % max(1, len(tried.shown))  # some are shown nowhere
        with transaction.atomic():
            body = tried.body(world) | dict.fromkeys(fields, "Texte") | texts
            answer = client.post(tried.address(world), body)

            assert answer.status_code == 302
            for place, names in tried.shown[turn : turn + 1] if number else tried.shown:
                shown = read(client.get(place(world)))
                assert shown.alive == []
                expected = {n: as_kept(fields[n], texts[n]) for n in names if n in texts}
                assert [n for n, text in expected.items() if text not in shown.shown] == []
            transaction.set_rollback(True)


@pytest.mark.any_database
@EACH
def test_a_text_that_is_refused_comes_back_as_it_was_written(world, tried):
    """One character too many, with every field hostile: nothing typed is lost, nothing runs."""
    client = world.client(tried.who)
    for name, field in tried.texts().items():
        over = "x" * (limit_of(field) + 1)
        texts = dict.fromkeys(tried.texts(), "Texte") | rounds(tried)[0] | {name: over}

        answer = client.post(tried.address(world), tried.body(world) | texts)

        back = read(answer)
        assert answer.status_code in {409, 422}
        assert over in back.shown
        assert back.alive == []


@pytest.mark.any_database
@EACH
def test_a_hundred_thousand_characters_are_refused_and_given_back(world, tried):
    client = world.client(tried.who)
    huge = "é" * 100_000
    texts = dict.fromkeys(tried.texts(), huge)

    answer = client.post(tried.address(world), tried.body(world) | texts)

    assert answer.status_code in {409, 422}
    assert huge in read(answer).shown


# Made anew by each of two people, or written over by the last of them: the journal has both.
FOR_EACH = {
    "accounts:open-organisation", "accounts:edit-organisation", "accounts:add-site",
    "accounts:edit-site", "accounts:add-member", "accounts:edit-person",
    "audits:open-certification", "audits:save-scenario", "audits:audit-team", "audits:replace-lead",
    "audits:declare-independence", "audits:add-sample", "audits:another-draw",
    "audits:add-evidence", "audits:add-finding", "audits:ask-evidence", "audits:take-position",
    "audits:add-action", "audits:write-programme", "audits:add-slot", "audits:add-subcontractor",
    "audits:add-control-line",
    "audits:write-grid", "audits:add-listening", "audits:open-calibration",
    "audits:write-mystery-scenario", "audits:plan-campaign",
    "audits:add-complaint-action", "audits:comment-complaint",
    "audits:decide-committee", "audits:record-wave", "audits:send-feedback",
}  # fmt: skip
FOR_ONE = [tried for tried in TRIED if tried.name not in FOR_EACH]


@pytest.mark.parametrize("tried", FOR_ONE, ids=str)
def test_of_two_people_who_send_one_form_at_once_the_second_loses_nothing(world, tried):
    """Told so, what they typed beside, and what the first wrote untouched."""
    client, texts = world.client(tried.who), tried.texts()
    first, second = tried.body(world), tried.body(world)
    sent = client.post(tried.address(world), first | dict.fromkeys(texts, "Le premier"))
    before = fingerprint()

    answer = client.post(tried.address(world), second | dict.fromkeys(texts, "La seconde"))

    assert (sent.status_code, answer.status_code in {409, 422}) == (302, True)
    assert fingerprint() == before
    assert read(answer).shown.count("La seconde") >= len(texts)


@EACH
def test_a_text_of_exactly_the_limit_is_kept_whole(world, tried):
    """Counted in characters, whatever each of them takes in bytes."""
    client, fields = world.client(tried.who), tried.texts()
    texts = {name: "\U0001f9ff" * limit_of(field) for name, field in fields.items()}

    answer = client.post(tried.address(world), tried.body(world) | texts)

    assert answer.status_code == 302
    for place, names in tried.shown:
        shown = read(client.get(place(world))).shown
        assert [name for name in names if texts[name] not in shown] == []


def test_search_shows_what_was_asked_and_finds_it_again(world):
    client = world.client("manager")
    title = '"><img src=x onerror=crcx()> {{ 7*7 }} %(crcx)s'
    for tried in TRIED:
        if "title" in tried.texts() and tried.name.startswith("audits:edit"):
            client.post(tried.address(world), tried.body(world) | {"title": title})

    palette = read(client.get("/recherche/", {"q": title}))

    assert palette.alive == []
    assert palette.shown.count(title) >= 4  # the field, and one of each kind that was renamed


@pytest.mark.parametrize("text", CORPUS[::7])
def test_a_search_for_a_hostile_text_only_finds_nothing(world, text):
    client = world.client("manager")
    for url in ("/recherche/", "/preuves/", "/referentiels/indicateurs/"):
        answer = client.get(url, {"q": text})

        assert answer.status_code == 200
        assert read(answer).alive == []
