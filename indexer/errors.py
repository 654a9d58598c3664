"""The errors of the index that a person can mend."""


class IndexerError(Exception):
    """Something about a paper or the index is wrong, and the reader can fix it.

    Args:
        what: what happened, one Chinese sentence.
        fix: what to do next, one Chinese sentence.
    """

    def __init__(self, what: str, fix: str) -> None:
        self.what, self.fix = what, fix
        super().__init__(f"{what}{fix}")


class IndexComing(IndexerError):
    """There is no index yet, and one is being built right now: ask again a little later."""
