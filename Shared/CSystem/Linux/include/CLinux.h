#ifndef FAULTLINE_CLINUX_H
#define FAULTLINE_CLINUX_H

// malloc_trim, which the C library keeps out of the headers that Swift imports.
#include <malloc.h>
#include <stdint.h>
#include <sys/socket.h>

/// What is ready on a descriptor, with the token that was given when it was added.
struct linux_ready {
    uint64_t token;
    uint32_t events;
};

/// Readiness bits, as plain integers.
enum {
    LINUX_READABLE = 1 << 0,
    LINUX_WRITABLE = 1 << 1,
    LINUX_PEER_CLOSED = 1 << 2,
    LINUX_HANGUP = 1 << 3,
};

/// Each returns a descriptor, a count or 0; a negative result is the negated errno.
int linux_epoll_create(void);
int linux_epoll_add_edge_triggered(int epoll, int descriptor, uint64_t token);
/// Waits until something is ready, so many milliseconds at most; 0 only looks.
int linux_epoll_wait(int epoll, struct linux_ready *ready, int capacity, int milliseconds);
/// A descriptor that is readable once linux_eventfd_signal was called.
int linux_eventfd(void);
int linux_eventfd_signal(int descriptor);
int linux_accept(int listener, struct sockaddr_storage *address);

#endif
