"""Ends fakie_fixtures: the tiny files that finished tasks result in."""

from fakie.core.ports import Media
from fakie_fixtures import media_file


class TinyMedia:
    """A `MediaLibrary` of the files that come with fakie."""

    def __init__(self) -> None:
        self._audio = Media(media_file("silence.mp3"), "audio/mpeg", ".mp3")

    def media_for(self, model: str) -> Media:  # noqa: ARG002 - every model so far makes audio
        """Give half a second of silence, an MP3 as the audio models make them."""
        return self._audio
