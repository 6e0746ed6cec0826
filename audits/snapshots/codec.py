"""Snapshots to canonical JSON and back. The SHA-256 of this text is what a report states."""

import dataclasses
import json
import types
import typing
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from functools import cache
from hashlib import sha256

T = typing.TypeVar("T")


class SnapshotError(ValueError):
    """The text is not a snapshot of the expected kind; the message says where."""


def to_json(snapshot: object) -> str:
    """Canonical JSON of a frozen value: equal values give equal text.

    ASCII, sorted keys, no spaces; fractions are "n/d" in lowest terms, dates ISO 8601.

    Raises:
        TypeError: a value of another type is inside.
    """
    return json.dumps(_plain(snapshot), sort_keys=True, separators=(",", ":"))


def from_json(cls: type[T], text: str) -> T:
    """The value that ``to_json`` wrote, checked field by field.

    Raises:
        SnapshotError: not JSON, a key missing or unknown, or a value of the wrong type. A key
            that was not kept yet when the text was written may be missing: its field has a default.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SnapshotError(f"not JSON: {error}") from error
    return typing.cast("T", _read(cls, data, "$"))


def digest(text: str) -> str:
    """SHA-256 of a snapshot's text, 64 hexadecimal digits."""
    return sha256(text.encode("ascii")).hexdigest()


def _plain(value: object) -> object:
    if value is None or isinstance(value, (str, bool, int)):
        return str(value) if isinstance(value, StrEnum) else value
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    raise TypeError(f"{type(value).__name__} has no place in a snapshot")


@cache
def _hints(cls: type) -> dict[str, object]:
    hints = typing.get_type_hints(cls)
    return {field.name: hints[field.name] for field in dataclasses.fields(cls)}


def _read(hint: object, data: object, where: str) -> object:
    origin = typing.get_origin(hint)
    if origin in {types.UnionType, typing.Union}:
        return _read_optional(hint, data, where)
    if origin is tuple:
        return _read_tuple(typing.get_args(hint), data, where)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _read_dataclass(hint, data, where)
    if (reader := _text_reader(hint)) is not None:
        return _parse(reader, data, where)
    if type(data) is not hint:
        raise SnapshotError(f"{where}: {type(data).__name__} found")
    return data


def _text_reader(hint: object) -> Callable[[str], object] | None:
    if hint is Fraction:
        return _fraction
    if hint is date:
        return date.fromisoformat
    return hint if isinstance(hint, type) and issubclass(hint, StrEnum) else None


def _read_optional(hint: object, data: object, where: str) -> object:
    if data is None:
        return None
    (inner,) = (arg for arg in typing.get_args(hint) if arg is not types.NoneType)
    return _read(inner, data, where)


def _read_tuple(args: tuple[object, ...], data: object, where: str) -> tuple[object, ...]:
    if not isinstance(data, list):
        raise SnapshotError(f"{where}: a list is expected")
    hints = [args[0]] * len(data) if args[-1] is Ellipsis else list(args)
    if len(hints) != len(data):
        raise SnapshotError(f"{where}: {len(hints)} items are expected, {len(data)} found")
    return tuple(
        _read(hint, item, f"{where}[{index}]")
        for index, (hint, item) in enumerate(zip(hints, data, strict=True))
    )


def _read_dataclass(cls: type, data: object, where: str) -> object:
    hints = _hints(cls)
    if not isinstance(data, dict):
        raise SnapshotError(f"{where}: {cls.__name__} is expected")
    if wrong := (hints.keys() ^ data.keys()) - (_later(cls) - data.keys()):
        raise SnapshotError(f"{where}: {cls.__name__} has other keys ({', '.join(sorted(wrong))})")
    return cls(**{name: _read(hints[name], data[name], f"{where}.{name}") for name in data})


@cache
def _later(cls: type) -> frozenset[str]:
    """Fields that came after the first texts were written: those with a default."""
    fields = dataclasses.fields(cls)
    return frozenset(f.name for f in fields if f.default is not dataclasses.MISSING)


def _fraction(text: str) -> Fraction:
    numerator, denominator = text.split("/")
    return Fraction(int(numerator), int(denominator))


def _parse(read: Callable[[str], object], data: object, where: str) -> object:
    if not isinstance(data, str):
        raise SnapshotError(f"{where}: text is expected")
    try:
        return read(data)
    except (ValueError, ZeroDivisionError) as error:
        raise SnapshotError(f"{where}: {data!r} cannot be read") from error
