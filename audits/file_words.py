"""Words of the history of files, workbooks and evidence: see `audits.history`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

ACTIONS: Mapping[str, str | Promise] = {
    "certification.opened": gettext_lazy("File opened"),
    "certification.edited": gettext_lazy("File changed"),
    "certification.closed": gettext_lazy("File closed"),
    "certification.reopened": gettext_lazy("File reopened"),
    "certification.reminded": gettext_lazy("Reminder sent"),
    "workbook.taken_away": gettext_lazy("Workbook taken away"),
    "workbook.compared": gettext_lazy("Workbook compared"),
    "workbook.abandoned": gettext_lazy("Workbook abandoned"),
    "workbook.brought_back": gettext_lazy("Workbook brought back"),
    "workbook.undone": gettext_lazy("Workbook taken back"),
    "evidence.added": gettext_lazy("Evidence added"),
    "evidence.edited": gettext_lazy("Evidence changed"),
    "evidence.version_added": gettext_lazy("New version"),
    "evidence.reviewed": gettext_lazy("Evidence reviewed"),
    "evidence.withdrawn": gettext_lazy("Evidence withdrawn"),
    "evidence.restored": gettext_lazy("Evidence put back"),
}
