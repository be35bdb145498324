#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

enum { BATCH = 256 };

static int add(int epoll, int descriptor, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data.u64 = token};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 ? 0 : -errno;
}

int linux_epoll_create(void) {
    int descriptor = epoll_create1(EPOLL_CLOEXEC);
    return descriptor >= 0 ? descriptor : -errno;
}

int linux_epoll_add_edge_triggered(int epoll, int descriptor, uint64_t token) {
    return add(epoll, descriptor, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, token);
}

int linux_epoll_wait(int epoll, struct linux_ready *ready, int capacity, int milliseconds) {
    struct epoll_event events[BATCH];
    int count = epoll_wait(epoll, events, capacity < BATCH ? capacity : BATCH, milliseconds);
    if (count < 0) {
        return errno == EINTR ? 0 : -errno;
    }
    for (int index = 0; index < count; index++) {
        uint32_t bits = events[index].events;
        ready[index].token = events[index].data.u64;
        ready[index].events = ((bits & EPOLLIN) ? LINUX_READABLE : 0) | ((bits & EPOLLOUT) ? LINUX_WRITABLE : 0) |
                              ((bits & EPOLLRDHUP) ? LINUX_PEER_CLOSED : 0) |
                              ((bits & (EPOLLHUP | EPOLLERR)) ? LINUX_HANGUP : 0);
    }
    return count;
}

int linux_eventfd(void) {
    int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return descriptor >= 0 ? descriptor : -errno;
}

int linux_eventfd_signal(int descriptor) {
    return eventfd_write(descriptor, 1) == 0 ? 0 : -errno;
}

int linux_accept(int listener, struct sockaddr_storage *address) {
    socklen_t length = sizeof *address;
    int descriptor = accept4(listener, (struct sockaddr *)address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    return descriptor >= 0 ? descriptor : -errno;
}
