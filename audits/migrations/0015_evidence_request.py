import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from crcaudit.core.triggers import refuse, refuse_other_moves

OF_AUDIT = "(SELECT a.state FROM audits_audit a WHERE a.id = ROW.audit_id) = 'VALIDATED'"
ASKED = ("audit_id", "number", "text", "scope", "due_date", "asked_by_id")
CHANGED = " OR ".join(f"NEW.{name} <> OLD.{name}" for name in ASKED)


class Migration(migrations.Migration):
    dependencies = [
        ("audits", "0014_decision"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EvidenceRequest",
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
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("text", models.TextField(verbose_name="what is asked")),
                ("scope", models.TextField(blank=True, verbose_name="period or sample")),
                ("due_date", models.DateField(verbose_name="due date")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ASKED", "To answer"),
                            ("ANSWERED", "Answer to examine"),
                            ("SETTLED", "Settled"),
                            ("CANCELLED", "Cancelled"),
                        ],
                        default="ASKED",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked on")),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="answered on"),
                ),
                (
                    "settled_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="settled on"),
                ),
                (
                    "cancelled_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="cancelled on"),
                ),
                (
                    "cancel_reason",
                    models.TextField(blank=True, verbose_name="reason for cancelling"),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="answered by",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
                (
                    "assessments",
                    models.ManyToManyField(
                        related_name="requests", to="audits.assessment", verbose_name="requirements"
                    ),
                ),
                (
                    "audit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="audits.audit",
                        verbose_name="audit",
                    ),
                ),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="cancelled by",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="settled by",
                    ),
                ),
            ],
            options={
                "verbose_name": "request for evidence",
                "verbose_name_plural": "requests for evidence",
            },
        ),
        migrations.CreateModel(
            name="EvidenceRequestAnswer",
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
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                ("sent_at", models.DateTimeField(verbose_name="sent on")),
                (
                    "opinion",
                    models.CharField(
                        blank=True,
                        choices=[("ACCEPTED", "Accepted"), ("REFUSED", "Refused")],
                        max_length=8,
                        verbose_name="opinion",
                    ),
                ),
                (
                    "opinion_reason",
                    models.TextField(blank=True, verbose_name="reason of the opinion"),
                ),
                (
                    "opinion_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="judged on"),
                ),
                ("text", models.TextField(verbose_name="answer")),
                (
                    "has_nothing",
                    models.BooleanField(default=False, verbose_name="nothing to provide"),
                ),
                (
                    "evidence",
                    models.ManyToManyField(
                        blank=True,
                        related_name="request_answers",
                        to="audits.evidence",
                        verbose_name="evidence",
                    ),
                ),
                (
                    "opinion_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="judged by",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="audits.evidencerequest",
                        verbose_name="request",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sent by",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer to a request",
                "verbose_name_plural": "answers to requests",
                "ordering": ("number",),
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="evidencerequest",
            index=models.Index(fields=["audit", "state", "due_date"], name="request_of_audit"),
        ),
        migrations.AddConstraint(
            model_name="evidencerequest",
            constraint=models.UniqueConstraint(
                fields=("audit", "number"), name="request_number_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["ASKED", "ANSWERED", "SETTLED", "CANCELLED"])),
                name="request_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answered_at__isnull", True),
                        ("answered_by__isnull", True),
                        ("cancelled_at__isnull", True),
                        ("cancelled_by__isnull", True),
                        ("settled_at__isnull", True),
                        ("settled_by__isnull", True),
                        ("state", "ASKED"),
                    ),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        ("cancelled_at__isnull", True),
                        ("cancelled_by__isnull", True),
                        ("settled_at__isnull", True),
                        ("settled_by__isnull", True),
                        ("state", "ANSWERED"),
                    ),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        ("cancelled_at__isnull", True),
                        ("cancelled_by__isnull", True),
                        ("settled_at__isnull", False),
                        ("settled_by__isnull", False),
                        ("state", "SETTLED"),
                    ),
                    models.Q(
                        ("answered_at__isnull", True),
                        ("answered_by__isnull", True),
                        ("cancelled_at__isnull", False),
                        ("cancelled_by__isnull", False),
                        ("settled_at__isnull", True),
                        ("settled_by__isnull", True),
                        ("state", "CANCELLED"),
                    ),
                    _connector="OR",
                ),
                name="request_state_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cancel_reason", ""), ("cancelled_at", None)),
                    models.Q(
                        ("cancelled_at__isnull", False),
                        models.Q(("cancel_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="request_cancelled_iff_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencerequestanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("opinion", ""),
                        ("opinion_at", None),
                        ("opinion_by", None),
                        ("opinion_reason", ""),
                    ),
                    models.Q(
                        ("opinion__in", ["ACCEPTED", "REFUSED"]),
                        ("opinion_at__isnull", False),
                        ("opinion_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="evidencerequestanswer_judged_iff_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencerequestanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("opinion", "REFUSED"), _negated=True),
                    models.Q(("opinion_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="evidencerequestanswer_refused_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencerequestanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("opinion_by", None),
                    models.Q(("opinion_by", models.F("sent_by")), _negated=True),
                    _connector="OR",
                ),
                name="evidencerequestanswer_not_judged_by_sender",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencerequestanswer",
            constraint=models.UniqueConstraint(
                fields=("request", "number"), name="evidencerequestanswer_number_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencerequestanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True),
                name="evidencerequestanswer_says_something",
            ),
        ),
        refuse_other_moves(
            "request_moves",
            table="audits_evidencerequest",
            moves=[
                ("ASKED", "ANSWERED"),
                ("ASKED", "CANCELLED"),
                ("ANSWERED", "SETTLED"),
                ("ANSWERED", "ASKED"),
            ],
            message="This change of state of a request is not allowed.",
        ),
        refuse(
            "request_asked",
            table="audits_evidencerequest",
            events="UPDATE",
            when=CHANGED,
            message="What was asked does not change.",
        ),
        refuse(
            "request_frozen",
            table="audits_evidencerequest",
            events="INSERT UPDATE",
            when=OF_AUDIT,
            message="A validated audit cannot change.",
        ),
        refuse(
            "request_kept",
            table="audits_evidencerequest",
            events="DELETE",
            when="1=1",
            message="A request is never removed.",
        ),
        refuse(
            "request_assessments_kept",
            table="audits_evidencerequest_assessments",
            events="UPDATE DELETE",
            when="1=1",
            message="What was asked does not change.",
        ),
        refuse(
            "request_answer_judged_once",
            table="audits_evidencerequestanswer",
            events="UPDATE",
            when="OLD.opinion <> '' OR NEW.request_id <> OLD.request_id OR NEW.text <> OLD.text "
            "OR NEW.has_nothing <> OLD.has_nothing OR NEW.sent_by_id <> OLD.sent_by_id",
            message="An answer does not change, and is judged once.",
        ),
        refuse(
            "request_answer_kept",
            table="audits_evidencerequestanswer",
            events="DELETE",
            when="1=1",
            message="An answer is never removed.",
        ),
        refuse(
            "request_pieces_kept",
            table="audits_evidencerequestanswer_evidence",
            events="UPDATE DELETE",
            when="1=1",
            message="An answer keeps the evidence that it named.",
        ),
    ]
