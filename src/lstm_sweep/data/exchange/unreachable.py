"""What an exchange that does not answer raises; ccxt is not needed to know it."""


class UnreachableError(Exception):
    """The exchange did not answer, however often it was asked.

    Attributes:
        pause: seconds for which it wants to be left alone, 0 where it says none.
    """

    def __init__(self, reason: str, pause: float = 0.0) -> None:
        super().__init__(reason)
        self.pause = pause
