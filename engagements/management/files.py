"""What both import commands share: reading the file, printing its problems."""

from pathlib import Path

from django.core.management import CommandError
from django.core.management.base import OutputWrapper
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from engagements.importers.values import Problem


def read_file(path: str) -> bytes:
    """Content of the file. Raises CommandError when it cannot be read."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        message = _("The file %(path)s cannot be read: check its name and its rights.")
        raise CommandError(message % {"path": path}) from error


def refuse(problems: tuple[Problem, ...], output: OutputWrapper) -> None:
    """Print every problem on a line of its own and stop with exit code 1, if there is one."""
    for problem in problems:
        output.write(_line(problem))
    if problems:
        message = ngettext(
            "%(count)d problem: nothing was written.",
            "%(count)d problems: nothing was written.",
            len(problems),
        )
        raise CommandError(message % {"count": len(problems)})


def _line(problem: Problem) -> str:
    where = [_("line %(line)d") % {"line": problem.line}] if problem.line else []
    where += [problem.place] if problem.place else []
    return ": ".join([*where, problem.message])
