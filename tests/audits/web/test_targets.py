"""What is followed and wanted, and indicators of one's own."""

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from audits.models import Target
from engagements.models import Indicator, IndicatorTarget
from tests.factories.accounts import OrganisationFactory
from tests.factories.figures import day, indicator, measure, want

pytestmark = [pytest.mark.web, pytest.mark.django_db]


@pytest.fixture
def organisation(manager):
    return manager.organisation


@pytest.fixture
def level():
    row = indicator(
        parameters=[
            {
                "key": "threshold_s",
                "label_fr": "T",
                "label_en": "T (s)",
                "default": "15",
                "choices": [],
            }
        ]
    )
    IndicatorTarget.objects.create(
        indicator=row,
        operator=">=",
        value=85,
        unit="%",
        is_default=True,
        parameters={"threshold_s": 15},
    )
    return row


def send(client, screen, organisation, *args, **data):
    return client.post(reverse(f"audits:{screen}", args=[organisation.key, *args]), data)


def wanted(**changes):
    fields = {
        "place": "whole",
        "kind": "TARGET",
        "operator": ">=",
        "value": "92,5",
        "alert": "90",
        "grain": "MONTH",
        "starts_on": localdate().isoformat(),
        "parameter_threshold_s": "12",
        "source": "Contrat 2026",
    }
    return fields | changes


def own(**changes):
    fields = {
        "code": "X-01",
        "name": "Rappels tenus",
        "definition": "Rappels tenus parmi les rappels promis",
        "formula": "100 * tenus / promis",
        "input_tenus": "rappels tenus",
        "input_promis": "rappels promis",
        "unit": "%",
        "direction": "higher",
        "statistic": "proportion",
        "journey_stage": "handling",
        "dimension": "process",
        "frequency": "monthly",
    }
    return fields | changes


def test_ticked_indicators_are_followed_with_their_usual_target(client, organisation, level):
    response = send(client, "targets", organisation, indicators=[level.pk])

    assert response.status_code == 302
    row = Target.objects.get()
    assert (row.operator, row.value, row.parameters) == (">=", 85, {"threshold_s": 15})


def test_nothing_ticked_says_so(client, organisation, level):
    response = send(client, "targets", organisation)

    assert response.status_code == 422
    assert "Tick at least one indicator." in response.content.decode()


def test_a_target_is_typed_in_french_with_its_thresholds(client, organisation, level):
    response = send(client, "set-target", organisation, level.pk, **wanted())

    assert response.status_code == 302
    row = Target.objects.get()
    assert (str(row.value), str(row.alert)) == ("92.5000", "90.0000")
    assert row.parameters == {"threshold_s": 12}
    assert row.starts_on == localdate().replace(day=1)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"value": ""}, ("value", "Give the target")),
        ({"value": "beaucoup"}, ("value", "Enter a number")),
        ({"value": "9" * 5000}, ("value", "Enter a number")),
        ({"value": "99999999999"}, ("value", "smaller number")),
        ({"value": "NaN"}, ("value", "Enter a number")),
        ({"place": "site-999999"}, ("place", "Choose a site")),
        ({"operator": "~"}, ("operator", "Choose a comparison")),
        ({"starts_on": "0206-01-01"}, ("starts_on", "between 2000 and 2099")),
        ({"alert": "95"}, ("__all__", "not in order")),
        ({"parameter_threshold_s": "x"}, ("parameter_threshold_s", "whole number")),
    ],
)
def test_what_is_no_target_is_said_and_nothing_typed_is_lost(
    client, organisation, level, changes, error
):
    field, said = error
    refused = 409 if field == "__all__" else 422  # by the action, or by the form
    response = send(client, "set-target", organisation, level.pk, **wanted(**changes))

    assert response.status_code == refused
    assert said in " ".join(response.context["form"].errors[field])
    assert "Contrat 2026" in response.content.decode()
    assert not Target.objects.exists()


def test_a_judged_month_keeps_its_target(client, organisation, level):
    want(organisation, level, 85, starts_on=day("2024-01-01"))

    response = send(client, "set-target", organisation, level.pk, **wanted(starts_on="2024-05-01"))

    assert response.status_code == 409
    assert "keep the target that they were judged by" in response.content.decode()


def test_the_form_opens_on_the_line_in_force(client, organisation, level):
    want(organisation, level, 85, starts_on=day("2024-01-01"), parameters={"threshold_s": 20})

    response = client.get(reverse("audits:set-target", args=[organisation.key, level.pk]))

    form = response.context["form"]
    assert form.initial["value"] == 85
    assert form["parameter_threshold_s"].value() == 20


def test_an_indicator_of_another_organisation_is_not_found(client, organisation, level):
    Indicator.objects.filter(pk=level.pk).update(organisation=OrganisationFactory())

    response = client.get(reverse("audits:set-target", args=[organisation.key, level.pk]))

    assert response.status_code == 404


def test_an_own_indicator_is_made_with_its_figures_named(client, organisation):
    response = send(client, "make-indicator", organisation, **own())

    assert response.status_code == 302
    row = Indicator.objects.get(organisation=organisation)
    assert [(item.key, item.label_fr) for item in row.inputs.order_by("position")] == [
        ("tenus", "rappels tenus"),
        ("promis", "rappels promis"),
    ]


def test_the_same_form_sent_twice_makes_one(client, organisation):
    send(client, "make-indicator", organisation, **own())
    send(client, "make-indicator", organisation, **own())

    assert Indicator.objects.filter(organisation=organisation).count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"formula": "100 * tenus /"}, "cannot be read from character 14"),
        ({"formula": "__import__(1)"}, "cannot be read from character 1"),
        ({"formula": "tenus ** 2"}, "cannot be read from character 8"),
        ({"formula": "12"}, "uses no figure"),
        ({"formula": "a+b+c+d+e+f+g"}, "6 figures at most"),
        ({"input_promis": ""}, "Say what this figure counts."),
        ({"code": "../x"}, "Use letters, digits"),
        ({"unit": "lune"}, "Choose a value of the list."),
    ],
)
def test_a_formula_that_cannot_be_is_said_in_place(client, organisation, changes, said):
    response = send(client, "make-indicator", organisation, **own(**changes))

    assert response.status_code in {409, 422}  # by the action, or by the form
    assert said in response.content.decode().replace("&#x27;", "'")
    assert "Rappels tenus parmi" in response.content.decode()
    assert not Indicator.objects.exists()


def test_a_code_of_the_catalogue_is_taken(client, organisation, level):
    response = send(client, "make-indicator", organisation, **own(code="PEC-01"))

    assert "PEC-01 is taken" in response.content.decode()


def test_a_formula_is_checked_while_it_is_typed(client, organisation):
    good = send(client, "check-formula", organisation, formula="100 * a / b", input_a="les a")
    bad = send(client, "check-formula", organisation, formula="100 * (a / b")

    assert 'name="input_a"' in good.content.decode()
    assert "les a" in good.content.decode()
    assert "cannot be read from character 13" in bad.content.decode()


def made(client, organisation):
    send(client, "make-indicator", organisation, **own())
    return Indicator.objects.get(organisation=organisation)


def test_an_edit_of_an_older_version_overwrites_nothing(client, organisation):
    row = made(client, organisation)
    send(client, "edit-indicator", organisation, row.pk, **own(name="Autre", version=1))

    response = send(client, "edit-indicator", organisation, row.pk, **own(name="Mien", version=1))

    assert response.status_code == 409
    row.refresh_from_db()
    assert row.name_fr == "Autre"


def test_what_was_measured_keeps_its_formula(client, organisation):
    row = made(client, organisation)
    measure(organisation, row, day("2026-10-01"), tenus=9, promis=10)

    response = send(
        client,
        "edit-indicator",
        organisation,
        row.pk,
        **own(formula="100 * promis / tenus", version=1),
    )
    renamed = send(client, "edit-indicator", organisation, row.pk, **own(name="Autre", version=1))

    assert response.status_code == 409
    assert "make another indicator" in response.content.decode()
    assert renamed.status_code == 302


def test_the_catalogue_is_nobodys_to_edit(client, organisation, level):
    response = client.get(reverse("audits:edit-indicator", args=[organisation.key, level.pk]))

    assert response.status_code == 404


def test_of_two_targets_for_one_period_the_second_is_told_of_the_first(client, organisation, level):
    send(client, "set-target", organisation, level.pk, **wanted())

    late = send(client, "set-target", organisation, level.pk, **wanted(value="80", alert="70"))

    assert late.status_code == 409
    assert "A target was set meanwhile" in late.content.decode()
    assert Target.objects.get().value == 92.5
    version = late.context["form"]["version"].value()

    again = send(
        client,
        "set-target",
        organisation,
        level.pk,
        **wanted(value="80", alert="70", version=version),
    )

    assert again.status_code == 302
    assert Target.objects.get().value == 80
