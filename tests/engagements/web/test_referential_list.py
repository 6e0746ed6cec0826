import pytest
from django.urls import reverse

from engagements import actions
from tests.engagements.conftest import AT
from tests.factories.engagements import EditionFactory, published_edition

pytestmark = [pytest.mark.web, pytest.mark.django_db]

URL = "engagements:referentials"


def test_published_editions_are_listed_with_their_size(client, reader, mobile):
    response = client.get(reverse(URL))

    assert response.status_code == 200
    html = response.content.decode()
    assert "Customer service of a mobile telephone operator" in html
    assert "6 domains · 27 commitments · 53 requirements" in html
    assert html.count("reconstructed requirements") == 1
    assert reverse("engagements:edition", args=[mobile.pk]) in html


def test_a_draft_does_not_exist_for_a_reader(client, reader, mobile, load):
    draft = load("iso18295-2")

    html = client.get(reverse(URL)).content.decode()

    assert "ISO18295-2" not in html
    assert reverse("engagements:edition", args=[draft.pk]) not in html


def test_an_administrator_sees_drafts_with_their_state(client, administrator, load):
    load("iso18295-2")

    html = client.get(reverse(URL)).content.decode()

    assert "ISO18295-2" in html
    assert "Draft" in html


def test_a_withdrawn_edition_stays_readable_and_says_so(client, reader, mobile):
    actions.withdraw_edition(edition=mobile, by=None, at=AT)

    assert "Withdrawn" in client.get(reverse(URL)).content.decode()


def test_without_any_edition_the_list_says_what_comes_next(client, reader):
    EditionFactory()

    html = client.get(reverse(URL)).content.decode()

    assert "No referential yet" in html
    assert "An administrator must publish one first." in html


def test_an_administrator_is_told_how_to_bring_one_in(client, administrator):
    assert "import_referential" in client.get(reverse(URL)).content.decode()


def test_it_asks_to_sign_in(client, mobile):
    response = client.get(reverse(URL))

    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_it_cannot_be_posted_to(client, reader):
    assert client.post(reverse(URL)).status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(client, reader, django_assert_num_queries, count):
    for _number in range(count):
        published_edition()

    # session, user, editions, memberships
    with django_assert_num_queries(4):
        client.get(reverse(URL))
