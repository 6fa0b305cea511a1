"""What can go wrong with an index.

IndexingError
├── SnapshotError
│   ├── SnapshotMissing       the home has no snapshot yet
│   ├── SnapshotCorrupt       a file differs from its manifest or is gone, or CURRENT leads nowhere
│   └── SnapshotMismatch      built with another model, analyzer, chunker or format; names both sides
├── EncoderUnavailable        the model cannot be found or loaded; says where it was looked for
├── BuildBusy                 another process is building
├── PublishFailed             the disk refused, or the index finds too little; the old snapshot is still live
└── BackendUnavailable        a remote engine does not answer

Every message ends with the command that mends it. (Not named IndexError: that is Python's own.)
"""


class IndexingError(Exception):
    """Base of all errors raised on the index floor."""


class SnapshotError(IndexingError):
    pass


class SnapshotMissing(SnapshotError):
    pass


class SnapshotCorrupt(SnapshotError):
    pass


class SnapshotMismatch(SnapshotError):
    pass


class EncoderUnavailable(IndexingError):
    pass


class BuildBusy(IndexingError):
    pass


class PublishFailed(IndexingError):
    pass


class BackendUnavailable(IndexingError):
    pass
