"""The bill of a run that has not been made: what each case may send, and what that costs at worst."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from fakie_contract.cases.body.samples import body
from fakie_contract.cases.case import Case
from fakie_contract.cases.endpoint.asked import GoesOnFrom
from fakie_contract.purse.amounts import plain
from fakie_contract.purse.pricing import Pricing
from fakie_contract.subjects import page_of
from fakie_schemas.catalog.prices import Cost
from fakie_schemas.schema.words import counted
from fakie_schemas.text_table import table_lines


class BillLine(Struct, frozen=True):
    """One case on the bill: creates that it may send, their worst cost in credits (None: unknown), and why.

    `refused`: they must be refused, and then cost nothing.
    """

    case: str
    creates: int
    worst: Decimal | None
    why: str
    refused: bool = False


class Bill(Struct, frozen=True):
    """The worst cost of a live run of these cases; those that cannot cost are counted in `free`."""

    lines: tuple[BillLine, ...]
    free: int

    @classmethod
    def of(cls, cases: Iterable[Case], pricing: Pricing) -> "Bill":
        """Work the bill out; nothing is sent."""
        cases = list(cases)
        # No live target has levers, so what needs them sends nothing there.
        paying = [case for case in cases if case.cost == "may_cost" and not case.needs_levers and case.sends()]
        return cls(tuple(_lines(paying, pricing)), len(cases) - len(paying))

    @property
    def worst(self) -> Decimal:
        """The sum in credits, without what is unknown."""
        return sum((line.worst for line in self.lines if line.worst is not None), Decimal(0))

    @property
    def enough(self) -> Decimal:
        """The cap that runs everything, if what must be refused is: each refusal gives its reservation back."""
        known = [(line.worst, line.refused) for line in self.lines if line.worst is not None]
        kept = sum((worst for worst, refused in known if not refused), Decimal(0))
        return kept + max((worst for worst, refused in known if refused), default=Decimal(0))

    @property
    def unknown(self) -> tuple[BillLine, ...]:
        """Cases whose price is not known: a live run does not send them."""
        return tuple(line for line in self.lines if line.worst is None)

    def text(self) -> Iterator[str]:
        """Write the bill for people: a line for each case that may cost, and the sums."""
        reasons = list(dict.fromkeys(line.why for line in self.lines))
        rows = [_cells(line, reasons.index(line.why) + 1) for line in self.lines]
        yield from table_lines(("case", "creates", "at worst", "why"), rows, numbers={"creates", "at worst"})
        for number, reason in enumerate(reasons, 1):
            yield f"[{number}] {reason}"
        cases, creates = len(self.lines), sum(line.creates for line in self.lines)
        told = f"{counted(cases, 'case')} with {counted(creates, 'create')}"
        yield f"{told} may cost {plain(self.worst)} credits at worst"
        yield f"(1 credit = 0.005 USD); what is refused costs nothing. {counted(self.free, 'case')} cannot cost."
        yield f"--max-credits {plain(self.enough)} runs them all, if what must be refused is."
        if self.unknown:
            yield f"{len(self.unknown)} cases are of unknown price: a live run sends them only with --unknown-price N."
        yield "To run: FAKIE_ALLOW_PAID=1 and --max-credits N; without both, only what cannot cost is sent."


def _cells(line: BillLine, note: int) -> tuple[str, ...]:
    return line.case, str(line.creates), "unknown" if line.worst is None else plain(line.worst), f"[{note}]"


def _lines(paying: Iterable[Case], pricing: Pricing) -> Iterator[BillLine]:
    makers: dict[str, str] = {}
    gone_on_from: set[str] = set()
    for case in paying:
        maker = makers.setdefault(case.shares, case.id) if case.shares else case.id
        if maker != case.id:
            yield BillLine(case.id, 0, Decimal(0), f"the task of {maker}")
            continue
        sent = [one for one in case.sends() if not isinstance(one, GoesOnFrom)]
        made = {one.endpoint for one in case.sends() if isinstance(one, GoesOnFrom)} - gone_on_from
        gone_on_from |= made
        costs = [*(_of_parent(name, pricing) for name in sorted(made)), *(pricing.worst(case.model, b) for b in sent)]
        yield _line(case, costs)


def _of_parent(name: str, pricing: Pricing) -> Cost:
    """Return the cost of a task that cases go on from: it is made once, for the first of them."""
    page = page_of(pricing.catalog, name)
    cost = pricing.worst(name, body(page.plain_schema, full=False) if page else {})
    return replace(cost, why=f"a task of {name} to go on from, made once: {cost.why}")


def _line(case: Case, costs: Sequence[Cost]) -> BillLine:
    known = [cost.credits for cost in costs if cost.credits is not None]
    whole = sum(known, Decimal(0)) if len(known) == len(costs) else None
    why = "; ".join(dict.fromkeys(cost.why for cost in costs))
    return BillLine(case.id, len(costs), whole, why, case.refused_as is not None)
