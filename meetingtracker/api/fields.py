"""The kinds of fields that bodies and queries have."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

_ONE_LINE = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"

Line = Annotated[str, Meta(max_length=255, pattern=_ONE_LINE, description="One line of text.")]
Text = Annotated[str, Meta(max_length=10_000, description="Markdown.")]
Reason = Annotated[str, Meta(max_length=500, description="Why, in one line.")]
Name = Annotated[str, Meta(max_length=120, pattern=_ONE_LINE)]
DepartmentName = Annotated[str, Meta(max_length=80, pattern=_ONE_LINE)]
Email = Annotated[str, Meta(max_length=254, description="A person's mail address.")]
Key = Annotated[str, Meta(max_length=120, pattern=_ONE_LINE, description="Unique: your own key.")]
Id = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Version = Annotated[int, Meta(ge=0, le=2**31 - 1, description="The version that was read.")]
Severity = Annotated[int, Meta(ge=1, le=4, description="1 is the worst.")]
Minutes = Annotated[int, Meta(ge=1, le=240)]


class Create(Struct, forbid_unknown_fields=True, kw_only=True):
    """A body that makes something."""


class Change(Struct, forbid_unknown_fields=True, kw_only=True):
    """A body that changes something: what it leaves out stays as it is."""

    version: Version | UnsetType = UNSET


class ListQuery(Struct, forbid_unknown_fields=True, kw_only=True):
    """What every list may be asked."""

    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    cursor: Annotated[str, Meta(max_length=200)] = ""
    q: Annotated[str, Meta(max_length=200)] = ""


def given(struct: Struct, *names: str) -> dict[str, object]:
    """Those of the fields that were sent."""
    values = {name: getattr(struct, name) for name in names}
    return {name: value for name, value in values.items() if value is not UNSET}
