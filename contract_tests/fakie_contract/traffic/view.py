"""A recorded exchange, looked at: its address in parts, its bodies as JSON."""

from functools import cached_property
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlsplit

from fakie_contract.http.json_values import NOT_JSON, TOO_DEEP, as_json
from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.recordings.multipart import form_fields

__all__ = ["NOT_JSON", "TOO_DEEP", "View"]


class View:
    """One exchange with what is read out of it when first asked."""

    def __init__(self, exchange: RecordedExchange) -> None:
        self.exchange = exchange

    @cached_property
    def _parts(self) -> SplitResult:
        try:
            return urlsplit(self.exchange.url)
        except ValueError:
            return SplitResult("", "", "", "", "")

    @property
    def scheme(self) -> str:
        """The URL's scheme, in lower case."""
        return self._parts.scheme

    @property
    def host(self) -> str:
        """The host without its port, in lower case; empty when there is none."""
        try:
            return self._parts.hostname or ""
        except ValueError:
            return ""

    @cached_property
    def path(self) -> str:
        """The path, without a slash at its end."""
        return self._parts.path.rstrip("/") or "/"

    @cached_property
    def query(self) -> dict[str, str]:
        """The query's parameters; of one that stands twice the last."""
        return dict(parse_qsl(self._parts.query, keep_blank_values=True))

    @cached_property
    def sent(self) -> Any:
        """The request's body as JSON data or as a form's fields, NOT_JSON, TOO_DEEP, or None when there is none."""
        fields = form_fields(self.exchange.request_body, self.exchange.request_headers.get("content-type", ""))
        return as_json(self.exchange.request_body) if fields is None else fields

    @cached_property
    def answer(self) -> Any:
        """The answer's body as JSON data, NOT_JSON, TOO_DEEP, or None when there is none."""
        return as_json(self.exchange.response_body)

    @property
    def code(self) -> Any:
        """The `code` of the answer's body; None when there is none. One that is written as 200.0 is read as 200."""
        code = self.answer.get("code") if isinstance(self.answer, dict) else None
        return int(code) if isinstance(code, float) and code.is_integer() else code

    @property
    def data(self) -> Any:
        """The `data` of the answer's body; None when there is none."""
        return self.answer.get("data") if isinstance(self.answer, dict) else None
