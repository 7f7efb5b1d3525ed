"""The subjects of cases: a model, or an endpoint of a family that has pages of its own."""

from functools import cache

from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.family import BY_MODEL, FamilyEndpoint, endpoints, endpoints_like, families, places


@cache
def creating() -> FamilyEndpoint:
    """Return the endpoint that every model's requests go to."""
    return next(one for one in endpoints().values() if one.page == BY_MODEL)


def endpoint_named(subject: str | None) -> FamilyEndpoint:
    """Return the endpoint that a subject's requests go to: itself, or that of all models."""
    return endpoints()[subject] if subject and subject in _own() else creating()


def is_endpoint(subject: str | None) -> bool:
    """Tell whether a subject is an endpoint of a family, and no model."""
    return subject in _own()


def name_of(revision: Revision) -> str:
    """Return the subject that a revision is of."""
    model: str | None = revision.model
    return model or endpoint_of(revision).name


def endpoint_of(revision: Revision) -> FamilyEndpoint:
    """Return the endpoint that a revision's requests go to."""
    about = revision.facts["endpoint"]
    name = places().get((about["method"], about["path"]))
    return creating() if revision.model or name is None else endpoints()[name]


def page_of(catalog: Catalog, subject: str) -> Revision | None:
    """Return the page that a subject's requests are judged by; None for an unknown one."""
    return catalog.endpoint(endpoints()[subject].page) if is_endpoint(subject) else catalog.served(subject)


def subjects_of(catalog: Catalog) -> tuple[str, ...]:
    """Return every model and every endpoint with a page, the models first."""
    return (*catalog.models, *(name for name in _own() if page_of(catalog, name)))


def pages_of(catalog: Catalog, subject: str) -> tuple[Revision, ...]:
    """Return every page of a subject, oldest first."""
    return catalog.endpoint_revisions(endpoints()[subject].page) if is_endpoint(subject) else catalog.revisions(subject)


def near_subjects(catalog: Catalog, name: str) -> tuple[str, ...]:
    """Return the models, or the endpoints, whose names come closest; at least one."""
    return endpoints_like(name, filter(is_endpoint, subjects_of(catalog))) or catalog.near(name)


@cache
def _own() -> tuple[str, ...]:
    """Return the endpoints of all families whose tasks are not of models, but for those that only take files."""
    of_models = {family.name for family in families() if any(one.page == BY_MODEL for one in family.endpoints)}
    return tuple(name for name, one in endpoints().items() if one.family not in of_models and one.kind != "upload")
