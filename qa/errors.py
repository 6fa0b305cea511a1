"""What can go wrong while answering.

QAError
├── InvalidQuery      the question, k, a filter or the history breaks a bound; names the field and the bound
├── WriterMissing     mode "written" was asked for and no writer is configured
└── WriterFailed      the writer did not answer in time or not in the agreed form; the verbatim answer stands

Declining to answer is no error: it is an Answer with status "abstained" and a reason.
"""


class QAError(Exception):
    """Base of all errors raised on the qa floor."""


class InvalidQuery(QAError):
    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


class WriterMissing(QAError):
    pass


class WriterFailed(QAError):
    pass
