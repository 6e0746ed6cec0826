from django.db import migrations

from crcaudit.core.triggers import refuse

MESSAGE = "A published edition cannot change."
CONTENT = (
    "referential_id",
    "version",
    "title_fr",
    "title_en",
    "notice_fr",
    "notice_en",
    "scope_fr",
    "scope_en",
    "is_reconstruction",
    "content_hash",
    "published_at",
)
CHILDREN = (
    "editionterm",
    "domain",
    "engagement",
    "requirement",
    "controlpoint",
    "requirementindicator",
)


def children():
    for name in CHILDREN:
        yield refuse(
            f"{name}_frozen",
            table=f"engagements_{name}",
            events="INSERT UPDATE DELETE",
            when="(SELECT e.state FROM engagements_edition e WHERE e.id = ROW.edition_id) <> 'DRAFT'",
            message=MESSAGE,
        )
        yield refuse(
            f"{name}_stays",
            table=f"engagements_{name}",
            events="UPDATE",
            when="OLD.edition_id <> NEW.edition_id",
            message=MESSAGE,
        )


class Migration(migrations.Migration):
    dependencies = [("engagements", "0001_initial")]

    operations = [
        refuse(
            "edition_kept",
            table="engagements_edition",
            events="DELETE",
            when="OLD.state <> 'DRAFT'",
            message=MESSAGE,
        ),
        refuse(
            "edition_frozen",
            table="engagements_edition",
            events="UPDATE",
            when="OLD.state <> 'DRAFT' AND (NEW.state = 'DRAFT' OR "
            + " OR ".join(f"NEW.{name} <> OLD.{name}" for name in CONTENT)
            + ")",
            message=MESSAGE,
        ),
        *children(),
    ]
