"""Every rule that a migration gave to the database is still there, on the engine of this run."""

from importlib import import_module
from inspect import getclosurevars

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tests.project.sources import LAYERS

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

EXISTING = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    ),
}
# Without these the product would not be what it says: named here, so that no migration that
# forgets one of them, nor its removal, goes unseen.
PROMISED = {
    "journal_append_only_update",
    "journal_append_only_delete",
    "journal_no_replace_insert",
    "edition_kept_delete",
    "edition_frozen_update",
    "edition_withdrawn_update",
    "requirement_frozen_update",
    "audit_frozen_update",
    "audit_frozen_delete",
    "assessment_frozen_update",
    "assessment_frozen_insert",
    "assessment_frozen_delete",
    "evidence_link_frozen_delete",
    "evidence_version_kept_update",
    "evidence_version_kept_delete",
    "finding_kept_delete",
    "finding_frozen_update",
    "certification_closed_update",
    "certification_sites_closed_delete",
    "control_plan_frozen_update",
    "control_plan_kept_delete",
    "control_line_frozen_update",
    "control_line_frozen_delete",
    "control_line_joined_insert",
    "control_line_sites_frozen_insert",
    "control_days_kept_update",
    "control_kept_delete",
    "control_of_closed_file_update",
    "control_reminder_kept_delete",
    "finding_of_closed_file_update",
    "action_of_closed_file_update",
    "request_asked_update",
    "request_frozen_update",
    "request_kept_delete",
    "request_answer_judged_once_update",
    "request_answer_kept_delete",
    "audit_previous_insert",
    "audit_previous_update",
    "sample_drawn_update",
    "sample_kept_delete",
    "sample_frozen_update",
    "sample_item_kept_insert",
    "sample_item_drawn_update",
    "sample_item_frozen_update",
    "scenario_of_closed_file_update",
    "listening_grid_frozen_update",
    "listening_criterion_frozen_update",
    "listening_session_erased_update",
    "listening_session_frozen_update",
    "listening_mark_erased_update",
    "mystery_campaign_drawn_update",
    "share_kept_delete",
    "share_frozen_update",
    "share_with_itself_insert",
    "share_of_closed_file_insert",
    "subcontractor_parent_of_same_file_update",
    "subcontractor_file_was_shared_insert",
    "subcontractor_of_closed_file_update",
    "subcontractor_sites_closed_insert",
    "team_joined_after_insert",
    "team_kept_delete",
    "team_frozen_update",
    "team_left_update",
    "team_left_kept_update",
    "report_snapshot_frozen_update",
    "report_ready_frozen_update",
    "report_kept_delete",
}


def existing() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(EXISTING[connection.vendor])
        return {name for (name,) in cursor.fetchall()}


def installed_by_migrations() -> set[str]:
    """Names of the triggers that the steps made by `refuse` create."""
    names = set()
    for label, migration in MigrationLoader(None).disk_migrations:
        if label in LAYERS:
            module = import_module(f"{MigrationLoader.migrations_module(label)[0]}.{migration}")
            for step in module.Migration.operations:
                if "trigger" in getattr(step, "hints", {}):
                    names |= {name for name, _event in getclosurevars(step.code).nonlocals["names"]}
    return names


def test_the_migrations_install_what_is_promised():
    assert installed_by_migrations() >= PROMISED


def test_every_trigger_of_a_migration_is_in_the_database():
    """A table that is rebuilt loses its triggers on SQLite: its migration installs them again."""
    assert installed_by_migrations() <= existing()


def test_the_database_has_no_trigger_that_no_migration_made():
    assert existing() <= installed_by_migrations()
