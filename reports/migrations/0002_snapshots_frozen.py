from django.db import migrations

from crcaudit.core.triggers import refuse


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("core", "0002_journal_append_only")]

    operations = [
        refuse(
            "report_snapshot_frozen",
            table="reports_report",
            events="UPDATE",
            when="NEW.snapshot <> OLD.snapshot OR NEW.snapshot_sha256 <> OLD.snapshot_sha256",
            message="The snapshot of a report cannot change.",
        ),
        refuse(
            "report_ready_frozen",
            table="reports_report",
            events="UPDATE",
            when=(
                "OLD.state = 'READY' AND (NEW.state <> 'READY' OR NEW.file_sha256 <> OLD.file_sha256 "
                "OR NEW.file_path <> OLD.file_path OR NEW.reference <> OLD.reference "
                "OR NEW.revision <> OLD.revision)"
            ),
            message="A finished report cannot change.",
        ),
        refuse(
            "report_kept",
            table="reports_report",
            events="DELETE",
            when="OLD.state = 'READY'",
            message="A finished report cannot be removed.",
        ),
    ]
