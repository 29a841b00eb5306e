"""How the error of a listener gets out of the training of a fit."""

from src.fits import EpochRecord, OnEpoch


class Halt(BaseException):
    """Ends training between two epochs; no Exception, so that it is not taken for the failure of a fit."""


def halting(on_epoch: OnEpoch) -> OnEpoch:
    """`on_epoch`, whose errors leave it as the cause of a `Halt`."""

    def hear(record: EpochRecord) -> None:
        try:
            on_epoch(record)
        except Exception as error:
            raise Halt from error

    return hear
