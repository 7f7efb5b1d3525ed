"""Groups of commands, whose help says whole sentences. Imports nothing heavy."""

import click


class PlainGroup(click.Group):
    """A group that lists its commands with the whole first sentence of each, where click would cut it off."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each command and what it does, broken into lines of the terminal's width."""
        commands = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str(1000)) for name, command in commands if command])
