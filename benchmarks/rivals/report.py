"""A run's lines -> the tables of benchmarks/README.md and the plot of latency against size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from .plot import latency_plot
from .rows import ROWS

ROOT = Path(__file__).parents[2]
README = ROOT / "benchmarks" / "README.md"
PLOT = ROOT / "docs" / "images" / "rivals.svg"
_BEGIN, _END = "<!-- begin rivals -->", "<!-- end rivals -->"
_PLAIN = {row.module for row in ROWS if row.plain}
_OURS = ("muhojir", "muhojir_legs")

Line = dict[str, Any]


def write_report(lines: Sequence[Line]) -> None:
    """Put the run's tables between the page's marks, and its plot among the images."""
    page = README.read_text(encoding="utf-8")
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    README.write_text(f"{before}{_BEGIN}\n{_section(lines)}\n{_END}{after}", encoding="utf-8")
    points = {name: [(line["size"], line["search"]["cpu_p50_ms"]) for line in part if line["size"]]
              for name, part in _by_row(_whole(lines)).items()}  # fmt: skip
    drawn = {name: part for name, part in points.items() if part}
    if drawn:
        PLOT.write_text(latency_plot(drawn), encoding="utf-8")


def _section(lines: Sequence[Line]) -> str:
    loads = [line["machine"]["load"] for line in lines]
    sizes = sorted({line["size"] for line in lines if line["size"]})
    runs = ", ".join(sorted({line["run"] for line in lines}))
    head = f"Runs of {runs}, load {min(loads)} to {max(loads)} on {lines[0]['machine']['cores']} cores."
    parts = [head, _public_table([line for line in lines if not line["size"]])]
    for size in sizes:
        of_size = [line for line in lines if line["size"] == size]
        parts += [f"**{size:,} passages**", _size_table(of_size), *ratios(of_size)]
    failed = [f"- {line['row']}, {line['collection']}: {line['error']}" for line in lines if "error" in line]
    return "\n\n".join([*filter(None, parts), *(["Without figures:\n\n" + "\n".join(failed)] if failed else [])])


def _whole(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if "search" in line]


def _by_row(lines: Iterable[Line]) -> dict[str, list[Line]]:
    rows: dict[str, list[Line]] = {}
    for line in lines:
        rows.setdefault(line["row"], []).append(line)
    return rows


def _public_table(lines: Sequence[Line]) -> str:
    names = list(dict.fromkeys(line["collection"] for line in lines))
    if not names:
        return ""
    rows = []
    for name, part in _by_row(_whole(lines)).items():
        values = {line["collection"]: f"{line['search']['ndcg@10']:.3f}" for line in part}
        rows.append([name, *(values.get(one, "-") for one in names)])
    return _table(["nDCG@10", *names], rows)


def _size_table(lines: Sequence[Line]) -> str:
    head = ["", "CPU ms p50 / p95", "ms p50 / p95", "nDCG@10", "recall@10", "passages / CPU-s in", "index MB",
            "peak MB in / search", "cold CPU-s"]  # fmt: skip
    return _table(head, [_size_row(line) for line in _whole(lines)])


def _size_row(line: Line) -> list[str]:
    searched, built = line["search"], line.get("build")
    times = [f"{searched[f'{kind}p50_ms']:.1f} / {searched[f'{kind}p95_ms']:.1f}" for kind in ("cpu_", "")]
    recall = f"{searched['recall@10']:.3f}" if "recall@10" in searched else "-"
    rate = f"{built['passages'] / built['cpu_s']:,.0f}" if built else "-"
    size, peak = (f"{built['size_mb']:,.0f}", f"{built['peak_mb']:,}") if built else ("-", "-")
    name = f"{line['row']} {line['version']}".strip()
    return [name, *times, f"{searched['ndcg@10']:.3f}", recall, rate, size, f"{peak} / {searched['peak_mb']:,}",
            f"{searched['cold_cpu_s']:.1f}"]  # fmt: skip


def ratios(lines: Sequence[Line]) -> list[str]:
    """How many times the CPU of ours each hybrid rival takes, the cheapest first."""
    costs = {line["module"]: line["search"]["cpu_p50_ms"] for line in _whole(lines)}
    names = {line["module"]: line["row"] for line in lines}
    rivals = sorted((cost, module) for module, cost in costs.items() if module in _PLAIN)
    if not rivals or not costs.keys() >= set(_OURS):
        return []
    whole, legs = (costs[one] for one in _OURS)
    said = [f"{names[module]} {cost / legs:.1f} ({cost / whole:.1f})" for cost, module in rivals]
    return [f"CPU time (p50) in multiples of our two legs' (of Muhojir's with its windows): {', '.join(said)}."]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
