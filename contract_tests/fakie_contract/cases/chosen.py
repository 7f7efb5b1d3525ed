"""The cases that a run was asked for."""

from collections.abc import Iterator

from msgspec import Struct

from fakie_contract.cases.case import Case
from fakie_contract.cases.combined import Worst
from fakie_contract.cases.every import cheapest_cases, every_case
from fakie_contract.cases.generated import generated_cases
from fakie_contract.cases.replay import replay_case
from fakie_contract.subjects import endpoint_of, page_of
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.profile import Profile


class Choice(Struct, frozen=True):
    """The cases to try: one by its `replay` id, or a model's, with `generate` random bodies of each by a `seed`."""

    catalog: Catalog
    profile: Profile
    models: tuple[str, ...]
    replay: str = ""
    generate: int = 0
    seed: int = 0

    def cases(self, *, cheapest: bool, worst: Worst | None = None) -> Iterator[Case]:
        """Return the cases of a run, in every process the same; `worst` tells what a create may cost."""
        if self.replay:
            yield replay_case(self.catalog, self.profile, self.replay)
            return
        if cheapest:
            yield from cheapest_cases(self.catalog, self.profile, self.models, worst)
        else:
            yield from every_case(self.catalog, self.profile, self.models)
        for model in self.models if self.generate else ():
            revision = page_of(self.catalog, model)
            # A query cannot carry what is generated of other types than text.
            if revision is not None and endpoint_of(revision).method != "GET":
                yield from generated_cases(revision, self.profile, self.generate, self.seed, self.catalog.docs)
