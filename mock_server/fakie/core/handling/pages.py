"""The page that a request is held to, what it refuses, and what a newer one would."""

import sys
from collections.abc import Mapping
from typing import Any

from msgspec.structs import asdict

from fakie.core.files.inputs import InputFiles
from fakie.core.runtime import Contracts
from fakie.core.settings import Settings
from fakie.core.situations import Refused
from fakie_schemas.catalog.misspelt_fields import FieldNames
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.catalog.validation import empty_text
from fakie_schemas.families.family import BY_MODEL, FamilyEndpoint, endpoints
from fakie_schemas.schema.values import as_json

# As JSON, as in the words of a refusal.
_WORKING_URL = '"https://your-domain.com/api/callback"'

# Families have a code of their own for a file that could not be fetched.
_UNFETCHED = "media_unfetched"


class ServedPage:
    """The revision that requests are held to, as each needs it: one object, so that one of many models is found soon.

    `violation` judges a body as the profile does; `newest` is a newer revision that demands something else, if any;
    `names` are the fields that either has.
    """

    def __init__(self, revision: Revision, newest: Revision | None, *, numbers_for_texts: bool) -> None:
        self.revision = revision
        self.model = revision.model
        self.date = revision.date
        self.answer_keys = revision.answer_keys
        self.violation = revision.violation_on_the_wire if numbers_for_texts else revision.violation
        self.is_certain = revision.is_certain
        self.newest = newest
        self.names = FieldNames(revision.request_schema, *([newest.request_schema] if newest else ()))


class Pages:
    """Finds pages and judges bodies by them; input files are judged by `inputs`."""

    def __init__(self, contracts: Contracts, settings: Settings, inputs: InputFiles) -> None:
        self._catalog = contracts.catalog
        self._profile = contracts.profile
        self._disabled = settings.disabled
        self._inputs = inputs
        habits = contracts.profile.habits
        # What the wire takes against its page, a newer page refuses, be it the same.
        is_lenient = habits.numbers_for_texts or habits.empty_callbacks
        self._newest = contracts.catalog.newest_of if is_lenient else contracts.catalog.changed
        self._reading = contracts.catalog.readings
        self._of_models: dict[str, ServedPage] = {}
        self._of_endpoints: dict[str, ServedPage] = {}

    def of(self, endpoint: FamilyEndpoint, body: Mapping[str, Any]) -> ServedPage:
        """Return the page of the model that a body names, or of the endpoint; raises Refused where there is none."""
        return self._of_model(body) if endpoint.page == BY_MODEL else self.of_endpoint(endpoint)

    def of_endpoint(self, endpoint: FamilyEndpoint) -> ServedPage:
        """Return the page of an endpoint that is the same for all models; raises Refused where it is not here."""
        self._forget_if_read_again()
        kept = self._of_endpoints
        return kept.get(endpoint.page) or kept.setdefault(endpoint.page, self._page_of(endpoint))

    def _forget_if_read_again(self) -> None:
        readings = self._catalog.readings
        if readings != self._reading:
            # New ones, since another thread may be putting into the old ones what it has found before.
            self._of_models, self._of_endpoints = {}, {}
            self._reading = readings

    def _page_of(self, endpoint: FamilyEndpoint) -> ServedPage:
        revision = self._catalog.endpoint(endpoint.page)
        if revision is None:
            works = "none of its pages is here; `fakie derive PAGE --out FOLDER` makes revisions of them"
            place = {"method": endpoint.method, "path": endpoint.path, "family": endpoint.family}
            raise Refused("family_not_faked", **place, works=works)
        return self._page(revision, endpoint.page)

    def _page(self, revision: Revision, page: str) -> ServedPage:
        numbers_for_texts = self._profile.habits.numbers_for_texts
        return ServedPage(revision, self._newest(revision, page), numbers_for_texts=numbers_for_texts)

    def check(self, endpoint: FamilyEndpoint, page: ServedPage, body: Mapping[str, Any]) -> None:
        """Raise Refused for what is switched off, or for a body that the page refuses."""
        name = page.model or endpoint.name
        if name in self._disabled:
            raise Refused("feature_disabled", model=name)
        self._validate(page, body, endpoint.callback)
        try:
            self._inputs.check(page.revision, body, endpoint.callback)
        except Refused as refused:
            if refused.situation == "media_unreachable" and self._has_code_of(_UNFETCHED, endpoint.name):
                raise Refused(_UNFETCHED) from None
            raise

    def _has_code_of(self, situation: str, endpoint: str) -> bool:
        return self._profile.situation_for(self._profile.row(situation, endpoint).code, endpoint) == situation

    def advice(self, page: ServedPage, body: Mapping[str, Any]) -> str:
        """Say of an accepted request what may be misspelt in it, its page is not certain of, or a newer one refuses."""
        misspelt = self._misspelt(page, body)
        if misspelt:
            # What is missing then may be no more than this.
            return misspelt
        revision, newest = page.revision, page.newest
        contradicted = None if page.is_certain else revision.contradicted(body)
        if contradicted:
            return self._profile.doubt(revision.doubts, contradicted, page.date)
        violation = newest.violation(body) if newest and newest is not revision else None
        return self._profile.advice(violation, newest.date, page.date) if newest and violation else ""

    def _misspelt(self, page: ServedPage, body: Mapping[str, Any]) -> str:
        found = page.names.misspelt(body)
        return self._profile.misspelt(*found, page.date) if found else ""

    def _of_model(self, body: Mapping[str, Any]) -> ServedPage:
        self._forget_if_read_again()
        kept, model = self._of_models, body.get("model")
        found = kept.get(model) if isinstance(model, str) else None
        if found is None:
            revision = self._revision_of(body)
            found = kept[sys.intern(body["model"])] = self._page(revision, BY_MODEL)
        return found

    def _revision_of(self, body: Mapping[str, Any]) -> Revision:
        if "model" not in body:
            raise Refused("field_missing", field="model", works=as_json(self._catalog.first))
        model = body["model"]
        if not isinstance(model, str):
            works = as_json(self._catalog.first)
            raise Refused("wrong_type", field="model", rule="string", got=as_json(model), works=works)
        revision = self._catalog.served(model)
        if revision is None:
            raise Refused("model_unknown", got=as_json(model), works=self._model_that_works(model))
        return revision

    def _model_that_works(self, model: str) -> str:
        """Name a model for createTask, and the path of a family that takes the one that was sent."""
        near = as_json(self._catalog.near(model)[0])
        makers = (one for one in endpoints().values() if one.kind == "create" and one.page != BY_MODEL)
        taker = next((one for one in makers if model in self._catalog.models_at(one.page)), None)
        return f"{near}; {taker.method} {taker.path} takes {as_json(model)}" if taker else near

    def _validate(self, page: ServedPage, body: Mapping[str, Any], callback: str) -> None:
        habits = self._profile.habits
        violation = page.violation(body)
        if violation is not None and habits.empty_callbacks and body.get(callback) == "":
            body = {name: value for name, value in body.items() if name != callback}
            violation = page.violation(body)
        if violation is None and habits.refuses_empty:
            violation = empty_text(page.revision.request_schema, body)
        if violation is not None:
            raise Refused(**asdict(violation), advice=self._misspelt(page, body))
        self._check_callback(callback, body.get(callback))

    def _check_callback(self, field: str, url: object) -> None:
        """Raise Refused for a callback URL that nobody could be called back by, also where the page is silent of it."""
        longest = self._profile.facts.callback_url_length
        if url is not None and not isinstance(url, str):
            raise Refused("wrong_type", field=field, rule="string", got=as_json(url), works=_WORKING_URL)
        if url and len(url) > longest:
            rule, got = f"at most {longest} characters", f"{len(url)} characters"
            raise Refused("too_long", field=field, rule=rule, got=got, works=_WORKING_URL)
