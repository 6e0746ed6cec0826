"""What an import writes, refuses and repeats; the life of an edition."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from crcaudit.core import journal
from crcaudit.core.exceptions import NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from engagements import actions
from engagements.enums import EditionState, TermKind
from engagements.importers.indicators import parse_catalogue
from engagements.importers.values import Bilingual, Parsed, Problem
from engagements.importers.yaml_library import parse_referential
from engagements.models import (
    Edition,
    EditionTerm,
    Engagement,
    Indicator,
    Referential,
    Requirement,
    RequirementIndicator,
    Scheme,
)
from tests.engagements.conftest import AT
from tests.factories.accounts import UserFactory
from tests.factories.engagements import EditionFactory

pytestmark = [pytest.mark.unit, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def import_(parsed, by=None):
    return actions.import_referential(parsed=parsed, by=by, at=AT)


def test_a_requirement_comes_with_every_field_of_the_file(load):
    edition = load("sfr-2004")

    row = edition.requirements.select_related("control_point", "engagement__domain").get(
        code="EX-3.1.2"
    )
    assert row.engagement.domain.code == "D3"
    assert row.engagement.source == "public-2004-p10"
    assert row.engagement.external_control_fr.endswith(".")
    assert (row.criticality, row.weight, row.basis) == ("critical", 3, "reconstruction")
    assert row.control_methods == ["data_analysis", "file_sampling"]
    assert len(row.expected_evidence_fr) == len(row.expected_evidence_en) > 0
    assert row.control_point.frequency == "weekly"
    assert row.control_point.alert_threshold_en == "Below 95% by working day 2"
    target = row.indicators.select_related("indicator").get()
    assert (target.indicator.code, target.operator, target.value) == ("TRT-08", ">=", Decimal(100))
    assert (target.unit, target.parameters) == ("%", {"deadline_working_days": 2})


def test_the_mobile_referential_is_complete_in_the_database(load):
    edition = load("sfr-2004")

    assert edition.is_reconstruction
    assert "exigences reconstituées" in edition.notice_fr
    assert edition.domains.count() == 6
    assert edition.engagements.count() == 27
    assert edition.requirements.count() == 53
    assert edition.requirements.filter(control_point__isnull=False).count() == 53
    assert RequirementIndicator.objects.filter(edition=edition).exclude(operator="").count() == 42
    assert edition.terms.filter(kind=TermKind.ROLE).count() == 15


def test_suggestions_of_a_standard_have_no_target(load):
    edition = load("iso18295-1")

    rows = RequirementIndicator.objects.filter(edition=edition)
    assert rows.count() == 73
    assert not rows.exclude(operator="", value=None).exists()
    first = edition.requirements.get(code="I1-4.1-1")
    codes = [row.indicator.code for row in first.indicators.select_related("indicator")]
    assert codes == ["ACC-01", "ACC-02", "ACC-03"]


def test_a_scheme_comes_with_its_rules_once_for_its_two_parts(load):
    load("iso18295-1")
    load("iso18295-2")

    scheme = Scheme.objects.get()
    assert [level.points for level in scheme.levels.all()] == [100, 50, 0, None]
    assert [(g.code, g.answer_days, g.evidence_days, g.blocks) for g in scheme.grades.all()] == [
        ("NC_MAJ", 30, 90, True),
        ("NC_MIN", 30, 180, False),
        ("PS", None, None, False),
        ("PA", None, None, False),
        ("PF", None, None, False),
        ("CC", None, None, False),
    ]
    assert scheme.domain_label_fr == "chapitre"
    assert (scheme.global_threshold, scheme.domain_threshold, scheme.open_minors_limit) == (
        90,
        80,
        4,
    )


def test_an_import_is_a_draft_and_leaves_a_row_in_the_journal(catalogue, shipped):
    user = UserFactory()
    parsed = parse_referential(shipped("referentials/iso18295-2.yaml"))

    edition = import_(parsed, by=user).edition

    assert edition.state == EditionState.DRAFT
    assert edition.content_hash == parsed.value.sha256
    entry = JournalEntry.objects.of("edition", edition.pk).get()
    assert (entry.action, entry.stream, entry.actor) == (
        "edition.imported",
        journal.SITE_STREAM,
        str(user.key),
    )
    assert entry.after == {"state": "DRAFT", "sha256": parsed.value.sha256, "requirements": 23}


def test_the_same_content_twice_does_nothing(mobile, shipped):
    content = shipped("referentials/sfr-2004.yaml").replace(b"\ncode:", b"\n# again\ncode:")
    entries = JournalEntry.objects.count()

    again = import_(parse_referential(content))

    assert (again.edition, again.is_new, again.kept_scheme) == (mobile, False, False)
    assert Edition.objects.count() == 1
    assert Requirement.objects.count() == 53
    assert JournalEntry.objects.count() == entries


def test_another_content_under_the_same_version_is_refused(mobile, shipped):
    content = shipped("referentials/sfr-2004.yaml").replace(b"weight: 3", b"weight: 4", 1)

    with pytest.raises(UserError) as caught:
        import_(parse_referential(content))

    assert str(caught.value) == (
        "SFR-2004 2004-04 (reconstruction 1) is already there with another content: "
        "give the file a new version."
    )
    assert not Requirement.objects.filter(weight=4).exists()


def test_a_new_version_stands_beside_the_published_one(mobile, shipped):
    content = shipped("referentials/sfr-2004.yaml").decode()
    content = content.replace("reconstruction 1", "reconstruction 2")

    second = import_(parse_referential(content)).edition

    assert second.referential == mobile.referential
    assert list(Edition.objects.order_by("pk").values_list("state", flat=True)) == [
        EditionState.PUBLISHED,
        EditionState.DRAFT,
    ]
    assert Requirement.objects.count() == 106


def test_rules_of_a_scheme_that_exists_are_kept(load, shipped):
    load("iso18295-1")
    Scheme.objects.update(global_threshold=95)

    imported = import_(parse_referential(shipped("referentials/iso18295-2.yaml")))

    assert imported.kept_scheme
    assert Scheme.objects.get().global_threshold == 95


def test_a_referential_cannot_move_to_another_scheme(mobile, shipped):
    parsed = parse_referential(shipped("referentials/sfr-2004.yaml"))
    other = replace(parsed.value, scheme=replace(parsed.value.scheme, code="OTHER"), version="2")

    with pytest.raises(UserError, match="belongs to another scheme"), transaction.atomic():
        import_(Parsed(other, ()))

    assert list(Scheme.objects.values_list("code", flat=True)) == ["QUALICERT"]


def test_an_indicator_outside_the_catalogue_is_refused_whole(catalogue, shipped):
    Indicator.objects.filter(code="TRT-08").delete()

    with pytest.raises(UserError, match=r"not in the catalogue: TRT-08\."), transaction.atomic():
        import_(parse_referential(shipped("referentials/sfr-2004.yaml")))

    assert not Referential.objects.exists()
    assert not Engagement.objects.exists()


def test_a_file_with_problems_is_never_imported(catalogue):
    with pytest.raises(UserError, match="The file has problems"):
        import_(Parsed(None, (Problem("code", 1, "Missing."),)))


def test_the_number_of_queries_does_not_grow_with_the_file(catalogue, shipped):
    small = parse_referential(shipped("referentials/iso18295-2.yaml"))
    large = parse_referential(shipped("referentials/iso18295-1.yaml"))
    import_(parse_referential(shipped("referentials/sfr-2004.yaml")))
    import_(replace_version(small, "first"))

    with CaptureQueriesContext(connection) as few:
        import_(small)
    with CaptureQueriesContext(connection) as many:
        import_(large)

    assert len(few) <= 25
    # One more row to create: the referential of part one.
    assert len(many) <= len(few) + 4


def replace_version(parsed, version):
    return replace(parsed, value=replace(parsed.value, version=version))


def test_publishing_dates_the_edition_and_journals_both_states(load):
    edition = load("iso18295-2")
    user = UserFactory()

    published = actions.publish_edition(edition=edition, by=user, at=AT)

    assert (published.state, published.published_at) == (EditionState.PUBLISHED, AT)
    entry = JournalEntry.objects.of("edition", edition.pk).first()
    assert (entry.action, entry.before, entry.after) == (
        "edition.published",
        {"state": "DRAFT"},
        {"state": "PUBLISHED"},
    )


def test_an_empty_edition_cannot_be_published(db):
    edition = EditionFactory()

    with pytest.raises(UserError, match="no requirement"):
        actions.publish_edition(edition=edition, by=None, at=AT)

    edition.refresh_from_db()
    assert edition.state == EditionState.DRAFT


def test_publishing_twice_is_refused(mobile):
    with pytest.raises(NotAvailableError, match="Only a draft"):
        actions.publish_edition(edition=mobile, by=None, at=AT)


def test_a_withdrawn_edition_keeps_its_content(mobile):
    withdrawn = actions.withdraw_edition(edition=mobile, by=None, at=AT)

    assert (withdrawn.state, withdrawn.withdrawn_at) == (EditionState.WITHDRAWN, AT)
    assert withdrawn.requirements.count() == 53
    assert JournalEntry.objects.of("edition", mobile.pk).first().action == "edition.withdrawn"


def test_a_draft_cannot_be_withdrawn(load):
    with pytest.raises(NotAvailableError, match="Only a published edition"):
        actions.withdraw_edition(edition=load("iso18295-2"), by=None, at=AT)


FROZEN = [
    "UPDATE engagements_edition SET title_fr = 'x' WHERE id = {edition}",
    "UPDATE engagements_edition SET notice_en = '' WHERE id = {edition}",
    "UPDATE engagements_edition SET state = 'DRAFT', published_at = NULL WHERE id = {edition}",
    "UPDATE engagements_edition SET is_reconstruction = NOT is_reconstruction WHERE id = {edition}",
    "DELETE FROM engagements_edition WHERE id = {edition}",
    "UPDATE engagements_domain SET title_fr = 'x' WHERE edition_id = {edition}",
    "UPDATE engagements_engagement SET text_fr = 'x' WHERE edition_id = {edition}",
    "UPDATE engagements_requirement SET text_fr = 'x' WHERE edition_id = {edition}",
    "UPDATE engagements_requirement SET weight = 1 WHERE edition_id = {edition}",
    "UPDATE engagements_requirement SET edition_id = {draft} WHERE edition_id = {edition}",
    "UPDATE engagements_controlpoint SET sample_fr = 'x' WHERE edition_id = {edition}",
    "UPDATE engagements_requirementindicator SET value = 1 WHERE edition_id = {edition}",
    "UPDATE engagements_editionterm SET label_fr = 'x' WHERE edition_id = {edition}",
    "DELETE FROM engagements_controlpoint WHERE edition_id = {edition}",
    "DELETE FROM engagements_requirementindicator WHERE edition_id = {edition}",
    "DELETE FROM engagements_editionterm WHERE edition_id = {edition}",
    (
        "INSERT INTO engagements_domain (edition_id, code, title_fr, title_en, position)"
        " VALUES ({edition}, 'D9', 'x', 'x', 9)"
    ),
    "UPDATE engagements_domain SET edition_id = {edition} WHERE edition_id = {draft}",
]


@pytest.mark.parametrize("statement", FROZEN)
def test_the_database_refuses_any_change_of_a_published_edition(mobile, load, statement):
    draft = load("iso18295-2")
    sql = statement.format(edition=mobile.pk, draft=draft.pk)

    with (
        pytest.raises(DatabaseError, match="A published edition cannot change"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


FINAL = [
    "UPDATE engagements_edition SET state = 'PUBLISHED', withdrawn_at = NULL WHERE id = {edition}",
    "UPDATE engagements_edition SET state = 'PUBLISHED' WHERE id = {edition}",
    "UPDATE engagements_edition SET withdrawn_at = '2001-01-01 00:00:00Z' WHERE id = {edition}",
]


@pytest.mark.parametrize("statement", FINAL)
def test_the_database_refuses_to_take_a_withdrawal_back(mobile, statement):
    edition = actions.withdraw_edition(edition=mobile, by=None, at=AT)

    with (
        pytest.raises(DatabaseError, match="A withdrawn edition stays withdrawn"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(edition=edition.pk))

    edition.refresh_from_db()
    assert (edition.state, edition.withdrawn_at) == (EditionState.WITHDRAWN, AT)


def test_a_withdrawn_edition_is_neither_published_nor_withdrawn_again(mobile):
    actions.withdraw_edition(edition=mobile, by=None, at=AT)

    with pytest.raises(NotAvailableError):
        actions.publish_edition(edition=mobile, by=None, at=AT)
    with pytest.raises(NotAvailableError):
        actions.withdraw_edition(edition=mobile, by=None, at=AT)

    assert JournalEntry.objects.filter(action="edition.withdrawn").count() == 1


def test_a_draft_may_still_be_corrected(load):
    draft = load("iso18295-2")

    assert draft.requirements.update(weight=5) == 23
    assert EditionTerm.objects.filter(edition=draft).delete()[0] > 0


def test_the_catalogue_creates_its_indicators_with_inputs_and_targets(catalogue):
    assert catalogue.is_new
    assert len(catalogue.created) == 100
    row = Indicator.objects.get(code="PEC-01")
    assert [item.key for item in row.inputs.all()] == ["answered_in_t", "offered"]
    assert row.targets.get(is_default=True).parameters == {"threshold_s": 15}
    assert [item["key"] for item in row.parameters] == ["threshold_s", "denominator"]
    target = Indicator.objects.get(code="TRT-08").targets.get()
    assert target.source_fr == "référentiel public de service client mobile, avril 2004"


def test_the_same_catalogue_twice_does_nothing(catalogue, shipped):
    again = actions.import_catalogue(
        parsed=parse_catalogue(shipped("indicators.yaml")), by=None, at=AT
    )

    assert (again.is_new, again.created, again.changed) == (False, (), ())
    assert JournalEntry.objects.filter(action="catalogue.imported").count() == 1


def test_another_catalogue_under_the_same_version_is_refused(catalogue, shipped):
    parsed = parse_catalogue(shipped("indicators.yaml").replace(b"appels servis", b"appels"))

    with pytest.raises(UserError, match="CRC-100 1 is already there with another content"):
        actions.import_catalogue(parsed=parsed, by=None, at=AT)


def test_a_new_version_of_the_catalogue_changes_only_what_changed(catalogue, shipped):
    file = parse_catalogue(shipped("indicators.yaml")).value
    items = list(file.indicators[1:])
    items[0] = replace(items[0], name=Bilingual("Nouveau nom", "New name"))
    newer = replace(file, version="2", sha256="2" * 64, indicators=tuple(items))

    imported = actions.import_catalogue(parsed=Parsed(newer, ()), by=None, at=AT)

    assert (imported.created, imported.changed) == ((), ("ACC-02",))
    assert Indicator.objects.get(code="ACC-02").name_fr == "Nouveau nom"
    assert Indicator.objects.filter(code="ACC-01").exists()
    assert Indicator.objects.get(code="ACC-02").inputs.count() == 2
