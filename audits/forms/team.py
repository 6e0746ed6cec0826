"""Forms of the start of an audit and of its team."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.enums import AuditKind, TeamRole
from audits.independence import independence_problem
from audits.models import Audit, AuditTeamMember, Certification
from crcaudit.accounts.forms.people import OpenAccountForm
from crcaudit.accounts.models import User
from crcaudit.core.forms import MAX_REASON, CleanTextField, DayField, page_helper


class PersonField(forms.EmailField):
    """The address of somebody who has an account; gives the user."""

    default_error_messages = {
        "invalid": gettext_lazy("Enter an e-mail address, such as nom@exemple.fr."),
        "unknown": gettext_lazy(
            "Nobody has an account with this address. Check it, or have the account created first."
        ),
    }

    def clean(self, value: Any) -> Any:
        """The active user with this address, None when nothing was sent."""
        email = super().clean(value)
        if not email:
            return None
        user = User.objects.filter(email=email.lower(), is_active=True).first()
        if user is None:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        return user


class StartAuditForm(forms.Form):
    """Why, when and how an audit is held, and who leads it."""

    submit_label = gettext_lazy("Start the audit")

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of audit"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose the kind of audit."),
            "invalid_choice": gettext_lazy("Choose a kind of the list."),
        },
    )
    is_per_site = forms.TypedChoiceField(
        label=gettext_lazy("What is rated"),
        choices=(
            ("0", gettext_lazy("Each requirement once, for the whole scope")),
            ("1", gettext_lazy("Each requirement on each site")),
        ),
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        initial="0",
    )
    start_date = DayField(label=gettext_lazy("First day"))
    end_date = DayField(label=gettext_lazy("Last day"), required=False)
    objectives = CleanTextField(label=gettext_lazy("Objectives"), required=False, rows=3)
    follows = forms.BooleanField(
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "People in charge and evidence that still stands are taken over; ratings are not "
            "copied: they are shown beside each requirement, with what has changed since."
        ),
    )
    lead = PersonField(
        label=gettext_lazy("E-mail address of the lead auditor"),
        required=False,
        help_text=gettext_lazy(
            "Somebody who has an account. May stay empty now and be named on the team page."
        ),
    )

    def __init__(
        self,
        *args: Any,
        certification: Certification,
        has_diagnosis: bool,
        previous: Audit | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.previous = previous
        if previous is None:
            del self.fields["follows"]
        else:
            label = _("Take over from the audit %(reference)s")
            self.fields["follows"].label = label % {"reference": previous.reference}
        self.organisation_id = certification.organisation_id
        self.certification = certification
        # Not on offer a second time; when sent all the same, the action says why it is refused.
        skipped = {AuditKind.DIAGNOSIS} if has_diagnosis and not self.is_bound else set()
        kinds = [choice for choice in AuditKind.choices if choice[0] not in skipped]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.helper = page_helper(*self.fields)

    def clean_kind(self) -> AuditKind:
        """The kind as a member of the vocabulary."""
        return AuditKind(self.cleaned_data["kind"])

    def clean(self) -> dict[str, Any]:
        """Days in order; a lead auditor who does not judge their own work."""
        data = super().clean() or self.cleaned_data
        start, end = data.get("start_date"), data.get("end_date")
        if start and end and end < start:
            self.add_error("end_date", _("The last day cannot come before the first one."))
        kind, lead = data.get("kind"), data.get("lead")
        if kind and lead:
            problem = independence_problem(
                kind,
                organisation_id=self.organisation_id,
                user=lead,
                role=TeamRole.LEAD,
                certification=self.certification,
            )
            if problem:
                self.add_error("lead", problem)
        data["previous"] = self.previous if data.pop("follows", False) else None
        return data


class AccessForm(forms.Form):
    """What somebody named on an audit does there, and on which days it is open to them."""

    submit_label = gettext_lazy("Save")

    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=TeamRole.choices,
        initial=TeamRole.AUDITOR,
        error_messages={
            "required": gettext_lazy("Choose a role."),
            "invalid_choice": gettext_lazy("Choose a role of the list."),
        },
    )
    opens_on = DayField(
        label=gettext_lazy("Access from"),
        required=False,
        help_text=gettext_lazy("Leave empty to open the audit at once."),
    )
    closes_on = DayField(
        label=gettext_lazy("Access until"),
        required=False,
        help_text=gettext_lazy("Last day on which the person sees the audit."),
    )

    def __init__(self, *args: Any, audit: Audit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.audit = audit
        self.helper = page_helper(*self.order)

    @property
    def order(self) -> tuple[str, ...]:
        """Fields in the order in which they are asked."""
        return ("role", "opens_on", "closes_on")

    def clean_role(self) -> TeamRole:
        """The role as a member of the vocabulary."""
        return TeamRole(self.cleaned_data["role"])

    def clean(self) -> dict[str, Any]:
        """Days in order."""
        data = super().clean() or self.cleaned_data
        first, last = data.get("opens_on"), data.get("closes_on")
        if first and last and last < first:
            self.add_error("closes_on", _("The last day cannot come before the first one."))
        return data

    def refuse_dependent(self, user: User | None, *, field: str) -> None:
        """Say on ``field`` why the person cannot audit the organisation, when they cannot."""
        role = self.cleaned_data.get("role")
        if user is None or role is None:
            return
        problem = independence_problem(
            AuditKind(self.audit.kind),
            organisation_id=self.audit.organisation_id,
            user=user,
            role=role,
            certification=self.audit.certification,
        )
        if problem:
            self.add_error(field, problem)


class EditTeamMemberForm(AccessForm):
    """Another role, other days; of a validated audit, days alone."""

    def __init__(self, *args: Any, member: AuditTeamMember, **kwargs: Any) -> None:
        initial = {name: getattr(member, name) for name in ("role", "opens_on", "closes_on")}
        super().__init__(*args, audit=member.audit, initial=initial, **kwargs)
        self.member = member
        if not self.audit.is_open:
            del self.fields["role"]

    @property
    def order(self) -> tuple[str, ...]:
        """Without the role where it no longer changes."""
        return super().order if self.audit.is_open else super().order[1:]

    def clean(self) -> dict[str, Any]:
        """Nobody judges their own work."""
        data = super().clean()
        self.refuse_dependent(self.member.user, field="role")
        return {"role": TeamRole(self.member.role)} | data


class TeamMemberForm(AccessForm, OpenAccountForm):
    """Somebody to name on an audit, whether they have an account or not."""

    submit_label = gettext_lazy("Add to the team")

    @property
    def order(self) -> tuple[str, ...]:
        """Who, what, when, then what a new account needs."""
        days = ("role", "opens_on", "closes_on")
        return ("email", *days, "first_name", "last_name", "language")

    def clean(self) -> dict[str, Any]:
        """Nobody judges their own work."""
        data = super().clean()
        email = data.get("email")
        user = User.objects.filter(email=email).first() if email else None
        self.refuse_dependent(user, field="email")
        return data


class ReplaceLeadForm(TeamMemberForm):
    """Who judges the findings of a concluded audit from now on: the role is not asked."""

    submit_label = gettext_lazy("Name the lead auditor")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["role"]

    @property
    def order(self) -> tuple[str, ...]:
        """As for somebody to name, without the role."""
        return tuple(name for name in super().order if name != "role")

    def clean(self) -> dict[str, Any]:
        """Nobody judges their own work."""
        self.cleaned_data["role"] = TeamRole.LEAD
        return super().clean()


class DeclarationForm(forms.Form):
    """What a person named on an audit declares before it opens to them."""

    submit_label = gettext_lazy("Declare my independence")

    is_independent = forms.BooleanField(
        label=gettext_lazy(
            "I took no part in what is audited and, as far as I know, nothing bears on my "
            "judgement apart from what I write below."
        ),
        error_messages={
            "required": gettext_lazy(
                "Tick the box to declare it. If you cannot, tell whoever named you: somebody "
                "else must audit."
            )
        },
    )
    links = CleanTextField(
        label=gettext_lazy("Links to report"),
        required=False,
        limit=MAX_REASON,
        help_text=gettext_lazy(
            "Employment, advice, interest or kinship with the audited organisation. Leave empty "
            "when there are none."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_helper(*self.fields)
