"""Settings of the shell that a run of the tests was started in, and that no test may depend on."""

import os
import signal
import sys
from pathlib import Path

_PROXIES = {"all_proxy", "http_proxy", "https_proxy", "no_proxy"}
# Some tests open six hundred connections, with both ends here.
_OPEN_FILES = 4096


def free_of_the_shell() -> None:
    """Undo what would reach the tests and the programs that they start."""
    _hear_ctrl_c()
    _ask_no_proxy()
    _trust_nobody()
    _keep_bytecode()
    _allow_open_files()


def _hear_ctrl_c() -> None:
    """Let Ctrl-C count, also where a shell has started the run in the background."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _ask_no_proxy() -> None:
    """Forget a proxy: what tests ask is on this machine."""
    for name in [name for name in os.environ if name.lower() in _PROXIES]:
        del os.environ[name]


def _trust_nobody() -> None:
    """Let clients read one authority, which has signed nothing: reading all of this machine takes 50 ms a client."""
    os.environ["SSL_CERT_FILE"] = str(Path(__file__).with_name("nobody.pem"))


def _keep_bytecode() -> None:
    """Keep what is compiled: some thousand programs of the tests import the same, which takes most of their time."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def _allow_open_files() -> None:
    """Raise the soft limit of open files, which is 256 on some systems, as far as the hard one lets."""
    try:
        import resource
    except ImportError:  # Windows has no such limit.
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
