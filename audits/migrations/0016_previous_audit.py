import django.db.models.deletion
from django.db import migrations, models

from crcaudit.core.triggers import refuse, suspended

FOLLOWABLE = (
    "SELECT 1 FROM audits_audit p WHERE p.id = NEW.previous_id AND p.state = 'VALIDATED' "
    "AND p.certification_id = NEW.certification_id AND p.started_at < NEW.started_at"
)


class Migration(migrations.Migration):
    dependencies = [("audits", "0015_evidence_request")]

    operations = [
        *suspended(
            migrations.AddField(
                model_name="audit",
                name="previous",
                field=models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="followers",
                    to="audits.audit",
                    verbose_name="audit that it follows",
                ),
            ),
            migrations.AddConstraint(
                model_name="audit",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        ("previous", None),
                        models.Q(("previous", models.F("id")), _negated=True),
                        _connector="OR",
                    ),
                    name="audit_not_its_own_previous",
                ),
            ),
            tables=["audits_audit"],
        ),
        refuse(
            "audit_previous",
            table="audits_audit",
            events="INSERT UPDATE",
            when=f"NEW.previous_id IS NOT NULL AND NOT EXISTS ({FOLLOWABLE})",
            message="An audit follows an earlier validated audit of the same file.",
        ),
        refuse(
            "audit_followed",
            table="audits_audit",
            events="UPDATE",
            when=(
                "OLD.state = 'VALIDATED' AND NEW.state <> 'VALIDATED' "
                "AND EXISTS (SELECT 1 FROM audits_audit f WHERE f.previous_id = OLD.id)"
            ),
            message="An audit that another one follows is not opened again.",
        ),
    ]
