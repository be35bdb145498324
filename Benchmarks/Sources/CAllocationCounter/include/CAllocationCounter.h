#ifndef FAULTLINE_CALLOCATIONCOUNTER_H
#define FAULTLINE_CALLOCATIONCOUNTER_H

/// How many blocks this process has allocated since it began, on all threads. Linking this replaces the allocator's
/// entry points with ones that count and pass on.
unsigned long allocation_count(void);

/// Whether anything is counted: not in a program with a sanitizer, which has an allocator of its own.
int allocations_are_counted(void);

/// How many blocks the calling thread has allocated.
unsigned long allocation_count_of_thread(void);

/// Sends a request on a connected, blocking socket and reads the answer to its announced end, again and again, without
/// allocating anything.
///
/// Returns 0, or -1 when the connection ended or an answer had another length.
int exchange_repeatedly(int descriptor, const char *request, long request_length, long answer_length, long times);

#endif
