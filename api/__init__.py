"""The doors: web service, terminal, chat widget, MCP."""

import os

# Read when numpy and FAISS are loaded. On several threads the small products of a question cost more CPU and no less
# time (79 ms for 60, python -m benchmarks.question_cost): the others spin while one works. MUHOJIR_THREADS encodes.
os.environ.setdefault("OMP_NUM_THREADS", "1")
