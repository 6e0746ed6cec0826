from django.db import migrations

from crcaudit.core.triggers import refuse


class Migration(migrations.Migration):
    dependencies = [("engagements", "0002_published_editions_frozen")]

    operations = [
        refuse(
            "edition_withdrawn",
            table="engagements_edition",
            events="UPDATE",
            when=(
                "OLD.state = 'WITHDRAWN' AND "
                "(NEW.state <> 'WITHDRAWN' OR NEW.withdrawn_at <> OLD.withdrawn_at)"
            ),
            message="A withdrawn edition stays withdrawn.",
        ),
    ]
