"""Bytes of an unknown file -> a tree of YAML nodes that know their line.

Only the syntax is read: no tag is obeyed, no object is made. Size, depth and number of nodes
are limited before the tree is built, and aliases are refused, so that a small file cannot
unfold into a large one.
"""

import re
from collections.abc import Iterator

import yaml
from django.utils.translation import gettext as _

from engagements.importers import limits
from engagements.importers.problems import Problems

# The library's own C loader when it is there: the same rules, ten times faster.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


def read_tree(content: bytes | str, problems: Problems) -> yaml.Node | None:
    """The root node of the file; None, with the reasons in ``problems``, when it has none."""
    text = _decoded(content, problems)
    if text is None:
        return None
    for number, line in enumerate(text.split("\n"), start=1):
        if FORBIDDEN.search(line):
            problems.add("", number, _("This line holds control characters: remove them."))
    if problems:
        return None
    try:
        _check_events(text, problems)
        tree = None if problems else yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError as error:
        problems.add("", _line_of(error), _bad_yaml())
        return None
    if tree is None and not problems:
        problems.add("", None, _("The file is empty."))
    return tree


def _decoded(content: bytes | str, problems: Problems) -> str | None:
    raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    if len(raw) > limits.MAX_BYTES:
        size = limits.MAX_BYTES // (1024 * 1024)
        problems.add("", None, _("The file is larger than %(size)d MB.") % {"size": size})
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problems.add("", line, _("The file is not in UTF-8: save it in this encoding."))
        return None
    if not text.strip():
        problems.add("", None, _("The file is empty."))
        return None
    return text


def _check_events(text: str, problems: Problems) -> None:
    """Refuse what would be dangerous to compose. Stops at the first limit that is passed."""
    depth = count = documents = 0
    for event in _events(text):
        line = event.start_mark.line + 1 if event.start_mark else None
        count += isinstance(event, yaml.NodeEvent)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if depth > limits.MAX_DEPTH or count > limits.MAX_NODES:
            problems.add("", line, _("The file is too deep or too long from this line on."))
            return
        if documents > 1:
            problems.add("", line, _("Only one document is expected: remove what follows ---."))
            return
        _check_anchor(event, line, problems)


def _events(text: str) -> Iterator[yaml.Event]:
    yield from yaml.parse(text, Loader=LOADER)


def _check_anchor(event: yaml.Event, line: int | None, problems: Problems) -> None:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        problems.add("", line, _("Anchors (&) and aliases (*) are not allowed: repeat the text."))
    if getattr(event, "tag", None):
        problems.add("", line, _("Tags (!) are not allowed: remove this one."))


def _line_of(error: yaml.YAMLError) -> int | None:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return mark.line + 1 if mark else None


def _bad_yaml() -> str:
    return _("The file cannot be read from this line on: check its indentation, quotes and colons.")
