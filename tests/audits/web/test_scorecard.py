"""Providers on seven criteria: the table, one provider, the grid, the reviews."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions import provider_review as reviews
from audits.logic.periods import Grain, period_of
from audits.models import AskedItem, ProviderReview, ScorecardGrid
from audits.snapshots.provider_tree import provider_tree
from crcaudit.accounts.enums import OrganisationKind, Role
from tests.factories.accounts import MembershipFactory, OrganisationFactory, SiteFactory
from tests.factories.audits import CertificationFactory, shared, subcontractor
from tests.factories.figures import indicator, measure, want
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]
OVER = period_of(localdate() - timedelta(days=7), Grain.MONTH).after(-1)
LONG_AGO = date(2024, 1, 1)


@pytest.fixture
def organisation(manager):
    return manager.organisation


@pytest.fixture
def file(organisation):
    return CertificationFactory(organisation=organisation)


@pytest.fixture
def row(organisation):
    found = indicator(direction="higher")
    want(organisation, found, 85, starts_on=LONG_AGO)
    return found


@pytest.fixture
def provider(file, row):
    found = subcontractor(file, "Relais Ouest")
    measured(file.organisation, row, found, 80)
    return found


def measured(organisation, row, subject, ok, period=OVER):
    measure(organisation, row, period.start, subject=subject, answered_in_t=ok, offered=100)


def url(name, organisation, *args):
    return reverse(f"audits:{name}", args=[organisation.key, *args])


def words(response):
    return " ".join(response.content.decode().replace("\u202f", " ").replace("\xa0", " ").split())


def prepared(file, user):
    (provider,) = provider_tree(file.organisation, own_list=True)
    return reviews.prepare_review(
        organisation=file.organisation,
        provider=provider,
        period=OVER,
        by=user,
        at=timezone.now(),
    )


def test_the_table_says_what_is_held_and_what_is_under_its_target(client, organisation, provider):
    page = client.get(url("scorecard", organisation))

    assert page.status_code == 200
    assert "Relais Ouest" in words(page)
    assert "under target: PEC-01" in words(page)
    assert words(page).count("Not assessed") == 6


def test_the_table_costs_the_same_for_one_provider_and_for_three(
    client, organisation, file, row, provider
):
    with counted() as one:
        client.get(url("scorecard", organisation))
    for n in range(2):
        measured(organisation, row, subcontractor(file, f"Relais {n}", parent=provider), 90)

    with counted() as three:
        client.get(url("scorecard", organisation))

    assert len(three) == len(one)


def test_a_provider_costs_the_same_with_and_without_those_under_it(
    client, organisation, file, row, provider
):
    address = url("provider-scorecard", organisation, provider.key)
    with counted() as alone:
        client.get(address)
    measured(organisation, row, subcontractor(file, "Sous-relais", parent=provider), 90)

    with counted() as branch:
        client.get(address)

    assert len(branch) == len(alone)


def test_a_branch_is_pooled_and_may_be_read_without_those_under_it(
    client, organisation, file, row, provider
):
    under = subcontractor(file, "Sous-relais", parent=provider)
    measured(organisation, row, under, 100)
    address = url("provider-scorecard", organisation, provider.key)

    branch, alone = words(client.get(address)), words(client.get(address, {"vue": "seul"}))

    assert "90.0 %" in branch
    assert "2 of 2 providers" in branch
    assert "80.0 %" in alone
    assert "2 of 2 providers" not in alone


def test_the_series_behind_an_indicator_is_the_one_of_the_provider(client, organisation, provider):
    page = client.get(url("provider-scorecard", organisation, provider.key))
    (place,) = organisation.places.filter(subcontractor=provider)

    assert f"?lieu={place.pk}" in words(page)


def test_a_key_of_nobody_is_not_found(client, organisation, provider):
    other = subcontractor(CertificationFactory(), "Relais d'un autre")

    for key in (uuid4(), other.key):
        assert client.get(url("provider-scorecard", organisation, key)).status_code == 404
        assert client.post(url("prepare-provider-review", organisation, key)).status_code == 404
        answer = client.get(url("compare-providers", organisation), {"p": key})
        assert answer.status_code == 404


def test_a_client_reads_what_is_shared_and_nothing_that_its_organisation_keeps(client, row):
    reader = MembershipFactory(
        role=Role.CLIENT,
        organisation=OrganisationFactory(kind=OrganisationKind.CLIENT),
    )
    ours = reader.organisation
    own = CertificationFactory(organisation=ours)
    kept = subcontractor(own, "Relais gardé pour nous")
    measured(ours, row, kept, 10)
    theirs = CertificationFactory(organisation=OrganisationFactory(name="Prestataire A"))
    theirs.sites.add(SiteFactory(organisation=theirs.organisation))
    measured(theirs.organisation, row, theirs.sites.get(), 90)
    want(theirs.organisation, row, 70, starts_on=LONG_AGO)
    share = shared(theirs, client=ours)
    client.force_login(reader.user)

    table = words(client.get(url("scorecard", ours)))
    page = words(client.get(url("provider-scorecard", ours, theirs.organisation.key)))

    assert "Prestataire A" in table
    assert "Relais gardé pour nous" not in table
    assert "90,0 %" in page
    assert "fixée par le prestataire" in page
    assert "Préparer la revue" not in page
    assert client.get(url("provider-scorecard", ours, kept.key)).status_code == 404

    share.revoke(by=share.granted_by, at=timezone.now(), reason="Fin")
    assert "Prestataire A" not in words(client.get(url("scorecard", ours)))
    gone = client.get(url("provider-scorecard", ours, theirs.organisation.key))
    assert gone.status_code == 404


def test_the_table_to_take_away_has_a_line_for_each_indicator_and_no_zero_for_missing(
    client, organisation, provider
):
    indicator("PEC-02")
    text = client.get(url("scorecard-table", organisation)).content.decode("utf-8-sig")
    head, *lines = [line.split(";") for line in text.splitlines()]
    value = head.index("Value")

    assert {(line[head.index("Indicator")], line[value]) for line in lines} == {
        ("PEC-01", "80.00"),
        ("PEC-02", ""),
    }


def test_no_provider_says_what_to_do(client, organisation):
    assert "No provider yet" in words(client.get(url("scorecard", organisation)))
    assert client.get(url("compare-providers", organisation)).status_code == 200


def test_providers_side_by_side(client, organisation, file, row, provider):
    other = subcontractor(file, "Relais Est")
    measured(organisation, row, other, 95)

    page = client.get(
        url("compare-providers", organisation), {"p": [str(provider.key), str(other.key)]}
    )

    assert "80.0 %" in words(page)
    assert "95.0 %" in words(page)


def grid_body(**changes):
    body = {
        "version": "",
        "required": "70",
        "starts_on": localdate().isoformat(),
        "code_SPEED_0": "pec-01",
        "weight_SPEED_0": "4",
        "critical_SPEED_0": "on",
    }
    return body | changes


def test_a_grid_is_written_as_another_version(client, organisation, row):
    answer = client.post(url("edit-scorecard-grid", organisation), grid_body())

    grid = ScorecardGrid.objects.get()
    (line,) = grid.lines.all()
    assert answer.status_code == 302
    assert (grid.number, grid.required, line.indicator, line.weight) == (1, 70, row, 4)
    assert line.is_critical
    assert "PEC-01" in words(client.get(url("scorecard-grid", organisation)))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"code_SPEED_0": "NOPE-1"}, "No indicator has this code"),
        ({"weight_SPEED_0": "0"}, "Give a weight from 1 to 100."),
        ({"weight_SPEED_0": ""}, "Give a weight from 1 to 100."),
        ({"required": "101"}, "Give a percentage from 1 to 100."),
        ({"starts_on": ""}, "Say from which month it is in force."),
        ({"code_SPEED_1": "PEC-01", "weight_SPEED_1": "1"}, "holds the indicator already"),
        ({"code_SPEED_0": ""}, "Choose at least one indicator."),
    ],
)
def test_a_grid_that_is_wrong_says_why_and_keeps_what_was_typed(
    client, organisation, row, changes, said
):
    answer = client.post(
        url("edit-scorecard-grid", organisation), grid_body(reason="Avenant 3", **changes)
    )

    assert answer.status_code == 422
    assert said in words(answer)
    assert "Avenant 3" in words(answer)
    assert not ScorecardGrid.objects.exists()


def test_more_rows_keep_what_was_typed_and_save_nothing(client, organisation, row):
    answer = client.post(
        url("edit-scorecard-grid", organisation), grid_body(do="add", reason="Avenant 3")
    )

    assert answer.status_code == 200
    assert 'name="code_SPEED_2"' in words(answer)
    assert "Avenant 3" in words(answer)
    assert not ScorecardGrid.objects.exists()


def test_a_grid_written_meanwhile_is_shown_and_the_next_one_comes_after_it(
    client, organisation, row
):
    address = url("edit-scorecard-grid", organisation)
    client.post(address, grid_body())

    refused = client.post(address, grid_body(weight_SPEED_0="9"))

    assert refused.status_code == 409
    assert "Version 1, written meanwhile" in words(refused)
    assert refused.context["form"]["version"].value() == "1"
    client.post(address, grid_body(weight_SPEED_0="9", version="1"))
    assert ScorecardGrid.objects.count() == 2


def test_a_review_from_its_preparation_to_what_came_of_it(client, manager, organisation, provider):
    answer = client.post(url("prepare-provider-review", organisation, provider.key))
    review = ProviderReview.objects.get()
    assert answer.url == review.get_absolute_url()
    client.post(
        reverse("audits:edit-provider-review", args=[review.key]),
        {
            "version": review.version,
            "held_on": localdate().isoformat(),
            "strengths": "Accueil",
            "conclusion": "À reprendre",
            "what_0": "Plan de rappels",
            "due_0": (localdate() - timedelta(days=3)).isoformat(),
        },
    )
    client.post(reverse("audits:close-provider-review", args=[review.key]))

    page = words(client.get(url("provider-scorecard", organisation, provider.key)))
    assert "1 request late" in page
    item = AskedItem.objects.get()
    settle = reverse("audits:settle-asked", args=[review.key, item.pk])
    assert client.post(settle, {"state": "DONE", "outcome": ""}).status_code == 422
    client.post(settle, {"state": "DONE", "outcome": "Vu sur place"})
    page = words(client.get(url("provider-scorecard", organisation, provider.key)))
    assert "request late" not in page
    assert "Vu sur place" in page


def test_what_earlier_reviews_asked_is_on_the_next_one(client, manager, file, row, provider):
    first = prepared(file, manager.user)
    fields = reviews.ReviewFields(
        held_on=localdate(), conclusion="Suivi", asked=[reviews.Asked("Plan", localdate())]
    )
    by = {"by": manager.user, "at": timezone.now()}
    first = reviews.edit_review(review=first, version=1, fields=fields, **by)
    reviews.close_review(review=first, **by)
    (found,) = provider_tree(file.organisation, own_list=True)

    second = reviews.prepare_review(
        organisation=file.organisation,
        provider=found,
        period=OVER.after(-1),
        by=manager.user,
        at=timezone.now(),
    )

    page = words(client.get(second.get_absolute_url()))
    assert "What earlier reviews asked" in page
    assert "Plan" in page


@pytest.mark.parametrize(
    "wrong",
    [
        ({"what_0": "Plan", "due_0": ""}, "Say by which day it is asked."),
        ({"what_0": "", "due_0": "2026-12-31"}, "Say what is asked by this day."),
        ({"held_on": "hier"}, "Enter a date"),
    ],
)
def test_a_review_that_is_wrong_says_why_and_keeps_what_was_typed(
    client, manager, file, provider, wrong
):
    changes, said = wrong
    review = prepared(file, manager.user)

    answer = client.post(
        reverse("audits:edit-provider-review", args=[review.key]),
        {"version": "1", "conclusion": "À garder"} | changes,
    )

    assert answer.status_code == 422
    assert said in words(answer)
    assert "À garder" in words(answer)


def test_a_review_changed_meanwhile_shows_both_texts(client, manager, file, provider):
    review = prepared(file, manager.user)
    address = reverse("audits:edit-provider-review", args=[review.key])
    client.post(address, {"version": "1", "conclusion": "La première"})

    refused = client.post(address, {"version": "1", "conclusion": "La seconde"})

    assert refused.status_code == 409
    assert "La première" in words(refused)
    assert "La seconde" in words(refused)
    assert client.post(address, {"version": "2", "conclusion": "La seconde"}).status_code == 302


def test_the_direction_reads_and_is_offered_nothing_to_write(client, manager, file, provider):
    review = prepared(file, manager.user)
    director = MembershipFactory(role=Role.DIRECTOR, organisation=file.organisation)
    client.force_login(director.user)

    pages = [
        words(client.get(review.get_absolute_url())),
        words(client.get(url("provider-scorecard", file.organisation, provider.key))),
        words(client.get(url("scorecard-grid", file.organisation))),
    ]

    for page in pages:
        assert "Prepare the review" not in page
        assert "Write" not in page
