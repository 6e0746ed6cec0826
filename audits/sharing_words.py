"""Words of the history of shares and subcontractors: see `audits.history`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from audits.sharing_enums import ShareLevel

ACTIONS: Mapping[str, str | Promise] = {
    "certification.shared": gettext_lazy("File shared"),
    "certification.share_changed": gettext_lazy("Share changed"),
    "certification.share_revoked": gettext_lazy("Share taken back"),
    "certification.subcontractor_added": gettext_lazy("Subcontractor added"),
    "certification.subcontractor_edited": gettext_lazy("Subcontractor changed"),
    "certification.subcontractor_removed": gettext_lazy("Subcontractor taken out"),
    "share.received": gettext_lazy("File received from a provider"),
    "share.changed": gettext_lazy("Share of a provider changed"),
    "share.ended": gettext_lazy("Share of a provider ended"),
}
FIELDS: Mapping[str, str | Promise] = {
    "client": gettext_lazy("Client organisation"),
    "share_level": gettext_lazy("What is shared"),
    "last_day": gettext_lazy("Until"),
    "subcontractor": gettext_lazy("Subcontractor"),
    "activity": gettext_lazy("Activity"),
    "contact_role": gettext_lazy("Function to contact"),
    "parent": gettext_lazy("Works for"),
    "shared_file": gettext_lazy("Its own file"),
}
BRIEF: Mapping[str, tuple[str, ...]] = {
    "certification.subcontractor_added": ("subcontractor", "parent"),
    "certification.subcontractor_removed": ("subcontractor",),
}
DATES = ("last_day",)
CODES: Mapping[str, Mapping[str, str | Promise]] = {"share_level": dict(ShareLevel.choices)}
