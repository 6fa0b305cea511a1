"""The doors: web service, terminal, chat widget, MCP. All that knows of HTTP, of the environment and of processes."""

import os

# Read when numpy and FAISS are loaded. On several threads the small products of one question take twice the CPU time
# (79 ms for 60, python -m benchmarks.question_cost): the others spin while one works. Encoding has MUHOJIR_THREADS.
os.environ.setdefault("OMP_NUM_THREADS", "1")
