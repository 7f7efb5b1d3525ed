"""The receiver suite: whether a webhook receiver is ready for every callback that may come, and deaf to forgeries."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from math import inf
from time import monotonic

from msgspec.structs import replace

from fakie.harness.fake import Fake
from fakie.harness.probed_values import is_amount_moved
from fakie.harness.receiver import OutOfTime, Receiver, within
from fakie.harness.receiver_cases import Case, cases_of
from fakie.harness.receiver_probe import PatientProbe, WatchedProbe
from fakie.harness.receiver_story import Story
from fakie.harness.receiver_verdicts import BY_PROBE, found
from fakie_schemas.rules.difference import Difference

# A state that has been given as many values, each another one, shows work, as an amount does; of states there are few.
_WORKS = 4


def check_receiver(
    receiver: Receiver, fake: Fake, seconds: float = inf, endpoints: Sequence[str] = ()
) -> list[Difference]:
    """Send a receiver every case, one after the other, and return the findings.

    The callbacks are those of models, or else of some `endpoints` of families. After `seconds` no other callback is
    sent; a finding names the cases that were left.
    """
    watched = WatchedProbe(receiver.probe) if receiver.probe else None
    limited = replace(receiver, post=within(monotonic() + seconds, receiver.post), probe=watched)
    try:
        judge = _Judge(limited, fake, endpoints)
        findings = list(judge.all_cases())
        return findings + list(_of_probe(watched, findings))
    finally:
        receiver.close()


class _Judge:
    """One run: every case, and those whose findings rest on the probe once more."""

    def __init__(self, receiver: Receiver, fake: Fake, endpoints: Sequence[str]) -> None:
        """Begin with two callbacks, from which it is known how work shows, and whether it goes on after the answer."""
        self._probe = PatientProbe(receiver.probe, receiver.post) if receiver.probe else None
        if self._probe:
            receiver = replace(receiver, probe=self._probe, post=self._probe.post)
        self._stories = [Story(receiver, fake, one) for one in endpoints or (None,)]
        if self._probe:
            with suppress(OutOfTime):
                self._probe.begin(self._deliver)

    def all_cases(self) -> Iterator[Difference]:
        """Yield the findings of all cases for which there is time, and of the probe."""
        yield from self._in_time()
        if self._probe and not self._probe.rests:
            got = f"other values while nothing was sent, {self._probe()!r:.80} at last"
            yield found("receiver.restless", "probe", got)

    def _in_time(self) -> Iterator[Difference]:
        cases = [*(one for story in self._stories for one in cases_of(story)), ("to the end", self._to_the_end)]
        for number, (_, case) in enumerate(cases):
            try:
                yield from self._tried(case)
            except OutOfTime:
                left = ", ".join(name for name, _ in cases[number:])
                yield found("receiver.untried", left, f"not tried for want of time: {left}")
                return

    def _tried(self, case: Case) -> Iterator[Difference]:
        """Try a case, and again what only the probe has shown: late work of another callback shows in it too.

        What a probe shows that changes by itself accuses nobody.
        """
        in_doubt = []
        for one in case():
            if one.situation == BY_PROBE:
                in_doubt.append(one)
            else:
                yield one
        if in_doubt and self._probe and self._probe.rests:
            with self._probe.in_doubt(self._deliver):
                again = {(one.rule, one.case) for one in case()}
            yield from (one for one in in_doubt if (one.rule, one.case) in again and self._probe.rests)

    def _deliver(self, outcome: str = "success") -> bool:
        """Send a plain callback of an end; tells whether it was taken."""
        return self._stories[0].receiver.post(self._stories[0].end(outcome)).taken

    def _to_the_end(self) -> Iterator[Difference]:
        """Judge that plain callbacks are still worked on, of a receiver that has worked on some of those before.

        Whoever works on several at a time is sent twice as many as it has ever let pass in between.
        """
        probe = self._probe
        if probe is None or not probe.moves:
            return
        before = probe()
        if not (is_amount_moved(probe.first, before) or probe.counts or probe.moves >= _WORKS):
            return
        # Few receivers need more than one.
        for count in (1, 2 * probe.most_idle):
            for outcome in ("success", "fail"):
                if not all(self._deliver(outcome) for _ in range(count)) or probe() != before:
                    return
        got = f"a 2xx for each of {2 * count}, and no work: the probe gave {before!r:.80} all along"
        yield found("receiver.stopped", "to the end", got, situation=BY_PROBE)


def _of_probe(probe: WatchedProbe | None, findings: Sequence[Difference]) -> Iterator[Difference]:
    """Tell that a probe has shown nothing, unless nothing was there to be shown: no callback was taken, or not all."""
    if probe and not probe.moved and not any(one.rule in ("receiver.takes", "receiver.untried") for one in findings):
        yield found("receiver.unmoved", "probe", f"{probe()!r:.80} all along")
