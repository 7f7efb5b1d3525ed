"""Faults that show later or beside: of old tasks, of empty accounts, in a second window, of uploads."""

from collections import Counter
from typing import Any

from msgspec.structs import replace

from fakie.core.http.messages import Request, Response
from fakie.core.service import Service
from support.mutants.edits import CREATE, CREDIT, RECORD, Change, Handle, account_of, decoded, on_answer, put
from support.servers.broken import Door, Mutant

_VEO_RECORD, _SUNO_RECORD = "/api/v1/veo/record-info", "/api/v1/generate/record-info"
_BASE64, _STREAM = "file-base64-upload", "file-stream-upload"
_TOO_MANY = b'{"code":429,"msg":"too often","data":null}'
_POOR = b'{"code":402,"msg":"Credits insufficient","data":null}'
_DAY = 24 * 3600
_AGE = 14 * _DAY
_UNKNOWN, _NO_FILE = (
    Response(200, (), b'{"code":422,"msg":"recordInfo is null","data":null}'),
    Response(404, (), b""),
)


def _whole(body: dict[str, Any]) -> None:
    body["data"] = float(int(body["data"]))


def _for_the_rich(path: str) -> Handle:
    """Refuse whoever has no credits a question, which costs none."""

    def handle(door: Door, request: Request, service: Service) -> Response:
        response, account = door(request), account_of(request, service)
        is_refused = request.path == path and account is not None and account.credits == 0
        return replace(response, body=_POOR) if is_refused else response

    return handle


def _bucket(most: int) -> Handle:
    """Let through a little more than is allowed at once, and never again as much."""
    made: Counter[str] = Counter()

    def handle(door: Door, request: Request, _: Service) -> Response:
        response, key = door(request), request.headers.get("authorization", "")
        made[key] += request.path == CREATE and decoded(response).get("code") == 200
        return replace(response, body=_TOO_MANY) if request.path == CREATE and made[key] > most else response

    return handle


def _young(door: Door, request: Request, service: Service) -> Response:
    """Show a task however old it is."""
    task, account = service.state.store.task(request.argument("taskId") or ""), account_of(request, service)
    if request.path != _VEO_RECORD or task is None or account is None:
        return door(request)
    made, now = task.created_at, account.clock.now()
    task.created_at = max(made, now - _AGE + 1)
    try:
        return door(request)
    finally:
        task.created_at = made


def _picky(door: Door, request: Request, _: Service) -> Response:
    """Refuse whoever does not say what it takes."""
    response = door(request)
    is_refused = request.path.startswith("/api/") and "accept" not in request.headers
    return replace(response, body=b'{"code":422,"msg":"no Accept","data":null}') if is_refused else response


def beside(name: str, value: object) -> Mutant:
    """Let the records of a song tell otherwise than its callbacks."""

    def change(body: dict[str, Any]) -> None:
        response = (body.get("data") or {}).get("response") or {}
        for track in response.get("sunoData", ()):
            track[name] = value

    handle = on_answer(_SUNO_RECORD, change)
    return Mutant(f"suno: another {name} than in the callback", "callback::success", "suno/generate", handle)


def _balance(name: str, change: Change) -> Mutant:
    return Mutant(name, "api::credit::shown", handle=on_answer(CREDIT, change, 200))


def _gone(path: str, seconds: float, answer: Response) -> Handle:
    """Forget a task, or its file, so many seconds after it was made."""

    def handle(door: Door, request: Request, service: Service) -> Response:
        response = door(request)
        named = request.argument("taskId") or request.path.rpartition("/")[2].partition(".")[0]
        task = service.state.store.task(named) if request.path.startswith(path) else None
        account = service.state.store.account(task.account) if task else None
        is_over = task and account and account.clock.now() - task.created_at > seconds
        return replace(response, status=answer.status, body=answer.body) if is_over else response

    return handle


def lacking(path: str, absent: Response) -> Handle:
    """Answer all paths that begin so as those that there are not."""
    return lambda door, request, _: absent if request.path.startswith(path) else door(request)


def _uploaded(name: str, change: Change, code: int = 200, at: str = _BASE64) -> Mutant:
    return Mutant(name, at, handle=on_answer(f"/api/{at}", change, code))


def _named(**values: Any) -> Change:
    return lambda body: body["data"].update(values)


def _wrong_file(door: Door, request: Request, _: Service) -> Response:
    """Give less of an uploaded file than was sent."""
    response = door(request)
    is_upload = request.method == "GET" and "a-grey-dot.png" in request.path
    return replace(response, body=response.body[:-1]) if is_upload else response


# Each with the rule that is broken.
ELSEWHERE = (
    (_balance("a balance without its fraction", _whole), "account.balance"),
    (Mutant("no balance without credits", "code-402::by-nature", handle=_for_the_rich(CREDIT)), "answer.refused"),
    (Mutant("no record without credits", "code-402::by-nature", handle=_for_the_rich(RECORD)), "answer.code"),
    (Mutant("one window for ever", "code-429::by-nature", handle=_bucket(22)), "account.create_limit"),
    (Mutant("an Accept is needed", "credit::as-clients-send", handle=_picky), "answer.refused"),
    (Mutant("veo: shows what is too old", "record::old", "veo/record-info", _young), "answer.not_refused"),
    (Mutant("a record of a month", "life::kept", handle=_gone(RECORD, 30 * _DAY, _UNKNOWN)), "answer.refused"),
    (Mutant("a file of 20 hours", "life::kept", handle=_gone("/results/", _DAY * 20 / 24, _NO_FILE)), "result.file"),
    (_uploaded("an upload of another size", _named(fileSize=1)), "answer.uploaded"),
    (_uploaded("an upload under another name", _named(fileName="a.png"), at=_STREAM), "answer.uploaded"),
    (_uploaded("an upload without its link", _named(downloadUrl=None)), "shape.type"),
    (_uploaded("an upload refused by success", put(success=True), 400), "answer.success_flag"),
    (_uploaded("an upload refused by 422", put(code=422), 400), "answer.code"),
    (_uploaded("an upload without a key", put(code=200), 401), "answer.not_refused"),
    (Mutant("an upload that breaks off", _BASE64, handle=_wrong_file), "answer.uploaded_file"),
    (beside("title", "Another"), "callback.agrees"),
    (beside("modelName", "another"), "callback.agrees"),
    (beside("duration", 7.25), "callback.agrees"),
)
