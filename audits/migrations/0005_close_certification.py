import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from crcaudit.core.triggers import refuse

MESSAGE = "A closed certification file cannot change."
OF_FILE = (
    "(SELECT c.state FROM audits_certification c WHERE c.id = ROW.certification_id) = 'CLOSED'"
)
OF_FINDING = (
    "(SELECT c.state FROM audits_certification c JOIN audits_audit a ON a.certification_id = c.id "
    "WHERE a.id = ROW.audit_id) = 'CLOSED'"
)
OF_ACTION = (
    "(SELECT c.state FROM audits_certification c JOIN audits_audit a ON a.certification_id = c.id "
    "JOIN audits_finding f ON f.audit_id = a.id WHERE f.id = ROW.finding_id) = 'CLOSED'"
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_administration"),
        ("audits", "0004_evidence_counted_when_read"),
        ("engagements", "0003_withdrawn_editions_final"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="certification",
            name="certification_closed_iff_dated",
        ),
        migrations.AddField(
            model_name="certification",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="closed by",
            ),
        ),
        migrations.AddField(
            model_name="certification",
            name="closed_reason",
            field=models.TextField(blank=True, verbose_name="reason for closing"),
        ),
        migrations.AddConstraint(
            model_name="certification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__isnull", False),
                        ("closed_by__isnull", False),
                        ("state", "CLOSED"),
                        models.Q(("closed_reason", ""), _negated=True),
                    ),
                    models.Q(
                        ("closed_at", None),
                        ("closed_by", None),
                        ("closed_reason", ""),
                        ("state", "OPEN"),
                    ),
                    _connector="OR",
                ),
                name="certification_closed_iff_dated",
            ),
        ),
        # Last: a table that is rebuilt loses its triggers on SQLite.
        refuse(
            "certification_closed",
            table="audits_certification",
            events="UPDATE",
            when="OLD.state = 'CLOSED' AND NEW.state = 'CLOSED'",
            message=MESSAGE,
        ),
        refuse(
            "certification_kept",
            table="audits_certification",
            events="DELETE",
            when="OLD.state = 'CLOSED'",
            message=MESSAGE,
        ),
        refuse(
            "certification_sites_closed",
            table="audits_certification_sites",
            events="INSERT UPDATE DELETE",
            when=OF_FILE,
            message=MESSAGE,
        ),
        refuse(
            "audit_of_closed_file",
            table="audits_audit",
            events="INSERT UPDATE",
            when=OF_FILE,
            message=MESSAGE,
        ),
        refuse(
            "finding_of_closed_file",
            table="audits_finding",
            events="INSERT UPDATE DELETE",
            when=OF_FINDING,
            message=MESSAGE,
        ),
        refuse(
            "action_of_closed_file",
            table="audits_correctiveaction",
            events="INSERT UPDATE DELETE",
            when=OF_ACTION,
            message=MESSAGE,
        ),
    ]
