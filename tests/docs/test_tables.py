"""Tables that pages have by hand, held to what they are about: extras, and addresses that clients are given."""

import re
import tomllib

from fakie.commands.exec import VARIABLES
from support.docs.blocks import ROOT, blocks, pages
from support.some import some

EXTRAS = set(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"])
INSTALL = re.compile(r"pip install (?:-\S+ )*[\"']?fakie[^\n`]*")


def rows(page: str, header: str) -> list[list[str]]:
    """Return the cells of the table below a header, without the marks of code where a cell is nothing else."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8").partition(header)[2]
    lines = text.partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_table_of_extras_is_the_projects() -> None:
    """One place names them all, each once."""
    named = [row[0].strip("`") for row in some(rows("install.md", "| extra | what needs it |"))]
    assert (sorted(named), len(set(named))) == (sorted(EXTRAS), len(named))


def test_an_extra_that_a_page_or_a_message_names_is_there() -> None:
    """Those that programs say when something is missing, too."""
    sources = [file for root in ("mock_server", "schemas", "contract_tests") for file in (ROOT / root).rglob("*.py")]
    named = [
        (file.name, extra)
        for file in [*pages(), *sources]
        for extras in re.findall(r"(?:fakie|'\.)\[([a-z,]+)\]", file.read_text(encoding="utf-8"))
        for extra in extras.split(",")
    ]
    assert [one for one in some(named) if one[1] not in EXTRAS] == []


def test_no_block_asks_an_index_for_fakie() -> None:
    """None has it: a job that is copied as it stands says where it is, from a variable that it sets."""
    asking = [block for block in blocks() if INSTALL.search(block.text) and block.page != "docs/install.md"]
    for block in some(asking):
        assert all(' @ $FAKIE"' in line for line in INSTALL.findall(block.text)), block.place
        assert "FAKIE: ${{ vars.FAKIE }}" in block.text, block.place


def test_the_table_of_addresses_is_what_exec_sets() -> None:
    """Each variable once, in the row of what it is set to."""
    stated = {
        variable: row[3].strip("`").removeprefix("NAME=")
        for row in some(rows("clients.md", "| your client's default |"))
        for variable in re.findall(r"`(KIE\w+)`", row[2])
    }
    assert stated == VARIABLES
