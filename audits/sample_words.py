"""Words of the history of samples: see `audits.history`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from audits.sample_enums import SampleMethod

ACTIONS: Mapping[str, str | Promise] = {
    "sample.prepared": gettext_lazy("Sample prepared"),
    "sample.edited": gettext_lazy("Sample changed"),
    "sample.drawn": gettext_lazy("Sample drawn"),
    "sample.concluded": gettext_lazy("Sample concluded"),
    "sample.taken_up": gettext_lazy("Results taken up again"),
}
FIELDS: Mapping[str, str | Promise] = {
    "counted": gettext_lazy("A unit is conform when"),
    "source": gettext_lazy("Population"),
    "population_size": gettext_lazy("Number of units"),
    "method": gettext_lazy("Method"),
    "size": gettext_lazy("Units to draw"),
    "target": gettext_lazy("Target (%)"),
}
CODES: Mapping[str, Mapping[str, str | Promise]] = {
    "method": dict(SampleMethod.choices),
}
