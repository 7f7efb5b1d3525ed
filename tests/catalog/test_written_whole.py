"""Files that commands write: whole, where the user's links lead, with the rights that the user gives new files."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fakie_schemas.errors import ConfigurationError
from fakie_schemas.files import check_writable, made_once, write_all, write_whole

posix = pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")


@contextmanager
def _umask(value: int) -> Iterator[None]:
    before = os.umask(value)
    try:
        yield
    finally:
        os.umask(before)


def _refuse(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def replace(_: Path, target: Path) -> Path:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "replace", replace)


@posix
@pytest.mark.parametrize(("umask", "mode"), [(0o077, 0o600), (0o022, 0o644), (0o002, 0o664)])
def test_a_new_file_has_the_rights_that_the_process_gives(tmp_path: Path, umask: int, mode: int) -> None:
    """A report is nobody else's where the user's files are; one that was there keeps its own rights."""
    (tmp_path / "there").touch()
    (tmp_path / "there").chmod(0o640)
    with _umask(umask):
        write_all({tmp_path / "new": "text", tmp_path / "there": "text"})
    assert {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {"new": mode, "there": 0o640}


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_leads_to_the_text(tmp_path: Path, there: bool) -> None:
    """A baseline that several folders share stays one; a link may lead to a file that is yet to be made."""
    real, link = tmp_path / "shared" / "real.json", tmp_path / "link.json"
    link.symlink_to(real)
    if there:
        real.parent.mkdir()
        real.write_text("before")
    check_writable(link)
    write_whole(link, "after")
    assert link.is_symlink()
    assert [file.read_text() for file in real.parent.iterdir()] == ["after"]


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY])
def test_a_file_that_no_other_may_replace_is_written_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """One that is mounted alone into a container, or lies in a read-only folder, was found writable before the run."""
    file = tmp_path / "r.json"
    file.write_text("before, and longer")
    _refuse(monkeypatch, number)
    write_whole(file, "after")
    assert [one.read_text() for one in tmp_path.iterdir()] == ["after"]


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that fails leaves the former file and nothing beside it."""
    file = tmp_path / "deep" / "r.json"
    write_whole(file, "before")
    _refuse(monkeypatch, errno.ENOSPC)
    with pytest.raises(ConfigurationError, match="No space left"):
        write_whole(file, "after")
    assert [one.read_text() for one in file.parent.iterdir()] == ["before"]


@pytest.mark.parametrize("number", [None, errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL])
def test_a_file_is_made_once_also_where_no_file_has_two_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int | None
) -> None:
    """As on FAT, or in a folder that a virtual machine shares; who is second leaves what is there."""

    def link(_: Path, target: Path) -> None:
        assert number
        raise OSError(number, os.strerror(number))

    if number:
        monkeypatch.setattr(os, "link", link)
    for text in ("first", "second"):
        with made_once(tmp_path / "secret") as beside:
            beside.write_text(text)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("secret", "first")]
    if os.name == "posix":
        assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def test_a_file_that_cannot_be_put_in_place_leaves_its_name_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty one would be in the way of the next try, for whom it is a file that is damaged."""

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError), made_once(tmp_path / "secret"):
        pass
    assert list(tmp_path.iterdir()) == []
