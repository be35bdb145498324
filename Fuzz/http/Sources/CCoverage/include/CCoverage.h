#ifndef CCOVERAGE_H
#define CCOVERAGE_H

#include <stdint.h>

/// The compiler calls these at each place that the program passes. libFuzzer's own end the process, since it wants another
/// kind of counter than Swift writes; these count where libFuzzer looks as well.
void __wrap___sanitizer_cov_trace_pc_guard(uint32_t *guard);
void __wrap___sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *stop);

#endif
