"""What a failure is called: every way in which a request can go wrong, in one of a few words."""

import logging

from aiohttp import (
    ClientError,
    ClientOSError,
    ClientPayloadError,
    ClientResponseError,
    ServerDisconnectedError,
)
from aiohttp.http_exceptions import HttpProcessingError, LineTooLong

from mentorflow.errors import AddressRefused
from mentorflow.outbound.exchange import Exchange
from mentorflow.outbound.lines import NoAnswer
from mentorflow.outbound.messages import Failure
from mentorflow.outbound.reading import one_line

log = logging.getLogger(__name__)


def why(error: Exception, exchange: Exchange) -> tuple[Failure, str]:
    """Return the kind of a failure, and a sentence on it."""
    failure, detail = Failure.UNEXPECTED, f"a fault of the client: {type(error).__name__}"
    match error:
        case NoAnswer():
            failure, detail = error.failure, error.detail
        case AddressRefused():
            failure, detail = Failure.REFUSED_ADDRESS, refusal(error)
        case TimeoutError():
            failure, detail = Failure.TIMEOUT, f"it took too long: given up while {exchange.step}"
        case _ if _is_cut_off(error):
            failure, detail = Failure.CLOSED, f"the connection was closed while {exchange.step}"
        case _ if _is_too_large(error):
            failure = Failure.TOO_LARGE_HEADERS
            detail = "a header is too long, or there are too many"
        case ClientError() | HttpProcessingError() | ValueError():
            failure = Failure.PROTOCOL
            detail = f"the answer is not HTTP: {_first_line(error)}"
        case _:
            log.error("a request ended in a way that nobody foresaw", exc_info=error)
    return failure, detail


def refusal(error: AddressRefused) -> str:
    """Return why, without the URL: its path may be a secret."""
    return one_line(f"{error.wrong}; {error.right}")


def _is_cut_off(error: Exception) -> bool:
    if isinstance(error, ClientPayloadError):
        return "not completed" in str(error)
    cut = (ServerDisconnectedError, ClientOSError, ConnectionError)
    return isinstance(error, cut)


def _is_too_large(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, LineTooLong) or "Too many headers" in str(error):
            return True
        error = error.__cause__
    return False


def _first_line(error: Exception) -> str:
    """Return what the parser says; the lines below it quote the answer."""
    text = error.message if isinstance(error, ClientResponseError) else str(error)
    return text.strip().partition("\n")[0].rstrip(": ") or type(error).__name__
