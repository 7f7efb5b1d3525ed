"""Inputs that lead to files of the fake itself: judged by what their page allows, where that is wanted."""

from collections.abc import Mapping
from typing import Any

from fakie.core.files.kinds import same_kind
from fakie.core.files.shelf import Shelf
from fakie.core.ports import Media
from fakie.core.situations import Refused
from fakie_schemas.catalog.file_limits import FileLimits
from fakie_schemas.catalog.revision import Revision


class InputFiles:
    """Looks at the files that requests name; those elsewhere cannot be judged and pass."""

    def __init__(self, shelf: Shelf, *, judges: bool) -> None:
        self._shelf = shelf
        self._judges = judges

    def check(self, revision: Revision, body: Mapping[str, Any]) -> None:
        """Raise Refused for a file that is gone, or that the page does not allow."""
        for limits in revision.file_limits if self._judges else ():
            for field, url in limits.urls(body):
                media = self._file(field, url)
                if media:
                    _check(field, media, limits)

    def _file(self, field: str, url: str) -> Media | None:
        try:
            return self._shelf.content_of(url)
        except Refused as gone:
            raise Refused("media_unreachable", field=field, reason=gone.facts["reason"]) from None


def _check(field: str, media: Media, limits: FileLimits) -> None:
    if limits.media_types and not any(same_kind(media.content_type, allowed) for allowed in limits.media_types):
        raise Refused("media_type_wrong", field=field, rule=", ".join(limits.media_types), got=media.content_type)
    size = len(media.content)
    if limits.most_bytes is not None and size > limits.most_bytes:
        raise Refused("media_too_large", field=field, rule=f"{limits.most_bytes} bytes", got=f"{size} bytes")
