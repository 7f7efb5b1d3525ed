"""The service: the one door. A request passes the checks, its situation is found, the profile words the answer."""

import logging
from collections import deque
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

from msgspec.structs import replace

from fakie.core.answers import AnswerWriter
from fakie.core.catalogue.catalogue import Catalogue
from fakie.core.catalogue.paths import MODELS, NAMES, model_asked_for
from fakie.core.control.control import Control
from fakie.core.control.errors import WrongOrderError
from fakie.core.control.order_maker import OrderMaker
from fakie.core.control.scenarios import as_kept
from fakie.core.elsewhere import Elsewhere
from fakie.core.exchange import NO_MEMORY, Exchange
from fakie.core.files.shelf import PLACES as FILES
from fakie.core.files.shelf import FileShelf
from fakie.core.files.uploads import PATHS as UPLOAD_PATHS
from fakie.core.files.uploads import body_limits, large_bodies
from fakie.core.handling.delays import Delays
from fakie.core.handling.endpoints import Endpoints
from fakie.core.handling.ordered_facts import OrderedFacts
from fakie.core.handling.register import AccountRegister
from fakie.core.handling.routes import ENDPOINTS, endpoint_of
from fakie.core.http.cors import Cors
from fakie.core.http.guard import Guard, check_headers
from fakie.core.http.messages import Request, Response
from fakie.core.journal import Kind
from fakie.core.levers.admission import Admission
from fakie.core.levers.lever import PREFIX as LEVERS
from fakie.core.levers.router import PROBES, LeverRouter
from fakie.core.levers.ui_paths import UI_BODIES, is_ui
from fakie.core.limits import AccountLimits
from fakie.core.orders import Fault, OrderBook, Orders, OrderTarget, wishes
from fakie.core.ports import AccountGoneError, Door, StoreUnwritableError
from fakie.core.running.agenda import Agenda
from fakie.core.running.deliveries import Deliveries
from fakie.core.running.results import PREFIX as RESULTS
from fakie.core.running.results import Results
from fakie.core.running.runner import Runner
from fakie.core.runtime import Contracts, FakeState, Outside
from fakie.core.scenario.player import RequestEffects, ScenarioPlayer
from fakie.core.settings import Settings
from fakie.core.situations import Outcome, Refused
from fakie.core.transport_faults import TransportFault
from fakie_schemas.families.family import is_kind

T = TypeVar("T")
_log = logging.getLogger("fakie")
_BUGS_KEPT = 100
_LONG_WORK = (LEVERS, MODELS)


@cache
def _hints() -> Elsewhere:
    return Elsewhere(ENDPOINTS)


class Service:
    """The fake itself, independent of what carries its requests; `bugs` holds the unexpected errors it met."""

    def __init__(self, contracts: Contracts, settings: Settings, state: FakeState, outside: Outside) -> None:
        profile, store = contracts.profile, state.store
        self.contracts = contracts
        self.settings = settings
        self.state = state
        self.outside = outside
        self.orders = Orders(store, settings.seed)
        self._player = ScenarioPlayer(store.scenarios, as_kept(OrderMaker(contracts)))
        self.bugs: deque[Exception] = deque(maxlen=_BUGS_KEPT)
        self._register = AccountRegister(state, settings, profile.facts)
        self._results = Results(store, outside.media, contracts.catalog, settings.public_url, profile.facts)
        agenda = Agenda(state)
        deliveries = Deliveries(profile, settings, state, outside, self._results, agenda)
        self.runner = Runner(state, agenda, deliveries, profile.facts)
        self._shelf = FileShelf(store, self._results, profile.facts, settings.public_url)
        self._endpoints = Endpoints(
            contracts, settings, store, self.orders.plans, outside, self.runner, self._results, self._shelf
        )
        self._body_limits = body_limits(profile.facts)
        limits = AccountLimits(profile.facts, settings)
        self._catalogue = Catalogue(contracts, settings, store, limits)
        collaborators = (self._register, self.runner, self._shelf, self._player, limits, settings.accounts)
        self.control = Control(contracts, state, self.orders, *collaborators)
        self._may_wait = settings.probe_media or settings.prompt_orders
        self._guard = Guard(settings.public_url, settings.allow_host, settings.cors_origin)
        self._cors = Cors(self._guard) if settings.cors_origin else None
        self.admission = Admission(settings.admin_token, self._guard)
        self.levers = LeverRouter(self.control, settings, self.admission, outside.exposition)
        # What answers below /_fakie/ui, if anything does.
        self.ui: Door | None = None
        self._ordered_facts = OrderedFacts(contracts, settings)
        self._answers = AnswerWriter(profile, settings.mirror_status, state.clock, settings.ways)
        self._delays = Delays(profile.habits if settings.latency == "observed" else None, settings.seed)
        self._register.open_configured()
        deliveries.sign_again()
        # Processes that came before have done so, and some of it has been met.
        if not store.shared:
            self.control.orders.add_standing(settings.accounts)

    def handle(self, request: Request) -> Response:
        """Answer one request; there is always an answer and, but for the fake's own pages, a journal entry."""
        started = self.outside.stopwatch()
        facts = self.contracts.profile.facts
        endpoint = endpoint_of(request.method, request.path)
        if endpoint is None and self.ui and is_ui(request.path) and not request.fault:
            return self.ui.handle(request)
        limit = self._body_limits.get(endpoint or "", facts.body_bytes)
        is_lever = endpoint is None and request.path.startswith(LEVERS)
        exchange = Exchange(request, endpoint, limit, facts.body_depth, is_lever)
        outcome = self._outcome_or_refusal(exchange)
        if outcome.facts:
            outcome.facts = request.headers.hidden_in(outcome.facts)
        form = self._answers.form(outcome, exchange)
        response = self._answers.response(form, outcome, exchange)
        # What the store did not take has not happened, and meets nothing; nor is met what could not be counted.
        fault = self._fault_on_the_way(exchange) if endpoint and outcome.situation != "state_unwritable" else None
        if fault is not None:
            response = replace(response, transport_fault=fault)
        kind: Kind = "lever" if is_lever else "request"
        if self._cors and kind != "lever":
            response = self._cors.shared(request, response)
        took = self.outside.stopwatch() - started
        entry = self._answers.entry(form, outcome, exchange, response, kind, took)
        if kind == "lever" and outcome.situation != "lever_pulled":
            self.levers.names_in(request.path).hide_in(entry)
        self.state.journal.write(entry, numbered=request.path not in PROBES)
        return response

    def _outcome_or_refusal(self, exchange: Exchange) -> Outcome:
        """Return how a request ends, whatever was raised on its way."""
        try:
            return self._outcome(exchange)
        except Refused as refused:
            return Outcome(refused.situation, facts=refused.facts, advice=refused.advice)
        except StoreUnwritableError as error:
            return Outcome("state_unwritable", facts={"reason": str(error)})
        except AccountGoneError:
            return Outcome("server_busy", facts={"reason": "its account was forgotten meanwhile, and again"})
        except MemoryError:
            return Outcome(NO_MEMORY[0], facts=NO_MEMORY[1])
        except RecursionError:
            raise  # In a test it is the client, calling itself, that has used up the depth; bodies are bounded.
        except Exception as bug:  # noqa: BLE001 - a bug of ours must reach the client as the API's own 500, and the log in full
            self.bugs.append(bug)
            exchange.fault = None
            error_id = self.outside.ids.error_id()
            _log.exception("unexpected error %s in %r %r", error_id, exchange.request.method, exchange.request.path)
            return Outcome("server_error", facts={"id": error_id})

    def move_to(self, public_url: str) -> None:
        """Be found at another URL from now on, and the result files with it."""
        self.settings = replace(self.settings, public_url=public_url)
        self._results.public_url = self._catalogue.public_url = public_url
        self._shelf.addresses.move_to(public_url)
        self.levers.public_url = public_url
        self._guard.move_to(public_url)

    def is_quick(self, request: Request) -> bool:
        """Return whether a request is answered at once.

        Levers but two, uploads and the catalogue may have long work, and plans may wait for a receiver. Where very much
        is due, a request waits for all that is due on its account.
        """
        path = request.path
        if path in UPLOAD_PATHS or path.startswith(_LONG_WORK) or self._may_wait or self.runner.is_late:
            return path in PROBES
        return not (self.orders.plans.waiting() or self._player)

    @property
    def large_bodies(self) -> Mapping[str, int]:
        """The paths that take larger bodies than others do, and how many bytes each."""
        return {**large_bodies(self.contracts.profile.facts), **UI_BODIES}

    def run_due(self, stopped: Callable[[], bool] = lambda: False) -> float | None:
        """Carry out what is due on every account's clock; return the seconds to the next event, or None.

        Where it is `stopped` it ends after the event in work.
        """
        return self.runner.run_all_due(stopped)

    def _outcome(self, exchange: Exchange) -> Outcome:
        request = exchange.request
        if request.fault:
            raise request.fault
        check_headers(request, self.contracts.profile.facts.header_length)
        if self._cors and self._cors.is_preflight(request) and not request.path.startswith(LEVERS):
            return Outcome("preflight")
        if exchange.endpoint is None:
            return self._no_endpoint(request, exchange)
        if request.path in UPLOAD_PATHS and request.method != "POST":
            raise Refused("method_wrong", path=request.path, method=request.method[:20], allowed="POST")
        self._guard.check_page(request)
        # The account comes first, so that a fault which it ordered stands in its journal; a bad key is refused later.
        key_refusal = self._identify(exchange)
        exchange.fault = self._fault(exchange)
        if exchange.fault is not None:
            exchange.model, _ = self._job(exchange)
            situation = exchange.fault.situation
            return Outcome(situation, facts=self._ordered_facts.of(situation, exchange))
        try:
            return self._act(exchange, key_refusal)
        except AccountGoneError:
            # As if it had come after what forgot its account, before which it has changed nothing.
            return self._act(exchange, self._identify(exchange))

    def _no_endpoint(self, request: Request, exchange: Exchange) -> Outcome:
        """Answer a request that is to no endpoint of the API."""
        if request.path.startswith(LEVERS):
            return self.levers.answer(exchange)
        if request.path.startswith(RESULTS):
            return self._results.show(request)
        if request.path.startswith(FILES):
            return self._shelf.show(request)
        return _hints().outcome(request)

    def _act(self, exchange: Exchange, key_refusal: Refused | None) -> Outcome:
        if exchange.account is None:
            raise key_refusal or Refused("unauthorized", reason="the key is unknown")
        if self.settings.maintenance:
            raise Refused("maintenance")
        self.runner.run_due(exchange.account)
        part = self._catalogue if exchange.endpoint in NAMES else self._endpoints
        return part.act(exchange, exchange.account)

    def _identify(self, exchange: Exchange) -> Refused | None:
        try:
            exchange.account = self._register.authenticate(exchange.request)
        except Refused as refused:
            exchange.account = None
            return refused
        return None

    def _fault(self, exchange: Exchange) -> Fault | None:
        """Find what a request meets: what it wishes for itself, what was ordered for it, and the scenario's part."""
        if self._player and not exchange.request.at_once:
            exchange.met = self._meet(exchange)
        if self.settings.prompt_orders:
            exchange.prompted = self._prompted(exchange)
        return self._wished(exchange) or self._take(self.orders.faults, exchange) or exchange.met.fault

    def _wished(self, exchange: Exchange) -> Fault | None:
        """Return the fault that the request itself wishes for; raises Refused for one that is not documented."""
        for kind, value in wishes(exchange.request):
            # The request is carried out, which is what a wish for success comes to.
            if (kind, value) != ("code", "200"):
                try:
                    return self.control.orders.wished_fault(kind, value, exchange)
                except WrongOrderError as error:
                    raise Refused("body_malformed", reason=str(error)) from None
        return exchange.prompted.fault

    def _prompted(self, exchange: Exchange) -> RequestEffects:
        """Return what a job's own prompt asks for; raises Refused for a word that cannot be meant."""
        try:
            return self.control.orders.prompted(self._job(exchange)[1], exchange.endpoint or "")
        except WrongOrderError as error:
            raise Refused("body_malformed", reason=str(error)) from None

    def _fault_on_the_way(self, exchange: Exchange) -> TransportFault | None:
        try:
            return self._transport_fault(exchange)
        except StoreUnwritableError as error:
            _log.warning("an order for a transport fault waits: %s", error)
            return None

    def _transport_fault(self, exchange: Exchange) -> TransportFault | None:
        return (
            exchange.prompted.transport_fault
            or self._take(self.orders.transport_faults, exchange)
            or exchange.met.transport_fault
            or self._delays.of(exchange.endpoint, exchange.account.handle if exchange.account else "")
        )

    def _meet(self, exchange: Exchange) -> RequestEffects:
        """Return what the request meets of the scenario that is played."""
        clock = exchange.account.clock if exchange.account else self.state.clock
        return self._player.meet(self._target(exchange), clock.now())

    def _take(self, book: OrderBook[T], exchange: Exchange) -> T | None:
        """Return what a book holds for this request, if anything."""
        # Read before the books are opened, which must not wait for a slow client.
        return book.take(self._target(exchange)) if book.waiting() else None

    def _target(self, exchange: Exchange) -> OrderTarget:
        account = exchange.account.handle if exchange.account else None
        return OrderTarget(exchange.endpoint or "", account, *self._job(exchange), drawn_as=exchange.drawn_as)

    def _job(self, exchange: Exchange) -> tuple[str | None, Mapping[str, Any] | None]:
        """Return the model and the createTask body that a request is about: its own, or those of its task."""
        if exchange.endpoint in NAMES:
            return model_asked_for(exchange.request.path), None
        if is_kind(exchange.endpoint, "create") or exchange.request.method == "POST":
            return exchange.peek_model(), exchange.peek_body()
        task = self.state.store.task(exchange.request.argument("taskId") or "")
        return (task.model, task.body) if task else (None, None)
