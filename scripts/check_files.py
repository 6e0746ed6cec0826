"""Fail when a tracked file is too large, or when a YAML or TOML file cannot be read.

What is vendored may be large.

Arguments: the files to look at; none means every file that git tracks.
"""

import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

MAX_BYTES = 1_000_000


def problems(paths: Iterable[Path]) -> Iterator[str]:
    """One sentence per file at fault; a path that is gone is left out."""
    for path in paths:
        if not path.is_file():
            continue
        if path.stat().st_size > MAX_BYTES and "vendor" not in path.parts:
            yield f"{path} : plus de {MAX_BYTES // 1000} ko, à ne pas ranger dans le dépôt."
        try:
            if path.suffix in {".yaml", ".yml"}:
                yaml.safe_load(path.read_text(encoding="utf-8"))
            elif path.suffix == ".toml":
                tomllib.loads(path.read_text(encoding="utf-8"))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError, yaml.YAMLError) as error:
            yield f"{path} : illisible, {error}"


def main(arguments: list[str]) -> int:
    """Print every problem; exit code 1 when there is one."""
    if not arguments:
        # safe.directory: root may check a clone that belongs to someone else.
        command = ["git", "-c", "safe.directory=*", "ls-files"]
        listing = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603
        arguments = listing.stdout.splitlines()
    found = list(problems(map(Path, arguments)))
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
