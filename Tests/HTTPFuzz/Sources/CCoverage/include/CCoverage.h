#ifndef CCOVERAGE_H
#define CCOVERAGE_H

#include <stdint.h>

/// The compiler calls these beside the counters that libFuzzer reads. libFuzzer's own end the process, since they mean a
/// compiler that has nothing newer; this one has, so that they need not do anything.
void __wrap___sanitizer_cov_trace_pc_guard(uint32_t *guard);
void __wrap___sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *stop);

#endif
