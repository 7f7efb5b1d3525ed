"""The page of the callbacks: headers, signature, times, shapes, quirks."""

from fakie.core.running.callbacks import signature, signed_headers
from fakie.core.tasks.quirks import QUIRKS, delays
from fakie_reference.tables import code, codes, page, table
from fakie_schemas.catalog.callback_shapes import callback_shapes, served_shape
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.families.family import endpoints

_TASK, _MOMENT, _KEY = "34ffda52e35373c6b1fff9d59830f3a9", 1_767_225_600, "my-webhook-key"
_SAID = {"X-Webhook-Timestamp": "Unix seconds", "X-Webhook-Signature": "see below", "Content-Type": ""}


def callbacks_page() -> str:
    """Return what a receiver meets: the headers, how they are signed, when it comes again, in which shapes."""
    about = "What a webhook receiver meets, `callBackUrl` in a request being its address ([in tests](../callbacks.md))."
    return page("Callbacks on the wire", about, _headers(), _signature(), _times(), _shapes(), _quirks())


def _headers() -> str:
    signed = dict(signed_headers(_TASK, _MOMENT, _KEY))
    unsigned = dict(signed_headers(_TASK, _MOMENT, None))
    rows = (
        (code(name), value if name in unsigned else _SAID[name], "always" if name in unsigned else "with a webhook key")
        for name, value in signed.items()
    )
    return "## Headers\n\n" + table(("header", "value", "when"), rows)


def _signature() -> str:
    lines = (
        "## Signature\n",
        '`base64(HMAC-SHA256(webhook key, taskId + "." + timestamp))`, the timestamp as its header has it; compare',
        "with `hmac.compare_digest`, and refuse a timestamp that is minutes old. To try a receiver by:\n",
        table(
            ("what", "value"),
            (
                ("webhook key", code(_KEY)),
                ("taskId", code(_TASK)),
                ("X-Webhook-Timestamp", code(_MOMENT)),
                ("X-Webhook-Signature", code(signature(_TASK, _MOMENT, _KEY))),
            ),
        ),
    )
    return "\n".join(lines)


def _times() -> str:
    facts = Profile.load("documented").data["facts"]
    names = ("callback_timeout", "callback_gaps", "callback_late")
    meaning = {
        "callback_timeout": "seconds a receiver may take; any HTTP status of 200 to 299 takes the callback",
        "callback_gaps": "seconds before the first, second, … retry",
        "callback_late": "seconds that one with the quirk `late` is late",
    }
    rows = ((meaning[name], code(facts[name]["value"]), facts[name]["mark"], facts[name]["source"]) for name in names)
    own = (
        (f"seconds a receiver may take of {code(name)}", code(one.job.callback_timeout), "doc", "its callback page")
        for name, one in endpoints().items()
        if one.job and one.job.callback_timeout
    )
    return "## Times\n\n" + table(("what", "value", "evidence", "source"), (*rows, *own))


def _shapes() -> str:
    rows = (
        (f"**{date}**" if shape == served_shape() else date, codes(shape.success), codes(shape.fail))
        for date, shape in callback_shapes().items()
    )
    about = "The keys of `data`, by the day of the page; `--wire` chooses ([profiles](../profiles.md)).\n\n"
    return "## Shapes\n\n" + about + table(("page of", "success", "fail"), rows)


def _quirks() -> str:
    late = Profile.load("documented").facts.callback_late
    rows = (
        (code(name), ", ".join(f"{delay:g} s" for delay in delays(name, late)) or "with another's")
        for name in QUIRKS
        if name
    )
    return "## Quirks\n\nWhen the callback goes out after the task's end.\n\n" + table(("quirk", "after"), rows)
