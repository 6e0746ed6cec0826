from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("audits", "0003_evidence_scanned_at")]

    operations = [migrations.RemoveField(model_name="sectionrollup", name="with_evidence")]
