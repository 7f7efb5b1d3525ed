"""The site of the docs: built as `make docs` builds it, every page reached, every link leading somewhere."""

import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from fakie_reference.llms import llms_full_txt, llms_txt, navigation
from fakie_reference.pages import MADE
from support.docs.blocks import DOCS, ROOT
from support.some import some


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    """Build the site of the docs in a folder that has them and their settings."""
    command = [str(Path(sys.executable).parent / "zensical"), "build", "--strict"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def copy(folder: Path) -> None:
    shutil.copytree(DOCS, folder / "docs")
    shutil.copy(ROOT / "mkdocs.yml", folder)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    folder = tmp_path_factory.mktemp("site")
    copy(folder)
    done = build(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "build" / "site"


@pytest.mark.parametrize("name", MADE)
def test_a_file_that_is_made_is_what_the_code_makes(name: str) -> None:
    """`make reference` writes them again."""
    assert (ROOT / name).read_text(encoding="utf-8") == MADE[name](), "call `make reference`"


def test_each_page_stands_once_in_the_navigation() -> None:
    """None is an orphan, and none is there twice."""
    pages = [page for _, page in navigation()]
    assert sorted(pages) == sorted(str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md"))


def test_every_page_and_what_programs_read_is_in_the_site(site: Path) -> None:
    """A page of HTML for each page, llms.txt and the pages themselves' pictures as they are."""
    for _, page in navigation():
        assert (site / _address(page)).is_file(), page
    assert (site / "llms.txt").read_text(encoding="utf-8") == llms_txt()
    for file in DOCS.rglob("*.*"):
        assert file.suffix == ".md" or (site / file.relative_to(DOCS)).is_file(), file


def test_every_link_of_the_site_leads_to_a_page_and_a_place_on_it(site: Path) -> None:
    """Read from the HTML, so that what the builder did not look at is looked at; nothing is loaded from elsewhere."""
    found = {file: Read(file) for file in some(site.rglob("*.html"))}
    dead: list[str] = []
    for file, page in found.items():
        assert page.loads_from_elsewhere == [], file
        for link in page.links:
            path, _, anchor = link.partition("#")
            target = _file(site, file, unquote(path))
            if not target.is_file() or (anchor and target in found and unquote(anchor) not in found[target].anchors):
                dead.append(f"{file.relative_to(site)}: {link}")
    assert dead == []


def test_a_link_that_leads_nowhere_ends_the_build(tmp_path: Path) -> None:
    """A page that is not there, and a place that its page does not have."""
    for link in ("no-such-page.md", "words.md#no-such-place"):
        shutil.rmtree(tmp_path / "docs", ignore_errors=True)
        copy(tmp_path)
        with (tmp_path / "docs" / "ui.md").open("a", encoding="utf-8") as page:
            page.write(f"\n[a link]({link})\n")
        assert build(tmp_path).returncode != 0, link


def test_llms_txt_lists_every_page_and_the_full_text_has_them_all() -> None:
    """A line for each page of a section, with a title and a sentence."""
    lines = [line for line in llms_txt().splitlines() if line.startswith("- [")]
    assert len(lines) == len([page for section, page in navigation() if section])
    assert all(len(line.partition("): ")[2]) > 10 for line in lines)
    assert all((DOCS / page).read_text(encoding="utf-8") in llms_full_txt() for _, page in navigation())


class Read(HTMLParser):
    """What stands in a file of HTML: links within the site, places that can be linked to, and what it loads."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = {""}
        self.loads_from_elsewhere: list[str] = []
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note what a tag says."""
        said = dict(attributes)
        self.anchors |= {value for name in ("id", "name") if (value := said.get(name))}
        link = said.get("href") or said.get("src") or ""
        within = not urlsplit(link).scheme and not urlsplit(link).netloc
        if link and within:
            self.links.append(link)
        elif link and (tag in {"script", "img", "iframe"} or (tag == "link" and said.get("rel") == "stylesheet")):
            self.loads_from_elsewhere.append(link)


def _address(page: str) -> str:
    name = page.removesuffix(".md")
    return "index.html" if name == "index" else f"{name}/index.html"


def _file(site: Path, file: Path, path: str) -> Path:
    # The page for what is not there is shown at any address, so its links begin at the root.
    target = site / path.lstrip("/") if path.startswith("/") else (file.parent / path if path else file)
    target = target.resolve()
    return target / "index.html" if target.is_dir() else target


def test_the_pictures_are_small_and_each_is_shown() -> None:
    """`make pictures` takes them again; each stands on a page of the docs and in the README."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    pages = "".join(page.read_text(encoding="utf-8") for page in DOCS.rglob("*.md"))
    for picture in some(DOCS.glob("pictures/*")):
        assert picture.stat().st_size < 150_000
        assert f"(docs/pictures/{picture.name})" in readme
        assert f"(pictures/{picture.name})" in pages
