"""Samples of an audit: preparing, drawing, recording, the record of the draw."""

import csv
import io

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from audits.actions.sample import conclude_sample, edit_sample
from audits.actions.sample_fields import fields_of
from audits.enums import AuditKind, TeamRole
from audits.logic.draw_record import redraw
from audits.models import Assessment, Sample
from audits.sample_enums import SampleState, UnitResult
from crcaudit.accounts.enums import Role
from tests.factories.accounts import MembershipFactory, SiteFactory, UserFactory
from tests.factories.audits import (
    CertificationFactory,
    drawn_sample,
    first_assessment,
    name_on_team,
    prepared_sample,
    record_all,
    running_audit,
    sample_fields,
)
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

TWICE = (
    "Each reference is in the list once: a unit that is there twice would have two chances. "
    "Lines: 3."
)
TOO_MANY = (
    "The list has 20,001 lines: the limit is 20,000. Give the number of units instead, or cut the "
    "period."
)
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def audit(manager):
    file = CertificationFactory(organisation=manager.organisation)
    return running_audit(certification=file, kind=AuditKind.INTERNAL)


@pytest.fixture
def drawn(audit, manager):
    return drawn_sample(audit=audit, by=manager.user)


def url(name, row, *more):
    if isinstance(row, Sample):
        return reverse(f"audits:{name}", args=[row.audit.key, row.number, *more])
    return reverse(f"audits:{name}", args=[row.key])


def sent(**changes):
    values = {
        "title": "Courriers relus",
        "counted": "La réponse traite chaque demande",
        "source": "Courriers de mars",
        "known_by": "LIST",
        "units": "CR-1\tLyon\nCR-2\tMassy\nCR-3\tLyon\nCR-4\tMassy",
        "method": "SIMPLE",
        "margin": "10",
        "confidence": "95",
        "size": "2",
        "target": "90",
    }
    return values | changes


def errors(response):
    return {name: list(texts) for name, texts in response.context["form"].errors.items()}


# Preparing


def test_a_sample_is_prepared_then_drawn(client, manager, audit):
    row = first_assessment(audit)

    answer = client.post(url("add-sample", audit), sent(requirement=row.pk), follow=True)

    sample = Sample.objects.get()
    assert answer.redirect_chain == [(sample.get_absolute_url(), 302)]
    assert (sample.assessment, sample.population_size, sample.size) == (row, 4, 2)
    assert sample.population[0] == ["CR-1", "Lyon"]
    answer = client.post(url("draw-sample", sample), {"version": sample.version}, follow=True)
    sample.refresh_from_db()
    assert (sample.state, sample.items.count(), sample.drawn_by) == ("DRAWN", 2, manager.user)
    assert "ECH-01 is drawn." in answer.content.decode()


def test_the_requirement_of_the_link_is_chosen_already(client, audit):
    row = first_assessment(audit)

    form = client.get(f"{url('add-sample', audit)}?exigence={row.pk}").context["form"]

    assert form["requirement"].value() == str(row.pk)


def test_without_a_size_the_proposed_one_is_taken(client, audit):
    units = "\n".join(f"CR-{n}" for n in range(1_000))

    client.post(url("add-sample", audit), sent(units=units, size="", margin="5"))

    assert Sample.objects.get().size == 278


def test_a_population_may_be_known_by_its_number_alone(client, audit):
    body = sent(known_by="COUNT", population_size="1240", units="n'est pas lu\nn'est pas lu")

    client.post(url("add-sample", audit), body)

    sample = Sample.objects.get()
    assert (sample.population, sample.population_size) == ([], 1240)
    assert sample.units()[-1].label == "1240"


def test_everything_takes_the_size_of_the_list_whatever_hidden_fields_hold(client, audit):
    body = sent(method="EVERYTHING", size="0", margin="x", confidence="")

    client.post(url("add-sample", audit), body)

    sample = Sample.objects.get()
    assert (sample.size, sample.margin, sample.confidence) == (4, None, None)
    form = client.get(url("edit-sample", sample)).context["form"]
    assert (form["margin"].value(), form["confidence"].value()) == (5, 95)


@pytest.mark.parametrize(
    ("known", "chosen", "positions"),
    [
        ({}, "CR-3\n\n CR-1 \nCR-3", [1, 3]),
        ({"known_by": "COUNT", "population_size": "50"}, "7\n12", [7, 12]),
    ],
)
def test_the_auditor_may_choose(client, audit, known, chosen, positions):
    body = sent(method="JUDGEMENT", chosen=chosen, size="", **known)

    client.post(url("add-sample", audit), body)

    sample = Sample.objects.get()
    assert (sample.chosen, sample.size) == (positions, 2)


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"units": ""}, {"units": ["Paste the list of the units: it is empty."]}),
        ({"units": " \n\t\n"}, {"units": ["Paste the list of the units: it is empty."]}),
        (
            {"units": "a\nb\na"},
            {"units": [TWICE]},
        ),
        (
            {"units": "\n".join(str(n) for n in range(20_001))},
            {"units": [TOO_MANY]},
        ),
        (
            {"units": "a\n;Lyon"},
            {"units": ["Every line begins with a reference. Lines: 2."]},
        ),
        (
            {"size": "5"},
            {"size": ["The population has 4 units: no more can be drawn."]},
        ),
        (
            {"known_by": "COUNT"},
            {"population_size": ["Say how many units there are."]},
        ),
        (
            {"method": "STRATIFIED", "units": "a\nb"},
            {
                "method": [
                    "The list gives no site or channel: put it in a second column, or draw simply."
                ]
            },
        ),
        (
            {"method": "STRATIFIED", "units": "a;Lyon\nb"},
            {"units": ["With this method every unit has its site or channel."]},
        ),
        (
            {"method": "JUDGEMENT"},
            {"chosen": ["Write the references of the units that you choose."]},
        ),
        (
            {"method": "JUDGEMENT", "chosen": "CR-9\nCR-1\n=1+1"},
            {"chosen": ["Not in the population: CR-9, =1+1."]},
        ),
        (
            {"method": "JUDGEMENT", "chosen": "0\n07", "known_by": "COUNT", "population_size": "9"},
            {"chosen": ["Not in the population: 0, 07."]},
        ),
        (
            {"known_by": "COUNT", "population_size": "900000", "margin": "1", "size": ""},
            {"size": ["This makes 9,503 units to look at: the limit is 2,000."]},
        ),
        (
            {"method": "EVERYTHING", "known_by": "COUNT", "population_size": "2001", "size": ""},
            {"population_size": ["This makes 2,001 units to look at: the limit is 2,000."]},
        ),
        ({"counted": ""}, {"counted": ["Say when a unit is conform."]}),
        ({"title": ""}, {"title": ["Give the sample a title."]}),
        ({"source": " "}, {"source": ["Say what the population holds."]}),
        ({"requirement": "999999"}, {"requirement": ["Choose a requirement of this audit."]}),
    ],
)
def test_what_cannot_be_drawn_is_said_beside_its_field(client, audit, changes, problems):
    answer = client.post(url("add-sample", audit), sent(**changes))

    assert (answer.status_code, errors(answer)) == (422, problems)
    assert not Sample.objects.exists()


@pytest.mark.parametrize(
    "label", ["مكالمة ١٢", "😀 4", '"><svg onload=crcx()>', "=1+1", "a\u202eb"]
)
def test_strange_references_are_kept_and_shown_as_they_are(client, audit, label):
    client.post(url("add-sample", audit), sent(units=f"{label}\nb", size="2"))
    sample = Sample.objects.get()
    client.post(url("draw-sample", sample), {"version": 1})

    page = client.get(sample.get_absolute_url())

    assert {item.label for item, _options in page.context["items"]} == {label, "b"}
    assert "<svg onload" not in page.content.decode()


def test_french_screens_read_a_decimal_comma(client, manager, audit):
    manager.user.language = "fr"
    manager.user.save()

    client.post(url("add-sample", audit), sent(target="94,5"))

    assert str(Sample.objects.get().target) == "94.5"


@pytest.mark.parametrize("name", ["units", "size"])
def test_french_words_say_what_is_wrong(client, manager, audit, name):
    manager.user.language = "fr"
    manager.user.save()

    answer = client.post(url("add-sample", audit), sent(units="a\na", size="0"))

    (text,) = errors(answer)[name]
    assert {"units": "deux chances", "size": "supérieure ou égale à 1"}[name] in text


def test_the_same_form_twice_makes_one_sample(client, audit):
    key = client.get(url("add-sample", audit)).context["form"]["key"].value()

    for _click in range(2):
        assert client.post(url("add-sample", audit), sent(key=key)).status_code == 302

    assert Sample.objects.count() == 1
    other = client.post(url("add-sample", audit), sent(key=key, title="Autre"))
    assert (other.status_code, other.context["form"]["title"].value()) == (409, "Autre")


# The proposal


def test_the_proposal_says_where_it_comes_from(client, audit):
    body = sent(known_by="COUNT", population_size="1000", margin="5", size="50")

    answer = client.post(url("propose-size", audit), body, **HTMX)

    proposal = answer.context["proposal"]
    assert (proposal.size, proposal.unbounded, proposal.taken) == (278, 385, 50)
    text = answer.content.decode()
    assert "278 units" in text
    assert "It would be 385 for a population without end; yours has 1,000 units." in text
    assert not Sample.objects.exists()


def test_the_proposal_shows_the_share_of_each_stratum(client, audit):
    units = "\n".join(f"CR-{n};{'Lyon' if n % 4 else 'Massy'}" for n in range(40))

    answer = client.post(
        url("propose-size", audit), sent(units=units, method="STRATIFIED", size="10")
    )

    assert answer.context["proposal"].strata == (("Lyon", 30, 8), ("Massy", 10, 2))


@pytest.mark.parametrize(
    ("changes", "taken"),
    [({"method": "EVERYTHING"}, 4), ({"method": "JUDGEMENT", "chosen": "CR-1"}, 1)],
)
def test_what_is_not_drawn_has_a_size_without_reasons(client, audit, changes, taken):
    proposal = client.post(url("propose-size", audit), sent(**changes)).context["proposal"]

    assert (proposal.taken, proposal.size) == (taken, None)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"units": ""}, "as soon as the population is known"),
        ({"margin": ""}, "as soon as the population is known"),
        ({"units": "a\na"}, "two chances"),
        ({"method": "JUDGEMENT"}, "Write the references"),
        ({"known_by": "COUNT", "population_size": "900000", "margin": "1", "size": ""}, "wider"),
    ],
)
def test_the_proposal_says_what_is_missing(client, audit, changes, text):
    answer = client.post(url("propose-size", audit), sent(**changes))

    assert (answer.status_code, text in answer.content.decode()) == (200, True)


# Changing, drawing


def test_a_draft_is_changed(client, audit):
    sample = prepared_sample(audit=audit)
    form = client.get(url("edit-sample", sample)).context["form"]
    assert form["units"].value().splitlines()[0] == "CR-01\tMassy"

    client.post(url("edit-sample", sample), sent(version=1, title="Courriers d'avril"))

    sample.refresh_from_db()
    assert (sample.title, sample.population_size, sample.version) == ("Courriers d'avril", 4, 2)


def test_a_change_from_an_old_page_is_shown_beside_the_other(client, audit):
    sample = prepared_sample(audit=audit)
    fields = sample_fields(title="Du collègue")
    edit_sample(sample=sample, version=1, fields=fields, by=UserFactory(), at=timezone.now())

    answer = client.post(url("edit-sample", sample), sent(version=1, title="Le mien"))

    (title, *_others) = answer.context["differences"]
    assert (answer.status_code, title.theirs, title.mine) == (409, "Du collègue", "Le mien")
    again = client.post(url("edit-sample", sample), sent(version=2, title="Le mien"))
    assert again.status_code == 302


def test_a_drawn_sample_has_no_form(client, drawn):
    assert client.get(url("edit-sample", drawn)).status_code == 409
    assert client.post(url("edit-sample", drawn), sent(version=2)).status_code == 409


def test_what_changed_since_the_page_was_shown_is_not_drawn(client, audit):
    sample = prepared_sample(audit=audit)
    fields = sample_fields(size=6)
    edit_sample(sample=sample, version=1, fields=fields, by=UserFactory(), at=timezone.now())

    answers = [
        client.post(url("draw-sample", sample), {"version": version})
        for version in ("1", "", "²", "9" * 30, "-1")
    ]

    assert [answer.status_code for answer in answers] == [409] * 5
    sample.refresh_from_db()
    assert sample.state == SampleState.DRAFT


def test_a_second_click_finds_the_sample_drawn(client, audit):
    sample = prepared_sample(audit=audit)

    seeds = set()
    for _click in range(2):
        assert client.post(url("draw-sample", sample), {"version": 1}).status_code == 302
        sample.refresh_from_db()
        seeds.add(sample.seed)

    assert len(seeds) == 1


def test_another_draw_leaves_the_first_one_and_says_why(client, drawn):
    assert client.post(url("another-draw", drawn), {"reason": ""}).status_code == 422

    client.post(url("another-draw", drawn), {"reason": "Liste incomplète"})

    other = Sample.objects.get(replaces=drawn)
    assert other.reason == "Liste incomplète"
    assert "ECH-02" in client.get(drawn.get_absolute_url()).content.decode()
    assert "Liste incomplète" in client.get(other.get_absolute_url()).content.decode()
    assert client.get(url("another-draw", other)).status_code == 409
    assert client.post(url("another-draw", other), {"reason": "Encore"}).status_code == 409


# Recording


def record(client, sample, rank, *, htmx=True, **values):
    body = {"version": 1, "result": "CONFORM", "comment": ""} | values
    return client.post(url("record-result", sample, rank), body, **(HTMX if htmx else {}))


def test_a_result_is_saved_with_the_figures(client, drawn):
    answer = record(client, drawn, 1)

    figures = answer.context["figures"]
    assert (answer.status_code, figures.detail) == (200, "1\xa0/\xa01")
    assert 'id="sample-figures"' in answer.content.decode()
    assert 'hx-swap-oob="true"' in answer.content.decode()
    assert drawn.items.get(rank=1).result == UnitResult.CONFORM


def test_without_javascript_one_comes_back_to_the_unit(client, drawn):
    answer = record(client, drawn, 3, htmx=False)

    assert (answer.status_code, answer.url) == (302, f"{drawn.get_absolute_url()}?page=1#u3")


@pytest.mark.parametrize("htmx", [True, False])
def test_what_cannot_be_assessed_needs_a_comment(client, drawn, htmx):
    answer = record(client, drawn, 1, result="NOT_ASSESSABLE", htmx=htmx)

    assert answer.status_code == 409
    assert "Say why the unit cannot be assessed" in answer.content.decode()
    assert drawn.items.get(rank=1).result == ""
    assert record(client, drawn, 1, result="NOT_ASSESSABLE", comment="Muet").status_code == 200


def test_a_second_auditor_sees_what_the_first_one_wrote_and_keeps_their_text(client, drawn):
    record(client, drawn, 1, result="NOT_CONFORM", comment="Sans suite")

    answer = record(client, drawn, 1, comment="Vu complet")

    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody recorded this unit meanwhile" in text
    assert 'value="Vu complet"' in text
    assert 'name="version" value="2"' in text
    assert drawn.items.get(rank=1).comment == "Sans suite"


@pytest.mark.parametrize("values", [{"result": "AUTRE"}, {"version": ""}, {"comment": "x" * 501}])
def test_an_odd_result_is_refused(client, drawn, values):
    assert record(client, drawn, 1, **values).status_code == 422
    assert drawn.items.get(rank=1).result == ""


def test_a_unit_that_is_not_there_is_not_found(client, drawn):
    assert record(client, drawn, 6).status_code == 404


def test_a_sample_is_concluded_and_taken_up(client, drawn):
    assert client.post(url("conclude-sample", drawn)).status_code == 409
    record_all(drawn)
    assert client.get(drawn.get_absolute_url()).context["can_conclude"]
    assert client.get(url("take-up-sample", drawn)).status_code == 409

    client.post(url("conclude-sample", drawn))

    page = client.get(drawn.get_absolute_url())
    assert (page.context["can_record"], page.context["can_take_up"]) == (False, True)
    assert record(client, drawn, 1, version=2, result="NOT_CONFORM").status_code == 409
    assert client.post(url("take-up-sample", drawn), {"reason": ""}).status_code == 422
    client.post(url("take-up-sample", drawn), {"reason": "Pièce retrouvée"})
    drawn.refresh_from_db()
    assert drawn.state == SampleState.DRAWN
    assert client.post(url("take-up-sample", drawn), {"reason": "Encore"}).status_code == 409


# What is shown


def test_the_figures_have_their_interval_and_their_verdict(client, audit):
    sample = drawn_sample(audit=audit, units=(), population_size=1_240, size=50, target=90)
    for item in sample.items.order_by("rank")[:3]:
        item.result, item.recorded_at = UnitResult.NOT_CONFORM, timezone.now()
        item.recorded_by = sample.drawn_by
        item.save()
    record_all(sample)

    figures = client.get(sample.get_absolute_url()).context["figures"]
    assert (figures.rate, figures.interval, figures.scope) == (
        "94.0%",
        "95% CI 83.8\u201397.9%",
        "50 drawn among 1,240",
    )
    assert (figures.kind, figures.verdict) == ("part", "Target not proven")
    assert figures.remark == "At the same rate, 217 assessed units would decide."


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        (
            {"method": "EVERYTHING", "size": 12},
            ("exhaustive: all 12 units", "", "Target proven"),
        ),
        (
            {"method": "JUDGEMENT", "size": 2, "chosen": (1, 2)},
            ("2 chosen by the auditor among 12", "", ""),
        ),
        ({"target": None}, ("5 drawn among 12", "95% CI 56.6\u2013100.0%", "")),
    ],
)
def test_only_a_random_sample_has_an_interval(client, audit, changes, shown):
    sample = drawn_sample(audit=audit, **changes)
    record_all(sample)

    figures = client.get(sample.get_absolute_url()).context["figures"]
    assert (figures.scope, figures.interval, figures.verdict) == shown


def test_nothing_looked_at_is_not_zero(client, audit):
    sample = drawn_sample(audit=audit, target=None)

    text = client.get(sample.get_absolute_url()).content.decode()

    assert "not computable" in text
    assert "0.0%" not in text


def test_an_exhaustive_sample_says_nothing_before_its_end(client, audit):
    sample = drawn_sample(audit=audit, method="EVERYTHING", size=12)
    record(client, sample, 1)

    figures = client.get(sample.get_absolute_url()).context["figures"]
    assert (figures.rate, figures.verdict) == ("100.0%", "")
    assert figures.remark == "No verdict before every unit was looked at."


@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_list_shows_every_sample(client, audit, count):
    for _n in range(count):
        drawn_sample(audit=audit)

    lines = client.get(url("samples", audit)).context["lines"]

    assert [line.sample.number for line in lines] == list(range(1, count + 1))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_seven_queries(client, audit, count):
    for _n in range(count):
        drawn_sample(audit=audit, assessment=first_assessment(audit))
    client.get(url("samples", audit))

    with counted() as statements:
        client.get(url("samples", audit))

    assert len(statements) == 7


@pytest.mark.parametrize("size", [1, 12])
def test_the_page_takes_eleven_queries(client, audit, size):
    sample = drawn_sample(audit=audit, size=size)
    client.get(sample.get_absolute_url())

    with counted() as statements:
        client.get(sample.get_absolute_url())

    assert len(statements) == 11


def test_saving_a_result_takes_fourteen_queries(client, drawn):
    record(client, drawn, 1)

    with counted() as statements:
        record(client, drawn, 2)

    assert len(statements) == 14


# The record


def test_the_record_lets_anybody_draw_again(client, drawn):
    answer = client.get(url("sample-table", drawn))

    text = answer.content.decode("utf-8-sig")
    taken, is_same = redraw(csv.reader(io.StringIO(text), delimiter=";"))
    assert answer.headers["Content-Disposition"].endswith('ECH-01.csv"')
    assert is_same
    assert [row.unit.label for row in taken] == list(
        drawn.items.order_by("rank").values_list("label", flat=True)
    )


def test_the_record_of_references_like_formulas_is_defused_and_draws_again(client, audit):
    labels = ["=1+1", "+33", "-5", "@SUM(A1)", "%x", "CR-1"]
    client.post(url("add-sample", audit), sent(units="\n".join(labels), size="5"))
    row = Sample.objects.get()
    client.post(url("draw-sample", row), {"version": 1})

    text = client.get(url("sample-table", row)).content.decode("utf-8-sig")

    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert not [cell for line in rows for cell in line if cell.startswith(("=", "+", "@"))]
    drawn_again, is_same = redraw(iter(rows))
    assert is_same
    assert {item.unit.label for item in drawn_again} <= set(labels)


def test_the_command_redoes_the_draw(client, drawn, tmp_path):
    path = tmp_path / "releve.csv"
    path.write_bytes(client.get(url("sample-table", drawn)).content)
    output = io.StringIO()

    call_command("redo_draw", path, stdout=output)

    items = drawn.items.order_by("rank")
    lines = [f"{item.rank}\t{item.position}\t{item.label}" for item in items]
    assert output.getvalue().splitlines()[:-1] == lines


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace("CR-01", "CR-99"), "not the one of the draw"),
        (lambda _text: "a;b", "not the record"),
        (lambda text: text.replace(";v1", ";v9"), "algorithm"),
    ],
)
def test_the_command_says_why_it_cannot(client, drawn, tmp_path, change, message):
    path = tmp_path / "releve.csv"
    text = client.get(url("sample-table", drawn)).content.decode()
    path.write_text(change(text), encoding="utf-8")

    with pytest.raises(CommandError, match=message):
        call_command("redo_draw", path, stdout=io.StringIO())


def test_the_command_sees_another_seed(client, audit, tmp_path):
    sample = drawn_sample(audit=audit)
    path = tmp_path / "releve.csv"
    text = client.get(url("sample-table", sample)).content.decode()
    path.write_text(text.replace(sample.seed, "choisie"), encoding="utf-8")

    with pytest.raises(CommandError, match="not the units"):
        call_command("redo_draw", path, stdout=io.StringIO())


def test_the_command_needs_a_file(tmp_path):
    with pytest.raises(CommandError, match="rien"):
        call_command("redo_draw", tmp_path / "rien.csv")


@pytest.mark.parametrize("method", ["SIMPLE", "SYSTEMATIC", "STRATIFIED", "EVERYTHING"])
def test_the_printed_record_holds_what_a_draw_depends_on(client, audit, method):
    sample = drawn_sample(audit=audit, method=method, size=12)

    text = client.get(url("sample-record", sample)).content.decode()

    assert sample.seed in text
    assert sample.population_hash in text
    assert all(unit.label in text for unit in sample.units())


def test_a_long_list_is_in_the_table_only(client, audit):
    units = fields_of(prepared_sample(audit=audit)).units
    units = tuple(unit for unit in units) + tuple(type(units[0])(f"DOS-{n}") for n in range(1_989))
    sample = drawn_sample(audit=audit, units=units, population_size=len(units))

    page = client.get(url("sample-record", sample))

    assert page.context["population"] == ()
    assert "too long to be printed" in page.content.decode()


@pytest.mark.parametrize("name", ["sample-record", "sample-table"])
def test_what_is_not_drawn_has_no_record(client, audit, name):
    assert client.get(url(name, prepared_sample(audit=audit))).status_code == 409


# Sites


@pytest.fixture
def sites(audit):
    names = ("Brest", "Lille", "Lyon", "Massy", "Paris")
    rows = [SiteFactory(organisation=audit.organisation, name=name) for name in names]
    closed = SiteFactory(organisation=audit.organisation, closed_date="2020-01-01")
    audit.certification.sites.set([*rows, closed])
    return rows


def test_sites_are_drawn_by_the_rule(client, audit, sites):
    form = client.get(url("add-site-sample", audit)).context["form"]
    assert [label for _key, label in form.fields["chosen"].choices] == [s.name for s in sites]

    client.post(
        url("add-site-sample", audit),
        {"rule": "INITIAL", "central": sites[4].pk, "chosen": [sites[2].pk]},
    )

    sample = Sample.objects.get()
    assert (sample.population_size, sample.size, sample.central) == (4, 2, "Paris")
    assert sample.chosen == [3]
    client.post(url("draw-sample", sample), {"version": 1})
    page = client.get(sample.get_absolute_url())
    assert next(item.label for item, _options in page.context["items"]) == "Lyon"
    assert page.context["figures"] is None
    assert "Paris" in page.content.decode()


def test_the_rule_of_the_kind_of_audit_is_chosen_already(client, audit, sites):
    renewal = running_audit(certification=audit.certification, kind=AuditKind.RENEWAL)
    user = MembershipFactory(organisation=renewal.organisation).user
    lead = UserFactory(language="en")
    name_on_team(audit=renewal, user=lead, role=TeamRole.LEAD, by=user)
    client.force_login(lead)

    form = client.get(url("add-site-sample", renewal)).context["form"]

    assert form["rule"].value() == "RENEWAL"


@pytest.mark.parametrize(
    ("values", "problems"),
    [
        ({"size": "2"}, {"size": ["The rule asks for at least 3 sites."]}),
        ({"size": "6"}, {"size": ["The population has 5 units: no more can be drawn."]}),
        ({"size": "x"}, {"size": ["Enter a whole number."]}),
        (
            {"chosen": [0, 1, 2]},
            {"chosen": ["At least 1 site is drawn at random: choose fewer, or visit more."]},
        ),
        (
            {"central": 0, "chosen": [0]},
            {"chosen": ["The central function is visited anyway: leave it out of the choice."]},
        ),
        ({"rule": ""}, {"rule": ["Choose the rule."]}),
    ],
)
def test_sites_that_break_the_rule_are_refused(client, audit, sites, values, problems):
    body = {"rule": "INITIAL"} | values
    for name in ("central", "chosen"):
        if name in body:
            places = body[name] if isinstance(body[name], list) else [body[name]]
            body[name] = [sites[place].pk for place in places]

    answer = client.post(url("add-site-sample", audit), body)

    assert (answer.status_code, errors(answer)) == (422, problems)


def test_a_file_of_one_site_has_none_left_beside_its_centre(client, audit):
    site = SiteFactory(organisation=audit.organisation)
    audit.certification.sites.set([site])

    answer = client.post(url("add-site-sample", audit), {"rule": "INITIAL", "central": site.pk})

    assert errors(answer) == {"central": ["No other site of the file is left to draw."]}


def test_a_choice_of_sites_is_changed_before_the_draw(client, audit, sites):
    body = {"rule": "INITIAL", "central": sites[4].pk, "chosen": [sites[2].pk]}
    client.post(url("add-site-sample", audit), body)
    sample = Sample.objects.get()
    form = client.get(url("edit-sample", sample)).context["form"]
    assert form["central"].value() == str(sites[4].pk)
    assert form["chosen"].value() == [str(sites[2].pk)]

    client.post(url("edit-sample", sample), {"rule": "RENEWAL", "version": 1, "size": "3"})

    sample.refresh_from_db()
    assert (sample.rule, sample.size, sample.central, sample.chosen) == ("RENEWAL", 3, "", [])


# Who


@pytest.mark.parametrize(("role", "seen"), [(TeamRole.LEAD, True), (TeamRole.OBSERVER, False)])
def test_an_observer_reads_and_an_auditor_draws(client, audit, role, seen):
    user = UserFactory()
    name_on_team(audit=audit, user=user, role=role)
    sample = prepared_sample(audit=audit)
    client.force_login(user)

    page = client.get(sample.get_absolute_url())

    assert (page.status_code, page.context["can_draw"]) == (200, seen)
    expected = 302 if seen else 403
    assert client.post(url("draw-sample", sample), {"version": 1}).status_code == expected


def test_a_contributor_sees_what_concerns_their_requirement(client, audit):
    row = first_assessment(audit)
    member = MembershipFactory(organisation=audit.organisation, role=Role.CONTRIBUTOR)
    Assessment.objects.filter(pk=row.pk).update(assigned_to=member.user)
    theirs = prepared_sample(audit=audit, assessment=row)
    other = prepared_sample(audit=audit)
    client.force_login(member.user)

    lines = client.get(url("samples", audit)).context["lines"]

    assert [line.sample for line in lines] == [theirs]
    page = client.get(theirs.get_absolute_url())
    assert (page.status_code, page.context["history"]) == (200, ())
    assert client.get(other.get_absolute_url()).status_code == 404


def test_a_validated_audit_shows_its_samples_and_draws_no_more(client, manager, audit):
    sample, draft = drawn_sample(audit=audit), prepared_sample(audit=audit)
    record_all(sample)
    conclude_sample(sample=sample, by=manager.user, at=timezone.now())
    type(audit).objects.filter(pk=audit.pk).update(
        state="VALIDATED", validated_at=timezone.now(), validated_by=manager.user
    )

    assert client.get(url("samples", audit)).status_code == 200
    page = client.get(sample.get_absolute_url())
    assert (page.status_code, page.context["can_take_up"]) == (200, False)
    assert client.post(url("draw-sample", draft), {"version": 1}).status_code == 403
    assert client.get(url("add-sample", audit)).status_code == 403
    assert client.get(url("sample-table", sample)).status_code == 200
