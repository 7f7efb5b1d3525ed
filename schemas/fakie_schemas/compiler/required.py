"""Names that an OpenAPI schema requires, and those that a branch of it requires and forbids."""

from fakie_schemas.compiler.facts import Fact, Field, Log
from fakie_schemas.compiler.keywords import within_bounds
from fakie_schemas.compiler.yaml_nodes import Node


def required_names(target: Field, node: Node, log: Log) -> dict[str, int]:
    """Return the names in a schema's list of required ones, each with its line; what is no list is doubted."""
    required = node.get("required")
    if required is None or required.elements() or required.plain() == []:
        names = within_bounds(required.elements()) if required else []
        return {(element.text or "").strip(): element.line for element in names}
    if required.text != "false":
        log.doubt(required.line, f"{target.name}: whether it is required was not read: {required.text!r} is not a list")
    return {}


def ask_nothing_forbidden(branch: Field, node: Node, log: Log) -> None:
    """Ask for no names that the branch itself forbids together: no body could have them and not have them."""
    forbids = node.get("not")
    if forbids is None:
        return
    group = forbids.get("anyOf")
    for one in (forbids, *(group.elements() if group else ())):
        if [key for key, _, _ in one.items()] != ["required"]:
            continue
        children = [branch.children.get(name) for name in required_names(branch, one, log)]
        asked = [child for child in children if child and child.value("required")]
        for child in asked if len(asked) == len(children) else ():
            child.facts["required"] = Fact(False, child.line)
            log.doubt(child.line, f"{child.name}: one branch requires it and forbids it")
