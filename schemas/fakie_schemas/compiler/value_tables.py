"""Tables of a field's name and one of its values in each row, as Apifox and Apidog export the enums of a request."""

import re
from collections.abc import Mapping

from fakie_schemas.compiler.field_names import read_head
from fakie_schemas.compiler.field_tables import Table
from fakie_schemas.compiler.statements import Draft, Statement

Path = tuple[str, ...]
# Without it, a table of names and values may as well be an example.
_TITLE = re.compile(r"枚举值?|enum(?:s|erations?)?(?: values?)?", re.IGNORECASE)
_VALUES = frozenset({"值", "value", "values"})


def take_values(table: Table, title: str, drafts: Mapping[Path, Draft]) -> bool:
    """Say of known fields which values they have; False when the table, or its title, is of something else."""
    titles = [each.lower() for each in table.header]
    if _TITLE.fullmatch(title) is None or len(titles) != 2 or titles[1] not in _VALUES or table.roles[0] != "name":
        return False
    values: dict[Path, list[str]] = {}
    named: dict[str, list[Path]] = {}
    for path in drafts:
        named.setdefault(path[-1], []).append(path)
    for row in table.rows:
        name, value = (cell.strip(" `") for cell in [*row.cells, "", ""][:2])
        head = read_head(name, named=True)
        known = named.get(head.parts[-1], []) if head else []
        if len(known) != 1 or not value or "`" in value:
            return False
        values.setdefault(known[0], []).append(f"`{value}`")
    for path, listed in values.items():
        drafts[path].say(Statement("enum", ", ".join(listed), table.rows[0].line))
    return True
