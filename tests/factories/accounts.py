"""People and organisations."""

import factory
from factory.django import DjangoModelFactory

from crcaudit.accounts.enums import OrganisationKind, Role
from crcaudit.accounts.models import Membership, Organisation, Site, User


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne{n}@example.test")
    first_name = "Camille"
    last_name = factory.Sequence(lambda n: f"Essai-{n}")


class OrganisationFactory(DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Centre d'essai {n}")
    kind = OrganisationKind.CENTRE


class SiteFactory(DjangoModelFactory[Site]):
    class Meta:
        model = Site

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"Site {n}")
    city = "Lyon"


class MembershipFactory(DjangoModelFactory[Membership]):
    """A quality manager; pass ``role`` for another one (a site manager needs ``site``)."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Role.QUALITY_MANAGER
