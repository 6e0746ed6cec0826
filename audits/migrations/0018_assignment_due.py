from django.db import migrations, models

from crcaudit.core.triggers import suspended


class Migration(migrations.Migration):
    dependencies = [("audits", "0017_sharing")]

    operations = suspended(
        migrations.AddField(
            model_name="assessment",
            name="due_date",
            field=models.DateField(blank=True, null=True, verbose_name="due date"),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("due_date", None), ("assigned_to__isnull", False), _connector="OR"
                ),
                name="assessment_due_only_when_assigned",
            ),
        ),
        tables=("audits_assessment",),
    )
