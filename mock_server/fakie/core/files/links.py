"""download-url: a link that ends soon, for a file that the API has."""

from fakie.core.accounts import Account
from fakie.core.exchange import Exchange
from fakie.core.files.shelf import FileShelf
from fakie.core.situations import Outcome, Refused
from fakie_schemas.schema.values import as_json

_WORKS = '"https://tempfile.aiquickdraw.com/path/to/image.jpg"'


class Links:
    """Makes links; a URL of no file here raises Refused."""

    def __init__(self, shelf: FileShelf) -> None:
        self._shelf = shelf

    def make(self, exchange: Exchange, account: Account) -> Outcome:
        """Answer a request for a link."""
        body = exchange.payload()
        if "url" not in body:
            raise Refused("field_missing", field="url", works=_WORKS)
        if not isinstance(body["url"], str):
            raise Refused("wrong_type", field="url", rule="string", got=as_json(body["url"])[:200], works=_WORKS)
        return Outcome("download_url_made", self._shelf.link(body["url"], account))
