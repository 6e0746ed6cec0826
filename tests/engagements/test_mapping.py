"""Mapping of editions: each relation has the sides it speaks of, one level stands for one."""

import pytest
from django.db import IntegrityError, transaction

from engagements.enums import MappingRelation
from engagements.models import RequirementMapping
from tests.factories.engagements import published_edition

pytestmark = [pytest.mark.unit, pytest.mark.django_db]


@pytest.fixture
def sides():
    old, new = published_edition(), published_edition(version="2027")
    return list(old.requirements.order_by("position")), list(new.requirements.order_by("position"))


def link(old, new, relation, sides):
    return RequirementMapping.objects.create(
        old_edition=sides[0][0].edition,
        new_edition=sides[1][0].edition,
        old=old,
        new=new,
        relation=relation,
    )


def refused(*args):
    with pytest.raises(IntegrityError), transaction.atomic():
        link(*args)


def test_each_relation_has_its_sides(sides):
    (old, *_olds), (new, *_news) = sides
    for relation in MappingRelation:
        pair = {
            MappingRelation.NEW: (None, new),
            MappingRelation.REMOVED: (old, None),
        }.get(relation, (old, new))
        row = link(*pair, relation, sides)
        assert str(row).endswith(relation)
        row.delete()
        for wrong in {(None, new), (old, None), (old, new)} - {pair}:
            refused(*wrong, relation, sides)


def test_a_requirement_is_kept_as_one_other_only(sides):
    olds, news = sides
    link(olds[0], news[0], "KEPT", sides)

    refused(olds[0], news[1], "REWORDED", sides)
    refused(olds[1], news[0], "KEPT", sides)
    link(olds[1], news[1], "SPLIT", sides)
    link(olds[1], news[2], "SPLIT", sides)
    refused(olds[1], news[2], "SPLIT", sides)


def test_an_edition_is_not_mapped_to_itself(sides):
    refused(sides[0][0], sides[0][1], "KEPT", (sides[0], sides[0]))


def test_relations_are_known(sides):
    refused(sides[0][0], sides[1][0], "COPIED", sides)
