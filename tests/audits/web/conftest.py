"""Somebody at work on a requirement, for tests of screens."""

import pytest

from tests.factories.audits import CertificationFactory, first_assessment, running_audit


@pytest.fixture
def row(manager):
    """The first requirement of a running audit of theirs."""
    file = CertificationFactory(organisation=manager.organisation)
    return first_assessment(running_audit(certification=file))
