"""The report as one page to read: self-contained HTML, made from the JSON data alone."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fakie_contract.report.scope import SEEN_BY
from fakie_schemas.rules.difference import FAILING, INFO, SEVERITIES
from fakie_schemas.rules.finding_groups import MOST_EXAMPLES, FindingGroup, grouped

_MOST_GROUPS = 200
_MOST_CASES = 40
_MOST_LINES = 500
_SHOWN = 4_000
_OPEN_MODELS = 2
_MOST_NAMED = 5
_ENDPOINTS = ("createTask", "recordInfo", "credit")
_STATES = {"open": "without an answer", "unknown": "without a clear answer"}
_PROMISED = "what is documented and known of the API"
_NEVER = (
    ("Uploads and download-url", "their pages have been read, and no case asks them"),
    ("Chat, and what else has no page here", "there is nothing to judge it by"),
    ("What a result looks or sounds like", "of a result the first bytes are looked at, to tell its format"),
    ("Rules across fields that pages state in words", "no values are made for them"),
)


def groups(data: Mapping[str, Any]) -> list[FindingGroup]:
    """Return the findings of a report that are not known ones, by kind, the gravest and most frequent first."""
    return _grouped(data, known=False)


def of(data: Mapping[str, Any]) -> str:
    """Write the page of a report."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("fakie_contract", "report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["short"] = _short
    found, known = groups(data), _grouped(data, known=True)
    return environment.get_template("report.html.j2").render(
        data=data,
        verdict=verdict(data),
        found=found[:_MOST_GROUPS],
        known=known[:_MOST_GROUPS],
        left_out=max(0, len(found) - _MOST_GROUPS) + max(0, len(known) - _MOST_GROUPS),
        most_examples=MOST_EXAMPLES,
        most_cases=_MOST_CASES,
        severities=SEVERITIES,
        codes=_by(data["codes"], "model"),
        fields=_by(data["fields"]["request"], "model"),
        answers=_by(data["fields"]["answers"], "endpoint"),
        open_models=_OPEN_MODELS,
        results={result["case"]: result for result in data["results"]},
        what_to_do=what_to_do(data),
        untested=untested(data["results"]),
        all_tried=_all_tried(data),
        never=_never(data),
        bill_line=bill_line(data["bill"]) if data["bill"] else "",
        creates=_paid_first(data["bill"]) if data["bill"] else [],
        most_lines=_MOST_LINES,
    )


def verdict(data: Mapping[str, Any]) -> str:
    """Say in plain words what came of the run: first what is news, what is known, and what was not judged."""
    who = "The fake" if data["target"].get("kind") == "fake" else data["target"].get("url") or "The target"
    tried = data["counts"]["held"] + data["counts"]["findings"]
    if data["verdict"] == "could_not_run":
        return f"Nothing was judged: {data['reason'].rstrip('.?')}."
    if tried == 0 and data["verdict"] != "findings":
        said = f"{who} was not judged: none of {len(data['results'])} cases could be tried"
    elif data["verdict"] == "findings":
        said = f"{who} differs from {_PROMISED}: {_news(data['differences'])}"
        said += f" in {_differing(data)} of {tried} cases that could be tried"
    else:
        known = sum(_is_known(result) for result in data["results"])
        said = f"{who} did {_PROMISED} in {f'{tried - known} of' if known else 'all'} {tried} cases that could be tried"
    first = "; ".join((said, *_known(data), *_gaps(data)))
    return " ".join((first + ".", *_besides(data)))


def _news(counts: Mapping[str, int]) -> str:
    kinds = [f"{counts[name]} {name}" for name in FAILING["any"] if counts[name]]
    return f"{' and '.join(kinds)} {_plural(counts)}"


def _known(data: Mapping[str, Any]) -> Iterator[str]:
    """Say what is no news: differences that a baseline accepts, and those that the wire is known for."""
    accepted = data["differences"]["known"]
    of_wire = sum(
        finding["known_of_the_wire"] and not finding["known"]
        for result in data["results"]
        for finding in result["findings"]
    )
    if accepted:
        yield f"{accepted} difference{' is' if accepted == 1 else 's are'} known and accepted"
    if of_wire:
        yield f"{of_wire} difference{' is' if of_wire == 1 else 's are'} known of the wire"


def _gaps(data: Mapping[str, Any]) -> Iterator[str]:
    """Say what was not judged though it lies within the scope of the run, and which scope that is."""
    names = [gap["name"] for gap in data["unjudged"]]
    if names:
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        yield f"not judged, or not whole: {', '.join(names[:_MOST_NAMED])}{more}"
    if data["verdict"] in ("holds", "incomplete") and SEEN_BY[data["scope"]]:
        yield SEEN_BY[data["scope"]]


def _is_known(result: Mapping[str, Any]) -> bool:
    return any(finding["known"] or finding["known_of_the_wire"] for finding in result["findings"])


def what_to_do(data: Mapping[str, Any]) -> str:
    """Say what a reader can do now; empty when there is nothing to do."""
    if data["verdict"] == "findings":
        first = "".join(f"{cause[:1].upper()}{cause[1:]}. " for cause in data.get("causes", ()))
        return first + (
            "Look at the findings below: each kind has the request that shows it. Then mend the target, tell whoever"
            " runs it, or accept a difference: fakie baseline REPORT.json --reason TEXT --out known.json."
        )
    if data["verdict"] == "could_not_run":
        return "See to what the reason names, and run it again."
    if data["verdict"] == "incomplete":
        return "See below what was not tested, and why; --scope says how far a run is to go."
    return "Run it again, to its end." if data["verdict"] == "interrupted" else ""


def _besides(data: Mapping[str, Any]) -> Iterator[str]:
    """Say what qualifies a verdict: entries that are out of date, what was left out or cut off."""
    selection = data["selection"]
    for status in ("disappeared", "expired"):
        count = sum(entry["status"] == status for entry in data["baseline"])
        if count:
            yield f"{count} known difference{' has' if count == 1 else 's have'} {status}: see to the baseline."
    left_out = selection["by_words"] + len(selection["by_cheapest"])
    if left_out:
        yield f"{left_out} more cases were left out of this run."
    outside = sum(result["outside"] for result in data["results"])
    if outside:
        yield f"{outside} cases lie outside its scope, {data['scope']}."
    if data["interrupted"]:
        yield f"The run was stopped before its end: {data['interrupted']}."


def _differing(data: Mapping[str, Any]) -> int:
    """Count the cases with a difference that fails, not one that is known."""
    return sum(
        any(finding["severity"] != INFO and not finding["known"] for finding in result["findings"])
        for result in data["results"]
    )


def _all_tried(data: Mapping[str, Any]) -> str:
    """Say of a run whose cases all came to a result what that is worth."""
    if not data["results"]:
        return "Nothing: no case was tried."
    whole = not data["interrupted"] and not data["selection"]["by_words"] and not data["selection"]["by_cheapest"]
    return "Every case of the chosen models came to a result." if whole else "Every case of this run came to a result."


def _paid_first(bill: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return sorted(bill.get("creates") or (), key=lambda create: create["state"] == "refused")


def bill_line(bill: Mapping[str, Any]) -> str:
    """Say in one line what a run cost."""
    before, after = bill.get("credits_before"), bill.get("credits_after")
    states = Counter(_STATES.get(create["state"], create["state"]) for create in bill.get("creates") or ())
    creates = ", ".join(f"{count} {state}" for state, count in states.items()) or "none"
    told = f"creates: {creates}; at worst {_amount(bill.get('worst'))} credits"
    if bill.get("earlier"):
        told += f", {bill['earlier']} of these creates by an earlier run that had no end"
    cap = f" of {_amount(bill['cap'])} allowed" if bill.get("cap") is not None else ""
    fact = f"; the balance went from {_amount(before)} to {_amount(after)}" if None not in (before, after) else ""
    return told + cap + fact


def _grouped(data: Mapping[str, Any], *, known: bool) -> list[FindingGroup]:
    findings = (finding for result in data["results"] for finding in result["findings"])
    return grouped(finding for finding in findings if bool(finding["known"]) is known)


def untested(results: Iterable[Mapping[str, Any]]) -> list[tuple[str, str, list[str]]]:
    """Return what came to no result: ending, reason, and the cases, the most frequent first."""
    reasons: dict[tuple[str, str], list[str]] = defaultdict(list)
    for result in results:
        if result["ending"] in ("not_provokable", "not_run"):
            reasons[result["ending"].replace("_", " "), result["reason"]].append(result["case"])
    rows = [(ending, reason, cases) for (ending, reason), cases in reasons.items()]
    return sorted(rows, key=lambda row: -len(row[2]))


def _never(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    others = len(set(data["revisions"]) - set(data["selection"]["models"]))
    if others:
        subjects = f"{others} of {len(data['revisions'])} models and endpoints"
        yield subjects, "they were not chosen; --model '*' judges all"
    asked = {line["endpoint"] for line in data["fields"]["answers"]}
    missing = [endpoint for endpoint in _ENDPOINTS if endpoint not in asked]
    if missing:
        yield ", ".join(missing), "no case asked them in this run"
    selection = data["selection"]
    if selection["by_words"]:
        yield f"{selection['by_words']} cases", f"left out by {selection['words']}"
    if selection["by_cheapest"]:
        names = ", ".join(selection["by_cheapest"][:3])
        yield f"{len(selection['by_cheapest'])} cases that the cheapest set does without", f"--cases all: {names} …"
    yield from _NEVER


def _by(lines: Iterable[Mapping[str, Any]], name: str) -> dict[str, list[Mapping[str, Any]]]:
    sorted_out: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for line in lines:
        sorted_out[line[name]].append(line)
    return sorted_out


def _plural(counts: Mapping[str, int]) -> str:
    return "difference" if sum(counts[name] for name in FAILING["any"]) == 1 else "differences"


def _amount(amount: Any) -> str:
    return "unknown" if amount is None else str(amount)


def _short(text: str, limit: int = _SHOWN) -> str:
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters; the JSON report has all)"
