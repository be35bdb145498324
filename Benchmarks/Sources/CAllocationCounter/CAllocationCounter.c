#include "CAllocationCounter.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/socket.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

// A counter a thread, each on cache lines of its own, so that counting slows no thread down by another. More threads
// than counters share them: none is then lost from the sum, which counts are added to atomically.
enum { COUNTERS = 256 };

static struct {
    _Alignas(128) atomic_ulong count;
} counters[COUNTERS];
static atomic_uint threads;
static __thread atomic_ulong *mine;
static __thread unsigned long own;

static inline void note(void) {
    if (!mine) {
        mine = &counters[atomic_fetch_add_explicit(&threads, 1, memory_order_relaxed) % COUNTERS].count;
    }
    own++;
    atomic_fetch_add_explicit(mine, 1, memory_order_relaxed);
}

unsigned long allocation_count(void) {
    unsigned long sum = 0;
    for (int index = 0; index < COUNTERS; index++) {
        sum += atomic_load_explicit(&counters[index].count, memory_order_relaxed);
    }
    return sum;
}

unsigned long allocation_count_of_thread(void) { return own; }

// A sanitizer brings an allocator of its own, which must not be replaced.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define ALLOCATOR_IS_TAKEN 1
#endif
#endif

#ifdef ALLOCATOR_IS_TAKEN
int allocations_are_counted(void) { return 0; }
#else
int allocations_are_counted(void) { return 1; }

void *malloc(size_t size) {
    note();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    note();
    return __libc_calloc(number, size);
}

void *realloc(void *block, size_t size) {
    note();
    return __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    note();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    note();
    *block = __libc_memalign(alignment, size);
    return *block ? 0 : ENOMEM;
}
#endif

int exchange_repeatedly(int descriptor, const char *request, long request_length, long answer_length, long times) {
    char buffer[65536];
    for (long round = 0; round < times; round++) {
        if (send(descriptor, request, (size_t)request_length, MSG_NOSIGNAL) != request_length) {
            return -1;
        }
        long received = 0;
        while (received < answer_length) {
            long more = recv(descriptor, buffer, sizeof buffer, 0);
            if (more <= 0) {
                return -1;
            }
            received += more;
        }
        if (received != answer_length) {
            return -1;
        }
    }
    return 0;
}
