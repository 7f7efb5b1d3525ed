"""The descriptors that a process may have, shared out: so many for callbacks that are out, the others for clients."""

from fakie_schemas.errors import ConfigurationError

# With fewer a server that was started could neither let a client in nor read the code that answers it.
_LEAST = 32
_MOST_CALLBACKS = 128
# Neither a client's nor a callback's: files, and telling those who come too late.
_OTHERS = 64
_PLENTY = 20_000


def check_descriptors() -> None:
    """Raise ConfigurationError where there are too few to serve with."""
    there_are = _descriptors()
    if there_are < _LEAST:
        raise ConfigurationError(
            f"this process may have {there_are} files and connections open, which is too few to serve; "
            f"expected {_LEAST} or more, for example by `ulimit -n 1024`"
        )


def callbacks_here() -> int:
    """Return how many callbacks may be out at once, a descriptor each."""
    return max(1, min(_MOST_CALLBACKS, _descriptors() // 4))


def connections_here(most: int) -> int:
    """Return how many connections of clients fit beside all callbacks, at most so many."""
    there_are = _descriptors()
    others = max(min(_OTHERS, there_are // 4), there_are // 10)
    return min(most, max(1, there_are - others - callbacks_here()))


def _descriptors() -> int:
    try:
        import resource
    except ImportError:  # Windows counts them otherwise, and has plenty.
        return _PLENTY
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return _PLENTY if soft == resource.RLIM_INFINITY else int(soft)
