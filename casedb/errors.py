"""What can be wrong with the records, said so that the reader can mend it."""


class CasedbError(Exception):
    """Something in the records is missing or wrong, and the reader can fix it.

    Args:
        what: what happened, one Chinese sentence.
        fix: what to do next, one Chinese sentence.
    """

    def __init__(self, what: str, fix: str) -> None:
        self.what, self.fix = what, fix
        super().__init__(f"{what}{fix}")


class NotFound(CasedbError):
    """The thing asked for is not in the records (or not for the asker to see)."""


class Refused(CasedbError):
    """The records know it, but a rule forbids the change."""


class CalendarMissing(CasedbError):
    """A count of working days runs past the published calendar."""


class RecordsBusy(CasedbError):
    """Another process holds the database longer than we wait."""


class ChangedMeanwhile(Refused):
    """Somebody else changed the same row after the reader looked at it."""


class NotReachable(CasedbError):
    """The database cannot be opened at all: wrong address, missing folder, server down."""
