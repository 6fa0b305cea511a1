"""How a graph is opened in onnxruntime."""

from __future__ import annotations

from pathlib import Path
from typing import Any

NO_OVERFLOW = 63  # twice this times 255 fits into 16 bits


def open_session(graph: Path, threads: int, codes: int) -> Any:
    """An InferenceSession; `threads` are used inside one call; `codes`: the largest of an 8-bit matrix."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only
    if codes > NO_OVERFLOW:
        # Without VNNI the fast product adds two in 16 bits; the exact one takes a tenth more. With it: no change.
        options.add_session_config_entry("session.x64quantprecision", "1")
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
