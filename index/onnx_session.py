"""How a graph is opened in onnxruntime."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def open_session(graph: Path, threads: int) -> Any:
    """An InferenceSession; `threads` are used inside one call."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
