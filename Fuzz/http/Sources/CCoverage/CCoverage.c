#include "CCoverage.h"

enum { MAXIMUM_PLACES = 1 << 16 };

/// libFuzzer takes whatever lies in this section for counters of its own.
__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t counters[MAXIMUM_PLACES];

static uint32_t places;

void __wrap___sanitizer_cov_trace_pc_guard(uint32_t *guard) { counters[*guard]++; }

void __wrap___sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *stop) {
    for (uint32_t *guard = start; guard < stop; guard++) {
        if (!*guard) {
            *guard = ++places % MAXIMUM_PLACES;
        }
    }
}
