"""Names of departments and groups: rules, comparison, and what stands for all extensions. Pure."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from linkus.kit.errors import FieldError
from linkus.kit.messages import LANGUAGES, Language, text

COMPANY_ID = 0  # the root of the tree is no row: its name is a setting, and every extension is below it
EVERYONE_ID = 0  # the group of all extensions is no row: nobody can rename, delete or leave it
MAX_NAME_CHARACTERS = 63


class Named(BaseModel):
    """Names a department or a group."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str


def name_key(name: str) -> str:
    """Return the form in which two equal names are equal: without regard to case and outer blanks."""
    return name.strip().casefold()


def everyone_name(language: Language) -> str:
    return text(language, "extension_group_everyone_name")


def is_everyone(name: str) -> bool:
    """Return whether `name` is that of the group of all extensions, in any language."""
    return name_key(name) in {name_key(everyone_name(language)) for language in LANGUAGES}


def is_unnamed_company(name: str) -> bool:
    """Return whether `name` is what pages call a company without a name, in any language."""
    return name_key(name) in {name_key(text(language, "company_without_name")) for language in LANGUAGES}


def name_error(name: str) -> FieldError | None:
    if not name:
        return FieldError("field_required")
    # casefold may lengthen a name (ß becomes ss), and the key has a column of the same width
    too_long = max(len(name), len(name_key(name))) > MAX_NAME_CHARACTERS
    return FieldError("field_too_long", {"max": MAX_NAME_CHARACTERS}) if too_long else None
