"""Who is at work in a test: what tests of several applications ask for.

``auditee``, ``signed_auditee`` and ``lead`` are people of the test's own ``audit``.
"""

import pytest

from audits.enums import TeamRole
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.audits import manager_of, name_on_team


@pytest.fixture
def manager(client):
    """A quality manager who is signed in, and reads English; the membership."""
    member = MembershipFactory(user__language="en")
    client.force_login(member.user)
    return member


@pytest.fixture
def auditee(audit):
    """The quality manager of the audited organisation."""
    return manager_of(audit).user


@pytest.fixture
def signed_auditee(client, auditee):
    """The same, signed in."""
    client.force_login(auditee)
    return auditee


@pytest.fixture
def lead(audit):
    """The lead auditor."""
    return name_on_team(audit=audit, user=UserFactory(), role=TeamRole.LEAD).user
