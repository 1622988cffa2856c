"""Settings from a TOML file into frozen dataclasses; a wrong key or value ends in one line that names it.

Paths may name variables of the environment: `$RUN/text`.
"""

import dataclasses
import difflib
import os
import tomllib
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from ..errors import TrainingError

Settings = TypeVar("Settings")


def load(path: Path, kind: type[Settings], overrides: Sequence[str] = ()) -> Settings:
    """The settings of a file; each of `overrides` reads `section.key=value` and wins over the file."""
    try:
        table = tomllib.loads(path.read_text())
    except OSError as error:
        raise TrainingError(f"{path}: cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TrainingError(f"{path}: is not TOML: {error}") from None
    for override in overrides:
        put(table, override)
    return build(kind, table, str(path))


def put(table: dict[str, Any], override: str) -> None:
    name, equals, text = override.partition("=")
    if not equals:
        raise TrainingError(f"{override}: a setting on the command line reads section.key=value")
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text
    *sections, key = name.split(".")
    for section in sections:
        table = table.setdefault(section, {})
        if not isinstance(table, dict):
            raise TrainingError(f"{override}: {section} is no section")
    table[key] = value


def build(kind: type[Settings], table: dict[str, Any], where: str) -> Settings:
    hints = get_type_hints(kind)
    fields = {field.name: field for field in dataclasses.fields(kind)}
    for key in table:
        if key not in fields:
            near = difflib.get_close_matches(key, fields, 1)
            raise TrainingError(
                f"{where}: no setting is called {key!r}; "
                + (f"did you mean {near[0]!r}?" if near else f"known are {', '.join(fields)}")
            )
    for name, field in fields.items():
        if name not in table and field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise TrainingError(f"{where}: the setting {name!r} is missing")
    values = {key: read(hints[key], value, f"{where}: {key}") for key, value in table.items()}
    return kind(**values)


def read(kind: Any, value: Any, where: str) -> Any:
    """`value` as a setting of type `kind`."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return read(next(part for part in parts if part is not type(None)), value, where)
    if origin is Literal:
        if value not in parts:
            raise TrainingError(f"{where} must be one of {', '.join(map(str, parts))}, not {value!r}")
        return value
    if origin is tuple:
        return sequence(parts, value, where)
    if dataclasses.is_dataclass(kind):
        return build(kind, expect(dict, value, where, "a section"), where)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind is Path:
        path = os.path.expandvars(expect(str, value, where, "a path"))
        if "$" in path:
            raise TrainingError(f"{where}: {path} names a variable of the environment that is not set")
        return Path(path)
    names = {int: "a whole number", float: "a number", bool: "true or false", str: "a text"}
    return expect(kind, value, where, names[kind])


def sequence(parts: tuple[Any, ...], value: Any, where: str) -> tuple[Any, ...]:
    items = expect(list, value, where, "a list")
    if parts[-1] is Ellipsis:
        parts = (parts[0],) * len(items)
    if len(items) != len(parts):
        raise TrainingError(f"{where} must have {len(parts)} values, not {len(items)}")
    return tuple(
        read(part, item, f"{where}[{index}]") for index, (part, item) in enumerate(zip(parts, items, strict=True))
    )


def expect(kind: type, value: Any, where: str, name: str) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TrainingError(f"{where} must be {name}, not {value!r}")
    return value


def plain(settings: Any) -> dict[str, Any]:
    """Settings as a checkpoint holds them: numbers, texts, lists and dictionaries; of paths the last part.

    So data may move between two runs of a training.
    """

    def simple(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: simple(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [simple(item) for item in value]
        return value.name if isinstance(value, Path) else value

    return simple(dataclasses.asdict(settings))
