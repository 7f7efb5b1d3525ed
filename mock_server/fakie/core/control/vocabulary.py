"""The names that orders may use: situations, codes, models."""

from fakie.core.control.errors import WrongOrderError, hinted
from fakie.core.control.order_models import OrderModels
from fakie.core.exchange import Exchange
from fakie.core.runtime import Contracts
from fakie.core.transport_faults import TRANSPORT_FAULTS
from fakie_schemas.families.family import BY_MODEL, endpoints

_BY_MODEL = next(name for name, one in endpoints().items() if one.page == BY_MODEL)
_ABOUT_TASKS = ("create", "record", "transform")


class Vocabulary:
    """Finds what a name stands for; raises WrongOrderError with the near and the known ones."""

    def __init__(self, contracts: Contracts) -> None:
        self._catalog = contracts.catalog
        self._profile = contracts.profile
        self._models = OrderModels(contracts.catalog)

    def situation(self, name: str) -> str:
        """Return a situation that can be ordered."""
        if name in TRANSPORT_FAULTS:
            raise WrongOrderError(
                f"situation: {name} is a transport fault, which spoils an answer on its way; order it as one: "
                f'spoil_next("{name}") in a test, spoil:{name} in words, POST /_fakie/spoils by HTTP'
            )
        if name not in self._profile.orderable:
            raise WrongOrderError(hinted("situation", name, self._profile.orderable))
        return name

    def situation_of_code(self, code: str, endpoint: str, model: str | None) -> str:
        """Return the situation that a documented code stands for at an endpoint, for a model or for any."""
        create = endpoint == _BY_MODEL
        documented = self._documented(endpoint, model)
        orderable = {str(one): self._orderable(one, endpoint) for one in sorted(documented)}
        known = [one for one, situation in orderable.items() if situation]
        situation = orderable.get(code)
        if code in orderable and situation is None:
            raise WrongOrderError(
                f"code: {code} is the answer to a request that is carried out, and cannot be ordered without that;"
                f" leave the order out, or order one of: {', '.join(known)}"
            )
        if situation is None:
            page = f"the page of {model}" if create and model else "the page of any model" if create else f"{endpoint}"
            works = ", ".join(known) + self._elsewhere(code, endpoint) + _of_a_task(code, endpoint)
            raise WrongOrderError(f"code: {code} is not documented by {page}; documented are: {works}")
        return situation

    def _elsewhere(self, code: str, endpoint: str) -> str:
        """Say which other endpoints that make something document a code."""
        makers = (name for name, one in endpoints().items() if one.kind == "create" and name != endpoint)
        named = [name for name in makers if code in map(str, self._documented(name, None))]
        shown = ", ".join(named[:3]) + (", …" if len(named) > 3 else "")
        return f"; {code} is documented for {shown}" if named else ""

    def _documented(self, endpoint: str, model: str | None) -> tuple[int, ...]:
        if endpoint == _BY_MODEL:
            # The models of a pattern document codes of their own; what any page has can be meant.
            return self._catalog.codes_of(None if model and "*" in model else model)
        about = endpoints().get(endpoint)
        is_about_tasks = about is not None and (about.kind in _ABOUT_TASKS or about.parent is not None)
        page = self._catalog.endpoint(about.page) if about and is_about_tasks else None
        return page.codes if page else self._profile.codes

    def model(self, name: str, endpoint: str = _BY_MODEL) -> str:
        """Return the name of a model that requests to an endpoint can be about, or a pattern that one of them fits."""
        return self._models.named(name, endpoint)

    def wished(self, kind: str, value: str, exchange: Exchange) -> str:
        """Return the situation that a request wishes for; its model is asked for only where it counts."""
        if kind == "situation":
            return self.situation(value)
        endpoint = exchange.endpoint or ""
        return self.situation_of_code(value, endpoint, exchange.peek_model() if endpoint == _BY_MODEL else None)

    def _orderable(self, code: int, endpoint: str) -> str | None:
        situation = self._profile.situation_for(code, endpoint)
        return situation if situation in self._profile.orderable else None


def _of_a_task(code: str, endpoint: str) -> str:
    """Say how to order what a request is never answered, but a task fails with."""
    about = endpoints().get(endpoint)
    if about is None or about.job is None or code not in about.job.failures:
        return ""
    return f'; a task fails with it: plan_next("fail", code="{code}") in a test, POST /_fakie/plans by HTTP'
