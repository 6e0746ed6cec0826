import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from crcaudit.core.triggers import refuse

OF_FILE = (
    "(SELECT c.state FROM audits_certification c WHERE c.id = ROW.certification_id) = 'CLOSED'"
)
OF_SUBCONTRACTOR = (
    "(SELECT c.state FROM audits_certification c JOIN audits_subcontractor s "
    "ON s.certification_id = c.id WHERE s.id = ROW.subcontractor_id) = 'CLOSED'"
)
CLOSED = "A closed certification file cannot change."
# Whatever the columns, but for those of taking back, which are written once.
OTHER_THAN_TAKEN_BACK = (
    "OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL "
    "OR NEW.certification_id <> OLD.certification_id OR NEW.client_id <> OLD.client_id "
    "OR NEW.level <> OLD.level OR NEW.granted_at <> OLD.granted_at "
    "OR NEW.granted_by_id <> OLD.granted_by_id "
    "OR COALESCE(NEW.last_day, '0001-01-01') <> COALESCE(OLD.last_day, '0001-01-01')"
)
OWN_CLIENT = (
    "(SELECT c.organisation_id FROM audits_certification c WHERE c.id = NEW.certification_id) "
    "= NEW.client_id"
)
PARENT_ELSEWHERE = (
    "NEW.parent_id IS NOT NULL AND (SELECT s.certification_id FROM audits_subcontractor s "
    "WHERE s.id = NEW.parent_id) <> NEW.certification_id"
)
# A share that ended leaves the link: the page then says that it ended.
NEVER_SHARED = (
    "NEW.shared_file_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM audits_fileshare f "
    "JOIN audits_certification c ON c.organisation_id = f.client_id "
    "WHERE c.id = NEW.certification_id AND f.certification_id = NEW.shared_file_id)"
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_queuedmessage"),
        ("audits", "0016_previous_audit"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FileShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("RESULTS", "Results"),
                            ("REPORTS", "Results and issued reports"),
                            ("FINDINGS", "Results, issued reports and findings"),
                        ],
                        max_length=8,
                        verbose_name="what is shared",
                    ),
                ),
                (
                    "last_day",
                    models.DateField(blank=True, null=True, verbose_name="last day of the share"),
                ),
                ("granted_at", models.DateTimeField(verbose_name="shared on")),
                (
                    "revoked_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="taken back on"),
                ),
                (
                    "revoked_reason",
                    models.TextField(blank=True, verbose_name="reason for taking back"),
                ),
                (
                    "certification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shares",
                        to="audits.certification",
                        verbose_name="certification file",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="received_shares",
                        to="accounts.organisation",
                        verbose_name="client organisation",
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="shared by",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken back by",
                    ),
                ),
            ],
            options={
                "verbose_name": "file share",
                "verbose_name_plural": "file shares",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)),
                        fields=("certification", "client"),
                        name="share_one_standing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["RESULTS", "REPORTS", "FINDINGS"])),
                        name="share_level_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("revoked_at", None), ("revoked_by", None), ("revoked_reason", "")
                            ),
                            models.Q(
                                ("revoked_at__isnull", False),
                                ("revoked_by__isnull", False),
                                models.Q(("revoked_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="share_revoked_iff_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("revoked_at", None),
                            ("revoked_at__gte", models.F("granted_at")),
                            _connector="OR",
                        ),
                        name="share_revoked_after_grant",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Subcontractor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="key"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("activity", models.CharField(max_length=300, verbose_name="activity")),
                (
                    "contact_role",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="function to contact"
                    ),
                ),
                ("channels", models.JSONField(default=list, verbose_name="channels")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                ("created_at", models.DateTimeField(verbose_name="written on")),
                (
                    "certification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subcontracting",
                        to="audits.certification",
                        verbose_name="certification file",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="audits.subcontractor",
                        verbose_name="works for",
                    ),
                ),
                (
                    "shared_file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audits.certification",
                        verbose_name="its own file",
                    ),
                ),
                (
                    "sites",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="accounts.site",
                        verbose_name="sites served",
                    ),
                ),
            ],
            options={
                "verbose_name": "subcontractor",
                "verbose_name_plural": "subcontractors",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("certification", "name"), name="subcontractor_name_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent", None),
                            models.Q(("parent", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="subcontractor_not_under_itself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("shared_file", None),
                            models.Q(("shared_file", models.F("certification")), _negated=True),
                            _connector="OR",
                        ),
                        name="subcontractor_file_of_another",
                    ),
                ],
            },
        ),
        refuse(
            "share_kept",
            table="audits_fileshare",
            events="DELETE",
            when="1=1",
            message="A share is never removed: it is taken back.",
        ),
        refuse(
            "share_frozen",
            table="audits_fileshare",
            events="UPDATE",
            when=OTHER_THAN_TAKEN_BACK,
            message="A share does not change: it is taken back, once.",
        ),
        refuse(
            "share_with_itself",
            table="audits_fileshare",
            events="INSERT",
            when=OWN_CLIENT,
            message="An organisation does not share a file with itself.",
        ),
        refuse(
            "share_of_closed_file",
            table="audits_fileshare",
            events="INSERT",
            when=OF_FILE,
            message=CLOSED,
        ),
        refuse(
            "subcontractor_parent_of_same_file",
            table="audits_subcontractor",
            events="INSERT UPDATE",
            when=PARENT_ELSEWHERE,
            message="A subcontractor works for another one of the same file.",
        ),
        refuse(
            "subcontractor_file_was_shared",
            table="audits_subcontractor",
            events="INSERT UPDATE",
            when=NEVER_SHARED,
            message="Only a file that was shared with the organisation can be named.",
        ),
        refuse(
            "subcontractor_of_closed_file",
            table="audits_subcontractor",
            events="INSERT UPDATE DELETE",
            when=OF_FILE,
            message=CLOSED,
        ),
        refuse(
            "subcontractor_sites_closed",
            table="audits_subcontractor_sites",
            events="INSERT DELETE",
            when=OF_SUBCONTRACTOR,
            message=CLOSED,
        ),
    ]
