"""One request on its way through the checks."""

from typing import Any

from fakie.core.accounts import Account, handle_of
from fakie.core.http.body import A_JOB, parse_object, read_body, require_json_type
from fakie.core.http.messages import Request
from fakie.core.orders import Fault
from fakie.core.scenario.player import NOTHING_MET, RequestEffects
from fakie.core.situations import Refused
from fakie_schemas.families.family import BY_MODEL, endpoints

# What refuses a request for which the system, such as a container, gives no memory: it is no bug.
NO_MEMORY: tuple[str, dict[str, Any]] = ("server_busy", {"reason": "the system gives it no memory to answer in"})


class Exchange:
    """A request, its endpoint's name (None: not an endpoint of the API) and the findings of the checks.

    `is_lever`: it is for a lever, and no part of the API. `met` is what it meets of a scenario, `prompted` what its
    job's own prompt asks for, `agreed` the ids of the plans whose function says that they are for it.
    """

    # No Struct, though it holds values: compiled code finds what a plain class has without a look for its name.
    def __init__(
        self, request: Request, endpoint: str | None, body_limit: int, body_depth: int, is_lever: bool
    ) -> None:
        self.request = request
        self.endpoint = endpoint
        self.body_limit = body_limit
        self.body_depth = body_depth
        self.is_lever = is_lever
        self.account: Account | None = None
        self.model: str | None = None
        self.task_id: str | None = None
        self.fault: Fault | None = None
        self.met: RequestEffects = NOTHING_MET
        self.prompted: RequestEffects = NOTHING_MET
        self.agreed: frozenset[int] = frozenset()
        self.raw = b""
        self._payload: dict[str, Any] | None = None
        self._refusal: tuple[str, dict[str, Any]] | None = None

    def payload(self) -> dict[str, Any]:
        """Read and parse the body, once; raises the same Refused each time it cannot be."""
        if self._refusal is not None:
            raise Refused(self._refusal[0], **self._refusal[1])
        if self._payload is None:
            try:
                self._payload = self._parse()
            except Refused as refusal:
                # Not itself: it knows, by its traceback, this very exchange.
                self._refusal = refusal.situation, refusal.facts
                raise
            except MemoryError:
                self._refusal = NO_MEMORY
                return self.payload()
        return self._payload

    def payload_if_any(self) -> dict[str, Any]:
        """Read and parse the body as `payload` does; an empty object where there is none, also in no chunks."""
        length = self.request.length
        return self.payload() if length or (length is None and self._read()) else {}

    @property
    def ordered(self) -> bool:
        """True when an order, or a scenario, answers this request."""
        return self.fault is not None

    @property
    def drawn_as(self) -> str:
        """The account's name for what goes by chance: by its key alone, and so the same wherever its state is kept."""
        return handle_of(self.request.headers.key) if self.account else ""

    @property
    def reason(self) -> str:
        """Why it was answered otherwise than it would have been: `ordered`, or the step of a scenario; else nothing."""
        if self.fault is None:
            return ""
        return f"scenario {self.met.steps[0]}" if self.fault is self.met.fault else "ordered"

    def peek_body(self) -> dict[str, Any] | None:
        """Return the body, or None when it cannot be read."""
        try:
            return self.payload()
        except Refused:
            return None

    def peek_model(self) -> str | None:
        """Return the model that the body names, or None when it names none."""
        model = (self.peek_body() or {}).get("model")
        return model if isinstance(model, str) else None

    def _parse(self) -> dict[str, Any]:
        require_json_type(self.request)
        return parse_object(self._read(), self.body_depth, self._expected)

    def _read(self) -> bytes:
        self.raw = self.raw or read_body(self.request, self.body_limit)
        return self.raw

    def _expected(self) -> str:
        if self.is_lever:
            return "an object with the arguments of this lever; GET /_fakie/ lists them"
        known = endpoints().get(self.endpoint or "")
        by_model = known is not None and known.page == BY_MODEL
        return A_JOB if by_model else f"an object with the fields of {self.endpoint}"
