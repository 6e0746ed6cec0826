"""Publishing and withdrawing an edition on screen: administrators, after a page that warns."""

import pytest
from django.urls import reverse

from crcaudit.core.models import JournalEntry
from engagements.enums import EditionState
from engagements.models import Edition
from tests.factories.accounts import MembershipFactory, SiteFactory, UserFactory
from tests.factories.audits import CertificationFactory, running_audit
from tests.factories.engagements import EditionFactory, RequirementFactory, published_edition

pytestmark = [pytest.mark.web, pytest.mark.django_db]


def url(name, edition):
    return reverse(f"engagements:{name}", args=[edition.pk])


@pytest.fixture
def draft():
    return RequirementFactory().edition


def test_a_draft_is_published_after_a_page_that_says_what_it_holds(client, administrator, draft):
    step = url("publish-edition", draft)
    assert step in client.get(url("edition", draft)).content.decode()

    page = client.get(step)
    response = client.post(step, follow=True)

    html = page.content.decode()
    assert draft.title_en in html
    assert draft.version in html
    assert page.context["sizes"].requirements == 1
    assert "can no longer change" in html
    draft.refresh_from_db()
    assert draft.state == EditionState.PUBLISHED
    assert response.request["PATH_INFO"] == url("edition", draft)
    assert step not in response.content.decode()
    assert JournalEntry.objects.get(action="edition.published").actor == str(administrator.key)


def test_an_empty_draft_is_not_published_and_it_is_said_why(client, administrator):
    draft = EditionFactory()

    response = client.post(url("publish-edition", draft))

    assert response.status_code == 409
    assert "no requirement" in response.content.decode()
    assert Edition.objects.get().state == EditionState.DRAFT


def test_a_published_edition_is_withdrawn_and_stays_readable(client, administrator):
    edition = published_edition()
    step = url("withdraw-edition", edition)
    assert step in client.get(url("edition", edition)).content.decode()

    page = client.get(step)
    client.post(step)

    assert "A withdrawal is final" in page.content.decode()
    edition.refresh_from_db()
    assert edition.state == EditionState.WITHDRAWN
    assert JournalEntry.objects.get(action="edition.withdrawn").actor == str(administrator.key)
    client.force_login(UserFactory(language="en"))
    html = client.get(url("edition", edition)).content.decode()
    assert "Withdrawn" in html
    assert step not in html


def test_no_new_file_is_opened_on_a_withdrawn_edition_and_those_there_go_on(client, administrator):
    file = CertificationFactory()
    client.post(url("withdraw-edition", file.edition))
    member = MembershipFactory(organisation=file.organisation)
    site = SiteFactory(organisation=file.organisation)
    client.force_login(member.user)

    form = client.get(reverse("audits:open-certification")).context["form"]
    body = {
        "key": "11111111-1111-4111-8111-111111111111",
        "organisation": file.organisation.pk,
        "edition": file.edition.pk,
        "title": "Nouveau",
        "scope": "Appels",
        "channels": ["PHONE"],
        "sites": [site.pk],
    }
    refused = client.post(reverse("audits:open-certification"), body)

    assert file.edition not in form.fields["edition"].queryset
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["edition"])
    assert running_audit(certification=file).assessments.count() == 4


@pytest.mark.parametrize("name", ["publish-edition", "withdraw-edition"])
def test_only_administrators_decide(client, reader, draft, name):
    edition = published_edition()

    assert url(name, edition) not in client.get(url("edition", edition)).content.decode()
    for verb in (client.get, client.post):
        assert verb(url(name, edition)).status_code == 403
        assert verb(url(name, draft)).status_code == 404


def test_a_step_that_is_over_says_so(client, administrator):
    edition = published_edition()

    for verb in (client.get, client.post):
        assert verb(url("publish-edition", edition)).status_code == 409
    client.post(url("withdraw-edition", edition))
    for verb in (client.get, client.post):
        assert verb(url("withdraw-edition", edition)).status_code == 409
        assert verb(url("publish-edition", edition)).status_code == 409

    assert Edition.objects.get(pk=edition.pk).state == EditionState.WITHDRAWN
