"""`python -m fakie_reference`: write every page that is made from code; with a SITE, that site's `llms-full.txt`."""

import sys
from pathlib import Path

from fakie_reference.llms import llms_full_txt
from fakie_reference.pages import DOCS, MADE

if __name__ == "__main__":
    if sys.argv[1:]:
        (Path(sys.argv[1]) / "llms-full.txt").write_text(llms_full_txt(), encoding="utf-8")
    else:
        for name, made in MADE.items():
            (DOCS / name).parent.mkdir(parents=True, exist_ok=True)
            (DOCS / name).write_text(made(), encoding="utf-8")
