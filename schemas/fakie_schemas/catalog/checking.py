"""Whether a revision that nobody vouches for can be used, and if not, why."""

import fakie_schemas
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.catalog.subschemas import unreadable_part
from fakie_schemas.catalog.validation import field_name, first_violation
from fakie_schemas.validator import contract_validator


def revision_problem(revision: Revision, model: str | None) -> str | None:
    """Tell on one line what keeps a revision from being used, or None; reads and checks all of it.

    Without a `model` it is an endpoint's.
    """
    from jsonschema import SchemaError

    try:
        reason = _broken_rule(revision, model)
    except SchemaError as error:
        place = field_name(["request schema", *error.absolute_path])
        reason = f"{place}: {error.message[:200]}"
    except RecursionError:
        reason = "it is nested too deeply"
    except (OSError, ValueError, LookupError, TypeError) as error:
        reason = f"{error}"
    return " ".join(reason.split()) if reason else None


def _broken_rule(revision: Revision, model: str | None) -> str | None:
    violation = first_violation(contract_validator(fakie_schemas.format_schema("revision")), revision.facts)
    if violation:
        return violation.told
    if revision.facts["model"] != model:
        return f"model: expected {model!r}, the name of the folder; got {revision.facts['model']!r}"
    if model and not revision.answer_keys:
        return "answers.success: expected a schema with keys in data"
    revision.check_schema()
    return unreadable_part(revision.stated_schema)
