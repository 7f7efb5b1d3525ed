"""`python -m fakie_contract.run`: pytest with an exit code that never takes a lost output for findings."""

import os
import signal
import sys

_COULD_NOT_RUN = 2


def main() -> int:
    """Run pytest with the arguments of the command line; return its exit code, or 2 where nobody can read it."""
    # `fakie test` passes on what is meant to end the run, also where a shell lets its background jobs ignore Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        if sys.platform != "win32":
            # They wait while the interpreter starts, which a Ctrl-C would end with a trace, and as if by findings.
            signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT, signal.SIGTERM))
        # Here, for Ctrl-C may come while it is read.
        import pytest

        code = int(pytest.main())
        sys.stdout.flush()
    except KeyboardInterrupt:
        # Before a session is there to end in order, or after it.
        sys.stderr.write("fakie: interrupted; the run had not begun, or was over\n")
        return _COULD_NOT_RUN
    except BrokenPipeError:
        # Whoever read it has seen enough.
        return _without_output()
    except OSError as error:
        sys.stderr.write(f"fakie: what it tells could not be written: {error.strerror}\n")
        return _without_output()
    return code


def _without_output() -> int:
    # Or the interpreter tries again at its end.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _COULD_NOT_RUN


if __name__ == "__main__":
    sys.exit(main())
