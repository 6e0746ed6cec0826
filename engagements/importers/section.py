"""One block of keys of a file, read field by field, every problem noted with its place."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

import yaml
from django.utils.translation import gettext as _

from engagements.importers import limits
from engagements.importers.problems import Problems, shown
from engagements.importers.values import Bilingual, Parameter

TAG = "tag:yaml.org,2002:"
TEXT_TAGS = (f"{TAG}str", f"{TAG}value")
CODE = re.compile(r"[^\W_][\w.-]*", re.ASCII)
WHOLE = re.compile(r"-?[0-9]{1,9}")
NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,4})?")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Known:
    """The codes that a field may refer to; ``codes`` None accepts any.

    ``name`` is the key of the vocabulary in the file, "" for the catalogue of indicators.
    """

    name: str
    codes: frozenset[str] | None

    def problem(self, code: str) -> str:
        """What to say of this code, "" when it is known."""
        if self.codes is None or code in self.codes:
            return ""
        if not self.name:
            message = _('The indicator "%(code)s" is not in the catalogue: correct the code.')
            return message % {"code": shown(code)}
        message = _('"%(code)s" is not in the list "%(list)s": add it there or correct it.')
        return message % {"code": shown(code), "list": self.name}


class Section:
    """A mapping of the file.

    Each reader returns an empty value of its type after noting a problem, so that reading goes
    on to the end. Call `close` when every expected key was read: what is left is unknown.
    """

    def __init__(self, node: yaml.Node, place: str, problems: Problems) -> None:
        self.place = place
        self.node = node
        self.problems = problems
        self._values: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        self._read: set[str] = set()
        if not isinstance(node, yaml.MappingNode):
            self.note(_("A block of keys is expected here."))
            return
        for key, value in node.value:
            self._enter(key, value)

    def _enter(self, key: yaml.Node, value: yaml.Node) -> None:
        if not isinstance(key, yaml.ScalarNode) or key.tag != TEXT_TAGS[0]:
            line = key.start_mark.line + 1
            self.problems.add(self.place, line, _("A key must be a word."))
            return
        if key.value in self._values:
            message = _('The key "%(key)s" is given twice in this block: keep one.')
            self._report(key.value, key, message % {"key": shown(key.value)})
            return
        self._values[key.value] = (key, value)

    # Places ------------------------------------------------------------------------------

    def at(self, key: str) -> str:
        """Place of a field: ``domains[0].code``."""
        return f"{self.place}.{key}" if self.place else key

    def note(self, message: str, key: str = "") -> None:
        """Note a problem on a field, or on the whole block when ``key`` is empty."""
        entry = self._values.get(key)
        self._report(key, entry[1] if entry else self.node, message)

    def _report(self, key: str, node: yaml.Node, message: str) -> None:
        place = self.at(shown(key)) if key else self.place
        self.problems.add(place, node.start_mark.line + 1, message)

    def names(self) -> tuple[str, ...]:
        """Every key of the block, known or not, in the order of the file."""
        return tuple(self._values)

    def has(self, key: str) -> bool:
        """Whether the field is there and not null."""
        entry = self._values.get(key)
        return entry is not None and entry[1].tag != f"{TAG}null"

    def close(self) -> None:
        """Note every key that no reader asked for."""
        for key, (node, _value) in self._values.items():
            if key not in self._read:
                message = _('The key "%(key)s" is not known here: correct or remove it.')
                self._report(key, node, message % {"key": shown(key)})

    def _take(self, key: str, *, required: bool) -> yaml.Node | None:
        self._read.add(key)
        if self.has(key):
            return self._values[key][1]
        if required:
            self.note(_("This field is missing or empty: fill it in."), key)
        return None

    # Texts -------------------------------------------------------------------------------

    def text(self, key: str, limit: int, *, required: bool = True) -> str:
        """A text of at most ``limit`` characters; "" when absent or wrong."""
        node = self._take(key, required=required)
        if node is None:
            return ""
        value, message = checked_text(node, limit)
        if message:
            self.note(message, key)
        elif required and not value:
            self.note(_("This field is missing or empty: fill it in."), key)
        return value

    def pair(self, key: str, limit: int, *, required: bool = True) -> Bilingual:
        """``<key>_fr`` and ``<key>_en``: both, or neither when not required."""
        both = required or self.has(f"{key}_fr") or self.has(f"{key}_en")
        return Bilingual(
            self.text(f"{key}_fr", limit, required=both),
            self.text(f"{key}_en", limit, required=both),
        )

    def code(self, key: str = "code", limit: int = limits.MAX_CODE) -> str:
        """A short identifier without spaces."""
        value = self.text(key, limit)
        if value and not CODE.fullmatch(value):
            message = _('"%(code)s" is not a code: use letters, digits, points and hyphens only.')
            self.note(message % {"code": shown(value)}, key)
            return ""
        return value

    def choice(self, key: str, choices: Collection[str], *, required: bool = True) -> str:
        """One word of a closed list."""
        value = self.text(key, limits.MAX_TERM_CODE, required=required)
        if value and value not in choices:
            message = _("One of these is expected here: %(choices)s.")
            self.note(message % {"choices": ", ".join(choices)}, key)
            return ""
        return value

    def term(self, key: str, known: Known, *, required: bool = True) -> str:
        """A code that refers to something declared elsewhere."""
        value = self.text(key, limits.MAX_NAME, required=required)
        message = known.problem(value) if value else ""
        if message:
            self.note(message, key)
            return ""
        return value

    def terms(self, key: str, known: Known, *, required: bool = True) -> tuple[str, ...]:
        """A list of such codes, each once."""
        found: dict[str, None] = {}
        for place, node, value in self._each_text(key, limits.MAX_NAME, required=required):
            message = known.problem(value) if value else ""
            if value and value in found:
                message = _("This is already in the list: remove it.")
            if message:
                self._report(place, node, message)
            found[value] = None
        return tuple(found)

    def texts(self, key: str, limit: int, *, required: bool = True) -> tuple[str, ...]:
        """A list of texts, in order; not empty when required."""
        return tuple(value for _p, _n, value in self._each_text(key, limit, required=required))

    def _each_text(
        self, key: str, limit: int, *, required: bool
    ) -> Iterator[tuple[str, yaml.Node, str]]:
        for index, node in enumerate(self.items(key, required=required)):
            place = f"{key}[{index}]"
            value, message = checked_text(node, limit)
            if not message and not value:
                message = _("This field is missing or empty: fill it in.")
            if message:
                self._report(place, node, message)
            yield place, node, value

    # Numbers -----------------------------------------------------------------------------

    def whole(self, key: str, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``; ``low`` when wrong."""
        found = self.optional_whole(key, low, high, required=True)
        return low if found is None else found

    def optional_whole(
        self, key: str, low: int, high: int, *, required: bool = False
    ) -> int | None:
        """The same, None when absent."""
        node = self._take(key, required=required)
        if node is None:
            return None
        if node.tag == f"{TAG}int" and WHOLE.fullmatch(node.value):
            value = int(node.value)
            if low <= value <= high:
                return value
        message = _("A whole number from %(low)d to %(high)d is expected here.")
        self.note(message % {"low": low, "high": high}, key)
        return None

    def number(self, key: str) -> Decimal:
        """A finite decimal number, exact, with at most four decimals."""
        node = self._take(key, required=True)
        if node is None:
            return Decimal(0)
        if node.tag in (f"{TAG}int", f"{TAG}float") and NUMBER.fullmatch(node.value):
            return Decimal(node.value)
        self.note(_("A plain number is expected here, such as 95 or 99.5."), key)
        return Decimal(0)

    def flag(self, key: str, *, required: bool = True) -> bool:
        """True or false; False when absent."""
        node = self._take(key, required=required)
        if node is None:
            return False
        if node.tag != f"{TAG}bool" or node.value not in ("true", "false"):
            self.note(_("true or false is expected here, without quotes."), key)
        return bool(node.value == "true")

    def parameters(self, key: str, known: Collection[str] | None = None) -> tuple[Parameter, ...]:
        """Named whole numbers; names outside ``known`` are refused when it is given."""
        block = self.section(key, required=False)
        if block is None:
            return ()
        found = tuple(
            Parameter(name, block.whole(name, 0, limits.MAX_PARAMETER))
            for name in block.names()
            if (CODE.fullmatch(name) if known is None else name in known)
        )
        block.close()
        return found

    # Blocks ------------------------------------------------------------------------------

    def items(self, key: str, *, required: bool = True) -> list[yaml.Node]:
        """The nodes of a list; not empty when required."""
        node = self._take(key, required=required)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.note(_("A list is expected here."), key)
            return []
        if required and not node.value:
            self.note(_("At least one item is expected here."), key)
        return list(node.value)

    def sections(self, key: str, *, required: bool = True) -> list["Section"]:
        """The blocks of a list."""
        nodes = self.items(key, required=required)
        return [
            Section(node, f"{self.at(key)}[{index}]", self.problems)
            for index, node in enumerate(nodes)
        ]

    def section(self, key: str, *, required: bool = True) -> "Section | None":
        """The block under a key; None when absent."""
        node = self._take(key, required=required)
        return None if node is None else Section(node, self.at(key), self.problems)


def checked_text(node: yaml.Node, limit: int) -> tuple[str, str]:
    """The text of a node and what is wrong with it: one of the two is empty."""
    if not isinstance(node, yaml.ScalarNode) or node.tag not in TEXT_TAGS:
        return "", _("Text is expected here: put the value between quotes.")
    value = str(node.value).strip()
    if CONTROL.search(value):
        return "", _("This text holds control characters: remove them.")
    if len(value) > limit:
        message = _("This text has %(length)d characters: at most %(limit)d are allowed.")
        return "", message % {"length": len(value), "limit": limit}
    return value, ""
