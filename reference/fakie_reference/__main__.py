"""`python -m fakie_reference`: write every file that is made from code; with a SITE, that site's `llms-full.txt`."""

import sys
from pathlib import Path

from fakie_reference.llms import llms_full_txt
from fakie_reference.pages import MADE, ROOT

if __name__ == "__main__":
    if sys.argv[1:]:
        (Path(sys.argv[1]) / "llms-full.txt").write_text(llms_full_txt(), encoding="utf-8")
    else:
        for name, made in MADE.items():
            (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / name).write_text(made(), encoding="utf-8")
