from django.db import migrations

from crcaudit.core.triggers import refuse


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        refuse(
            "journal_append_only",
            table="core_journalentry",
            events="UPDATE DELETE",
            when="1=1",
            message="The journal is append-only.",
        ),
        # INSERT OR REPLACE would otherwise overwrite where recursive triggers are off.
        refuse(
            "journal_no_replace",
            table="core_journalentry",
            events="INSERT",
            when=(
                "EXISTS (SELECT 1 FROM core_journalentry e WHERE e.id = NEW.id "
                "OR (e.stream = NEW.stream AND e.sequence = NEW.sequence))"
            ),
            message="The journal is append-only.",
        ),
    ]
