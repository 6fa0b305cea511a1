"""What can go wrong at the doors, and one table for the errors of all floors.

ApiError
├── InvalidSettings     a MUHOJIR_ variable that is unknown or out of bounds
├── KeyMissing          a request that needs a key came without one
├── KeyRefused          a key that is unknown or revoked
├── KeyForbidden        a key that may not do this, or not from this origin; or no admin key exists
├── UnknownKey          no key of this id is in force
├── RateLimited         too many requests; carries the seconds to wait
├── UnknownJob          no such job
├── UnknownPassage      a passage id that is none, or whose span lies outside its document
├── ServerUnreachable   --server does not answer, or answers something else than this program
└── ServerRefused       --server answered with a problem; carries that body

TABLE says for each class which HTTP status, problem type (RFC 9457) and exit code it becomes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from corpus import errors as corpus
from index import errors as index
from qa import errors as qa

Issues = list[dict[str, str]]

EXIT_DONE, EXIT_OTHER, EXIT_USAGE, EXIT_NOTHING, EXIT_INDEX, EXIT_SERVER = 0, 1, 2, 3, 4, 5


class ApiError(Exception):
    """Base of all errors raised on the api floor."""


class InvalidSettings(ApiError):
    pass


class KeyMissing(ApiError):
    pass


class KeyRefused(ApiError):
    pass


class KeyForbidden(ApiError):
    pass


class UnknownKey(ApiError):
    pass


class UnknownJob(ApiError):
    pass


class RateLimited(ApiError):
    def __init__(self, message: str, seconds: int = 1) -> None:
        super().__init__(message)
        self.seconds = seconds


class UnknownPassage(ApiError):
    pass


class ServerUnreachable(ApiError):
    pass


class ServerRefused(ApiError):
    def __init__(self, body: Mapping[str, Any]) -> None:
        super().__init__(str(body.get("detail") or body.get("title") or body))
        self.body = dict(body)


@dataclass(frozen=True, slots=True)
class Problem:
    """How an error is shown: `slug` follows urn:muhojir:problem:."""

    status: int
    slug: str
    title: str
    exit_code: int = EXIT_OTHER

    def body(self, detail: str, errors: Issues | None = None) -> dict[str, Any]:
        """The problem+json body of RFC 9457; `errors` names each offending field."""
        body: dict[str, Any] = {"type": f"{URN}{self.slug}", "title": self.title, "status": self.status}
        return body | {"detail": detail} | ({"errors": errors} if errors else {})


URN = "urn:muhojir:problem:"

TABLE: dict[type[Exception], Problem] = {
    corpus.CorpusError: Problem(500, "corpus-error", "The corpus failed"),
    corpus.UnsupportedFormat: Problem(415, "unsupported-format", "No reader for this format"),
    corpus.UnreadableDocument: Problem(422, "unreadable-document", "The document cannot be read"),
    corpus.InvalidMetadata: Problem(422, "invalid-metadata", "The document's metadata is invalid"),
    corpus.UnknownDocument: Problem(404, "unknown-document", "No such document", EXIT_NOTHING),
    corpus.StoreUnavailable: Problem(503, "store-unavailable", "The document store is unavailable"),
    index.IndexingError: Problem(500, "index-error", "The index failed"),
    index.SnapshotError: Problem(503, "snapshot-error", "The index cannot be used", EXIT_INDEX),
    index.SnapshotMissing: Problem(503, "snapshot-missing", "There is no index yet", EXIT_INDEX),
    index.SnapshotCorrupt: Problem(503, "snapshot-corrupt", "The index is damaged", EXIT_INDEX),
    index.SnapshotMismatch: Problem(503, "snapshot-mismatch", "The index was built differently", EXIT_INDEX),
    index.EncoderUnavailable: Problem(503, "encoder-unavailable", "The model cannot be loaded"),
    index.BuildBusy: Problem(409, "build-busy", "Another process is building the index"),
    index.PublishFailed: Problem(507, "publish-failed", "The new index could not be stored"),
    index.BackendUnavailable: Problem(503, "backend-unavailable", "The search engine does not answer", EXIT_SERVER),
    qa.QAError: Problem(500, "answer-error", "Answering failed"),
    qa.InvalidQuery: Problem(422, "invalid-request", "The request is invalid", EXIT_USAGE),
    qa.WriterMissing: Problem(422, "writer-missing", "No writer is configured", EXIT_USAGE),
    qa.WriterFailed: Problem(502, "writer-failed", "The writer failed"),
    ApiError: Problem(500, "internal-error", "Something went wrong here"),
    InvalidSettings: Problem(500, "invalid-settings", "A setting is invalid", EXIT_USAGE),
    KeyMissing: Problem(401, "key-missing", "A key is needed"),
    KeyRefused: Problem(401, "key-refused", "The key is not valid"),
    KeyForbidden: Problem(403, "key-forbidden", "The key does not allow this"),
    UnknownKey: Problem(404, "unknown-key", "No such key", EXIT_NOTHING),
    UnknownJob: Problem(404, "unknown-job", "No such job", EXIT_NOTHING),
    RateLimited: Problem(429, "rate-limited", "Too many requests"),
    UnknownPassage: Problem(404, "unknown-passage", "No such passage", EXIT_NOTHING),
    ServerUnreachable: Problem(502, "server-unreachable", "The server does not answer", EXIT_SERVER),
    ServerRefused: Problem(502, "server-refused", "The server refused"),
}

# Problems of HTTP itself, by status: they have no error class below.
BY_STATUS: dict[int, Problem] = {
    400: Problem(400, "malformed-body", "The body is no JSON"),
    404: Problem(404, "not-found", "No such address"),
    405: Problem(405, "method-not-allowed", "This address does not support that method"),
    413: Problem(413, "body-too-large", "The body is too large"),
    415: Problem(415, "unsupported-media-type", "The body must be JSON"),
    422: TABLE[qa.InvalidQuery],
    500: TABLE[ApiError],
}

DOMAIN_ERRORS: tuple[type[Exception], ...] = (corpus.CorpusError, index.IndexingError, qa.QAError, ApiError)


def problem_of(error: Exception) -> Problem:
    """The row of the nearest class in TABLE; the internal error for a class of no floor."""
    return next((TABLE[cls] for cls in type(error).__mro__ if cls in TABLE), TABLE[ApiError])


def body_of(error: Exception) -> dict[str, Any]:
    """The problem body of a domain error; of ServerRefused, the body that the server sent."""
    if isinstance(error, ServerRefused):
        return error.body
    issues = [{"field": error.field, "problem": error.problem}] if isinstance(error, qa.InvalidQuery) else None
    return problem_of(error).body(str(error), issues)


def exit_code_of(error: Exception) -> int:
    """A refusal of the server exits as the same refusal here would."""
    if isinstance(error, ServerRefused):
        slug = str(error.body.get("type", "")).removeprefix(URN)
        return next((row.exit_code for row in TABLE.values() if row.slug == slug), EXIT_OTHER)
    return problem_of(error).exit_code


def issues_of(errors: Iterable[Mapping[str, Any]], skip: int = 0) -> Issues:
    """pydantic's errors as field and problem; `skip` leaves out leading parts of the place, never all of it."""
    return [
        {"field": ".".join(str(part) for part in error["loc"][skip:] or error["loc"]), "problem": _plain(error)}
        for error in errors
    ]


# pydantic's error types in the words of the contract; its own message where none stands here.
_WORDS = {
    "extra_forbidden": "unknown field",
    "missing": "is missing",
    "too_short": "too short: {actual_length}, at least {min_length}",
    "too_long": "too long: {actual_length}, at most {max_length}",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
}


def _plain(error: Mapping[str, Any]) -> str:
    if error["type"] in _WORDS:
        return _WORDS[error["type"]].format_map(error.get("ctx", {}))
    return str(error["msg"]).removeprefix("Value error, ")
