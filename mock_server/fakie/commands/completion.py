"""`fakie completion`: what a shell needs to complete commands and options."""

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that completes fakie's commands and options in SHELL.

    For bash: `eval "$(fakie completion bash)"` in ~/.bashrc; for zsh the same in ~/.zshrc; for fish:
    `fakie completion fish > ~/.config/fish/completions/fakie.fish`.
    """
    made = get_completion_class(shell)
    assert made is not None  # noqa: S101 - click has these three
    click.echo(made(context.find_root().command, {}, "fakie", "_FAKIE_COMPLETE").source())
