"""What was sent to change a thing: only some of its fields."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent(Generic[T]):
    """The thing with what was sent, and the names of what was; the rest is as in a new one."""

    content: T
    names: tuple[str, ...]

    @classmethod
    def of(cls, kind: type[T], values: dict[str, Any]) -> Sent[T]:
        """Out of what a schema has read."""
        return cls(content=kind(**values), names=tuple(values))

    def by_name(self) -> dict[str, Any]:
        """What was sent, by name."""
        return {name: getattr(self.content, name) for name in self.names}

    def over(self, stored: T) -> T:
        """What is stored with what was sent in its stead."""
        assert is_dataclass(stored)
        assert not isinstance(stored, type)
        return replace(stored, **self.by_name())


def read_fields(thing: object) -> dict[str, Any]:
    """The fields of a dataclass by name, for a schema that tells more than these."""
    assert is_dataclass(thing)
    return {field.name: getattr(thing, field.name) for field in fields(thing)}
