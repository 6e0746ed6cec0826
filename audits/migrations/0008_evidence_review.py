import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from crcaudit.core.triggers import refuse, suspended

OF_LINK = (
    "(SELECT a.state FROM audits_audit a JOIN audits_assessment s ON s.audit_id = a.id "
    "JOIN audits_evidencelink l ON l.assessment_id = s.id WHERE l.id = ROW.link_id) = 'VALIDATED'"
)


class Migration(migrations.Migration):
    dependencies = [
        ("audits", "0007_finding_life"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *suspended(
            migrations.CreateModel(
                name="EvidenceReview",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                    (
                        "verdict",
                        models.CharField(
                            choices=[
                                ("ACCEPTED", "Accepted"),
                                ("TO_COMPLETE", "To complete"),
                                ("REJECTED", "Rejected"),
                            ],
                            max_length=11,
                            verbose_name="verdict",
                        ),
                    ),
                    ("reason", models.TextField(blank=True, verbose_name="reason")),
                    ("reviewed_at", models.DateTimeField(verbose_name="reviewed on")),
                ],
                options={
                    "verbose_name": "evidence review",
                    "verbose_name_plural": "evidence reviews",
                },
            ),
            migrations.AddField(
                model_name="evidencelink",
                name="review",
                field=models.CharField(
                    blank=True,
                    choices=[
                        ("ACCEPTED", "Accepted"),
                        ("TO_COMPLETE", "To complete"),
                        ("REJECTED", "Rejected"),
                    ],
                    max_length=11,
                    verbose_name="review",
                ),
            ),
            migrations.AddField(
                model_name="evidencelink",
                name="reviews",
                field=models.PositiveSmallIntegerField(default=0, verbose_name="reviews"),
            ),
            migrations.AddConstraint(
                model_name="evidencelink",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        ("review", ""),
                        models.Q(
                            ("review__in", ["ACCEPTED", "TO_COMPLETE", "REJECTED"]),
                            ("reviews__gte", 1),
                        ),
                        _connector="OR",
                    ),
                    name="evidence_review_known",
                ),
            ),
            migrations.AddField(
                model_name="evidencereview",
                name="link",
                field=models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="history",
                    to="audits.evidencelink",
                    verbose_name="evidence link",
                ),
            ),
            migrations.AddField(
                model_name="evidencereview",
                name="reviewed_by",
                field=models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="reviewed by",
                ),
            ),
            migrations.AddField(
                model_name="evidencereview",
                name="version",
                field=models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="audits.evidenceversion",
                    verbose_name="version read",
                ),
            ),
            migrations.AddConstraint(
                model_name="evidencereview",
                constraint=models.UniqueConstraint(
                    fields=("link", "number"), name="review_number_unique"
                ),
            ),
            migrations.AddConstraint(
                model_name="evidencereview",
                constraint=models.CheckConstraint(
                    condition=models.Q(("verdict__in", ["ACCEPTED", "TO_COMPLETE", "REJECTED"])),
                    name="review_verdict_known",
                ),
            ),
            migrations.AddConstraint(
                model_name="evidencereview",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        ("verdict", "ACCEPTED"),
                        models.Q(("reason", ""), _negated=True),
                        _connector="OR",
                    ),
                    name="review_refusal_has_reason",
                ),
            ),
            tables=["audits_evidencelink"],
        ),
        refuse(
            "review_kept",
            table="audits_evidencereview",
            events="UPDATE DELETE",
            when="1=1",
            message="A review of evidence is never changed or removed.",
        ),
        refuse(
            "review_frozen",
            table="audits_evidencereview",
            events="INSERT",
            when=OF_LINK,
            message="A validated audit cannot change.",
        ),
    ]
