#define _GNU_SOURCE
#include "CEpoll.h"

#include <sys/epoll.h>

int cepoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static int control(int epoll, int operation, int descriptor, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data.u64 = token};
    return epoll_ctl(epoll, operation, descriptor, &event);
}

int cepoll_add(int epoll, int descriptor, uint32_t events, uint64_t token) {
    return control(epoll, EPOLL_CTL_ADD, descriptor, events, token);
}

int cepoll_modify(int epoll, int descriptor, uint32_t events, uint64_t token) {
    return control(epoll, EPOLL_CTL_MOD, descriptor, events, token);
}

int cepoll_take(int epoll, cepoll_event *events, int capacity) {
    struct epoll_event taken[256];
    int count = epoll_wait(epoll, taken, capacity < 256 ? capacity : 256, 0);
    for (int i = 0; i < count; i++) events[i] = (cepoll_event){.token = taken[i].data.u64, .events = taken[i].events};
    return count;
}

int cepoll_accept(int listener, struct sockaddr_storage *address) {
    socklen_t length = sizeof *address;
    return accept4(listener, (struct sockaddr *)address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
