"""Chance that can be repeated: what is drawn depends on its names alone, never on the order of requests or a clock."""

import math
from hashlib import blake2b

from msgspec import Struct

_BYTES = 8
# Of a normal distribution nine tenths lie below so many standard deviations: `NormalDist().inv_cdf(0.9)`.
_P90 = 1.2815515655446008


def draw(*names: object) -> float:
    """Return a number from 0 up to, but without, 1; the same for the same names, in every process."""
    text = "\x00".join(map(str, names)).encode("utf-8", "surrogatepass")
    # The highest bits alone: a float cannot tell the last of 64 from 1.
    return (int.from_bytes(blake2b(text, digest_size=_BYTES).digest()) >> 11) / 2**53


class Spread(Struct, frozen=True):
    """Seconds that go by chance, from `low` to `high`: evenly, or as latencies do, around a median.

    A tenth of those lies beyond `p90`, few of them far beyond.
    """

    low: float
    high: float
    median: float | None = None
    p90: float = 0.0

    @classmethod
    def around(cls, median: float, p90: float, high: float = math.inf) -> "Spread":
        """Return the seconds of which half lie below the median and a tenth above `p90`, none above `high`."""
        return cls(0.0, high, median, p90)

    def seconds(self, drawn: float) -> float:
        """Return the seconds that a number between 0 and 1 stands for."""
        if self.median is None:
            return self.low + (self.high - self.low) * drawn
        if drawn <= 0:
            return 0.0
        from statistics import NormalDist

        deviation = math.log(self.p90 / self.median) / _P90
        return min(self.high, self.median * math.exp(deviation * NormalDist().inv_cdf(drawn)))

    def __str__(self) -> str:
        """Return it as a timeline shows it."""
        if self.median is not None:
            return f"{self.median:g} s, a tenth over {self.p90:g} s"
        return f"{self.low:g} s" if self.low == self.high else f"{self.low:g} to {self.high:g} s"
