"""What the benchmarks share: programs, servers, wrk, and figures as lines of JSON."""
