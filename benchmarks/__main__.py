"""`make bench`: the benchmarks that need nothing but the shipped library. The others: benchmarks/README.md."""

from benchmarks import cold_start

cold_start.main()
