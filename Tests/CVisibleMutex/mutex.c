/* The part of Swift's Mutex that waits, where the thread sanitizer sees it.
 *
 * The library's own is compiled without the sanitizer, so that what a contended lock orders looks like a race. This one is
 * linked in its place into the tests that run under it (deploy/sanitize.sh): it takes the word that the lock's quick path
 * takes, by the same rule (0 is free, else the owner's thread), and never leaves a mark that the quick unlock would trip over.
 * Source: stdlib/public/Synchronization/Mutex/LinuxImpl.swift of Swift 6. */
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>

/* Synchronization._MutexHandle._lockSlow(_: UInt32) */
__attribute__((swiftcall)) void lock_slow(uint32_t thread, __attribute__((swift_context)) _Atomic uint32_t *word)
    __asm__("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");

__attribute__((swiftcall)) void lock_slow(uint32_t thread, __attribute__((swift_context)) _Atomic uint32_t *word) {
    uint32_t free = 0;
    while (!atomic_compare_exchange_weak_explicit(word, &free, thread, memory_order_acquire, memory_order_relaxed)) {
        free = 0;
        sched_yield();
    }
}
