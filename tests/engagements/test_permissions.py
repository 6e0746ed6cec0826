import pytest

from engagements import actions, permissions
from engagements.models import Edition
from tests.engagements.conftest import AT
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.engagements import EditionFactory, published_edition

pytestmark = [pytest.mark.unit, pytest.mark.django_db]


@pytest.mark.parametrize(
    ("make", "drafts"),
    [
        (lambda: MembershipFactory().user, False),
        (UserFactory, False),
        (lambda: UserFactory(is_staff=True), False),
        (lambda: UserFactory(is_superuser=True), True),
    ],
    ids=["member", "stranger", "staff", "administrator"],
)
def test_who_reads_what_is_the_same_for_lists_and_for_one_edition(make, drafts):
    user = make()
    draft, published = EditionFactory(), published_edition()
    withdrawn = actions.withdraw_edition(edition=published_edition(), by=None, at=AT)

    visible = set(Edition.objects.visible_to(user))

    assert permissions.can_see_drafts(user) is drafts
    assert visible == ({draft, published, withdrawn} if drafts else {published, withdrawn})
    for edition in (draft, published, withdrawn):
        assert permissions.can_read_edition(user, edition) is (edition in visible)
