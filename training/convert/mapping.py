"""The mappings that the command's recipes use, read from the same files."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "Sources/silhouette/Resources/recipes/mappings"


@dataclass(frozen=True)
class Source:
    """Where a tensor comes from: several are joined along the first axis."""

    names: tuple[str, ...]
    transposed: bool = False


@dataclass(frozen=True)
class Mapping:
    rules: tuple[tuple[re.Pattern[str], Source], ...]
    ignored: tuple[str, ...]

    def source(self, target: str) -> Source | None:
        for pattern, source in self.rules:
            if match := pattern.fullmatch(target):
                number = match.groupdict().get("i") or ""
                return Source(tuple(name.replace("{i}", number) for name in source.names), source.transposed)
        return None


def load(name: str) -> Mapping:
    content = json.loads((FOLDER / f"{name}.json").read_text())
    rules = []
    for rule in content["rules"]:
        sources = [rule["from"]] if isinstance(rule["from"], str) else rule["from"]
        pattern = re.compile(re.escape(rule["tensor"]).replace(re.escape("{i}"), r"(?P<i>\d+)"))
        rules.append((pattern, Source(tuple(sources), rule.get("transposed", False))))
    return Mapping(tuple(rules), tuple(content["ignored"]))
