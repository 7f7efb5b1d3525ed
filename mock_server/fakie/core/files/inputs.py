"""Inputs that lead to files of the fake itself: judged by what their page allows, where that is wanted."""

from collections.abc import Mapping
from typing import Any

from fakie.core.files.fetching import Fetching
from fakie.core.files.kinds import same_kind
from fakie.core.files.shelf import FileShelf
from fakie.core.ports import Media
from fakie.core.situations import Refused
from fakie_schemas.catalog.file_limits import FileLimits
from fakie_schemas.catalog.revision import Revision


class InputFiles:
    """Looks at the files that requests name; those elsewhere cannot be judged, and are probed at most."""

    def __init__(self, shelf: FileShelf, *, judges: bool, probe: Fetching | None = None) -> None:
        self._shelf = shelf
        self._judges = judges
        self._probe = probe

    def check(self, revision: Revision, body: Mapping[str, Any], callback: str) -> None:
        """Raise Refused for a file that is gone, or that the page does not allow, or that cannot be reached.

        What stands in the field `callback` is the URL of no file.
        """
        elsewhere: dict[str, str] = {}
        for limits in revision.file_limits if self._judges or self._probe else ():
            for field, url in limits.urls(body) if limits.path != (callback,) else ():
                if self._shelf.own(url) is None:
                    elsewhere.setdefault(url, field)
                elif self._judges and (media := self._file(field, url)):
                    _check(field, media, limits)
        # Each once, though a field and its items may both have limits.
        for url, field in elsewhere.items():
            self._reach(field, url)

    def _reach(self, field: str, url: str) -> None:
        reason = self._probe.unreachable(url) if self._probe else None
        if reason:
            raise Refused("media_unreachable", field=field, reason=reason)

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
