"""What can go wrong with a document.

CorpusError
├── UnsupportedFormat     no reader for this suffix or media type
├── UnreadableDocument    a reader gave up: empty, binary, broken, too large, vanished
├── InvalidMetadata       front matter or a sidecar that breaks the rules of metadata.py
├── UnknownDocument       no such id, or it was deleted
└── StoreUnavailable      corpus.sqlite is missing, locked, damaged, of another format, or its disk is full

Every message names the document and says what the person can do.
"""


class CorpusError(Exception):
    """Base of all errors raised on the corpus floor."""


class UnsupportedFormat(CorpusError):
    pass


class UnreadableDocument(CorpusError):
    pass


class InvalidMetadata(CorpusError):
    pass


class UnknownDocument(CorpusError):
    pass


class StoreUnavailable(CorpusError):
    pass
