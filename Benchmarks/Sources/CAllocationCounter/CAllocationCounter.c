#include "CAllocationCounter.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/socket.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static atomic_ulong count;

unsigned long allocation_count(void) { return atomic_load_explicit(&count, memory_order_relaxed); }

static void note(void) { atomic_fetch_add_explicit(&count, 1, memory_order_relaxed); }

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
