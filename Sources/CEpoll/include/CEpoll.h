#ifndef SILHOUETTE_CEPOLL_H
#define SILHOUETTE_CEPOLL_H

#include <stdint.h>
#include <sys/socket.h>

enum {
    cepoll_readable = 0x001,
    cepoll_writable = 0x004,
    cepoll_failed = 0x008,
    cepoll_hung_up = 0x010,
};

typedef struct {
    uint64_t token;
    uint32_t events;
} cepoll_event;

/// A new epoll descriptor, or -1 with errno.
int cepoll_create(void);

/// Watches a descriptor, level-triggered. 0, or -1 with errno.
int cepoll_add(int epoll, int descriptor, uint32_t events, uint64_t token);
int cepoll_modify(int epoll, int descriptor, uint32_t events, uint64_t token);

/// Takes what is ready, at most `capacity` of 256, without waiting. The number taken, or -1 with errno.
int cepoll_take(int epoll, cepoll_event *events, int capacity);

/// Accepts a connection as non-blocking and closed on exec. Its descriptor, or -1 with errno.
int cepoll_accept(int listener, struct sockaddr_storage *address);

#endif
