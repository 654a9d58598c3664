"""The one error of the bot that the person who runs it can mend."""


class BotError(Exception):
    """Something about settings, channels or a command is wrong, and the reader can fix it.

    Args:
        what: what happened, one Chinese sentence.
        fix: what to do next, one Chinese sentence.
    """

    def __init__(self, what: str, fix: str) -> None:
        self.what, self.fix = what, fix
        super().__init__(f"{what}{fix}")
