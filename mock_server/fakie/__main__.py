"""The `fakie` program, also as `python -m fakie`. It imports nothing at first, so that Ctrl-C finds it ready."""

import signal


def main() -> None:
    """Run the program; Ctrl-C while it is loaded ends it by that signal, where Python would show a trace."""
    handler = signal.getsignal(signal.SIGINT)
    # Where it is ignored, as below nohup, it stays so.
    if handler is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from fakie import cli

    signal.signal(signal.SIGINT, handler)
    cli.main()


if __name__ == "__main__":
    main()
