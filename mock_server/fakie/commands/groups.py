"""Groups of commands: help in whole sentences, the nearest of an unknown one. Imports nothing heavy."""

import click

from fakie_schemas.nearest import did_you_mean


class PlainGroup(click.Group):
    """A group that lists its commands with the whole first sentence of each, where click would cut it off."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each command and what it does, broken into lines of the terminal's width."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.words_of(ctx, name)) for name in self.list_commands(ctx)])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is meant; raises click.UsageError with the nearest for none."""
        known = self.list_commands(ctx)
        # A shell that completes asks about words that are not whole yet.
        if args[0] not in known and not args[0].startswith("-") and not ctx.resilient_parsing:
            raise click.UsageError(f"No such command {args[0]!r}{_nearest(args[0], known)}", ctx)
        return super().resolve_command(ctx, args)

    def words_of(self, ctx: click.Context, name: str) -> str:
        """Return the first sentence of a command's help."""
        command = self.get_command(ctx, name)
        return command.get_short_help_str(1000) if command else ""


def _nearest(got: str, known: list[str]) -> str:
    """Return what may be meant: the nearest word, else all that there are."""
    return did_you_mean(got, known, otherwise=f"; there are: {', '.join(known)}")
