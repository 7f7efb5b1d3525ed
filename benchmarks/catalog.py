"""What a large catalog costs: loading, memory, the first request, the start of `fakie serve`; 1 to 1,000 models."""

import json
import subprocess
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

import fakie_schemas
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.schema.values import working_value

SIZES = (1, 100, 1000)
# One of the larger contracts, so that the copies are no easier than real ones.
SOURCE = fakie_schemas.data_folder("revisions") / "wan" / "2-7-image"
REPEATS = 5


def fill(folder: Path, count: int) -> None:
    """Write `count` models, each a copy of the source under a name of its own."""
    facts = fakie_schemas.read_json(SOURCE / "2026-04.revision.json")
    schema = (SOURCE / "2026-04.request.schema.json").read_text(encoding="utf-8")
    for number in range(count):
        name = f"family-{number % 20}/model-{number:04}"
        place = folder / name
        place.mkdir(parents=True)
        (place / "2026-04.revision.json").write_text(json.dumps({**facts, "model": name}), encoding="utf-8")
        (place / "2026-04.request.schema.json").write_text(schema.replace("wan/2-7-image", name), encoding="utf-8")


def load(folder: Path) -> tuple[float, float, float]:
    """Return the seconds to load the catalog (best of some), its memory in kB, and the seconds of one judgement."""
    seconds = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        catalog = Catalog(folder)
        seconds.append(time.perf_counter() - started)
    tracemalloc.start()
    catalog = Catalog(folder)
    memory = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    started = time.perf_counter()
    revision = catalog.served(catalog.models[0])
    assert revision is not None
    assert revision.violation(working_value(revision.request_schema)) is None
    return min(seconds), memory / 1024, time.perf_counter() - started


def start(*arguments: str) -> float:
    """Return the seconds from the start of `fakie serve` to its ready line (best of some)."""
    seconds = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        command = [sys.executable, "-m", "fakie", "serve", "--port", "0", *arguments]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            assert process.stdout
            assert b"ready" in process.stdout.readline()
            seconds.append(time.perf_counter() - started)
            process.kill()
    return min(seconds)


def main() -> None:
    """Print one line for each size."""
    print(f"serve, shipped models alone: ready after {start():.2f} s")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as name:
            fill(Path(name), size)
            seconds, memory, judged = load(Path(name))
            ready = start("--schemas", name)
        print(
            f"{size:5} models: loaded in {seconds * 1000:.1f} ms, {memory:.0f} kB; "
            f"first request judged in {judged * 1000:.1f} ms; serve --schemas ready after {ready:.2f} s"
        )


if __name__ == "__main__":
    main()
