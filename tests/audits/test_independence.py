"""Nobody judges their own work: who may be named on which audit."""

import pytest

from audits.enums import OWN_AUDITS, AuditKind, TeamRole
from audits.independence import independence_problem
from tests.factories.accounts import MembershipFactory, UserFactory

pytestmark = [pytest.mark.unit, pytest.mark.django_db]


@pytest.mark.parametrize("kind", AuditKind)
@pytest.mark.parametrize("role", TeamRole)
def test_a_member_audits_the_organisation_in_its_own_audits_only(kind, role):
    member = MembershipFactory()

    problem = independence_problem(
        kind, organisation_id=member.organisation_id, user=member.user, role=role
    )

    assert (problem == "") is (kind in OWN_AUDITS or role == TeamRole.OBSERVER)


@pytest.mark.parametrize("who", ["stranger", "former", "elsewhere"])
def test_somebody_from_outside_may_audit(who):
    organisation = MembershipFactory().organisation
    user = {
        "stranger": UserFactory,
        "former": lambda: MembershipFactory(organisation=organisation, is_active=False).user,
        "elsewhere": lambda: MembershipFactory().user,
    }[who]()

    problem = independence_problem(
        AuditKind.INITIAL, organisation_id=organisation.pk, user=user, role=TeamRole.LEAD
    )

    assert problem == ""
