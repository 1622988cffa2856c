#ifndef SILHOUETTE_CCURL_H
#define SILHOUETTE_CCURL_H

#include <stddef.h>

/// libcurl's CURL_ERROR_SIZE.
enum { ccurl_message_bytes = 256 };

/// What is asked for. Nothing follows redirects; proxies come from the environment, as everywhere with libcurl.
typedef struct {
    const char *url;
    /// Header fields as "Name: value".
    const char *const *fields;
    size_t field_count;
    /// A PEM file of the authorities to trust; null for the system's.
    const char *authorities;
    /// How long a connection may take to come about, in seconds.
    long connect_seconds;
    /// How long not a byte may come, in seconds.
    long stall_seconds;
} ccurl_request;

/// What a transfer tells while it runs; each answers 1 to go on, 0 to stop.
typedef struct {
    void *user;
    /// A line of the header, its end included.
    int (*line)(void *user, const char *bytes, size_t count);
    int (*body)(void *user, const void *bytes, size_t count);
    /// Called about once a second, and more often while bytes come.
    int (*tick)(void *user);
} ccurl_events;

/// How a transfer ended.
typedef enum {
    CCURL_WHOLE,
    /// One of the events answered 0.
    CCURL_STOPPED,
    /// The connection broke, or nothing came any more.
    CCURL_CUT,
    /// There was no connection.
    CCURL_UNREACHABLE,
    /// The server's certificate is not one to trust.
    CCURL_UNTRUSTED,
    CCURL_FAILED,
} ccurl_result;

/// Sends one GET and takes the answer, on this thread.
///
/// - message: libcurl's words for what went wrong.
/// - redirect: where the answer sends on to, as a whole URL; null otherwise. To be given to `ccurl_free`.
ccurl_result ccurl_get(
    const ccurl_request *request, const ccurl_events *events, char message[ccurl_message_bytes], char **redirect);

void ccurl_free(char *text);

#endif
