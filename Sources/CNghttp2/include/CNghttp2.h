#ifndef SILHOUETTE_CNGHTTP2_H
#define SILHOUETTE_CNGHTTP2_H

#include <stddef.h>
#include <stdint.h>

#include <nghttp2/nghttp2.h>

/// What the library tells about one connection. All are called from cnghttp2_receive and cnghttp2_send only.
typedef struct {
    /// Handed to each.
    void *user;
    /// A frame's header came; its payload may be on its way still.
    void (*frame_began)(void *user, uint8_t type, uint8_t flags, int32_t stream, size_t length);
    /// A stream that is not taken (0) is reset with REFUSED_STREAM.
    int (*head_began)(void *user, int32_t stream);
    /// A field of a request's head, pseudo-fields first. Trailers are not told.
    void (*field)(
        void *user, int32_t stream, const uint8_t *name, size_t name_length, const uint8_t *value, size_t value_length);
    /// Nothing follows the head where `is_last`.
    void (*head_ended)(void *user, int32_t stream, int is_last);
    void (*data)(void *user, int32_t stream, const uint8_t *bytes, size_t count);
    /// The client's side of the stream is whole, after its head.
    void (*ended)(void *user, int32_t stream);
    void (*closed)(void *user, int32_t stream);
    /// The client's settings hold.
    void (*settings_taken)(void *user);
    /// DATA came that was padding only.
    void (*padding_taken)(void *user);
    /// A frame was handed out for sending.
    void (*frame_sent)(void *user, uint8_t type, uint8_t flags, int32_t stream);
    /// Copies the next bytes of a body, and says whether they are the last. With no bytes and more to come, the stream
    /// rests until cnghttp2_resume.
    size_t (*body)(void *user, int32_t stream, uint8_t *buffer, size_t capacity, int *is_last);
} cnghttp2_events;

typedef struct {
    uint32_t streams;
    uint32_t stream_window;
    uint32_t connection_window;
    uint32_t header_bytes;
} cnghttp2_settings;

/// A server's side of one connection, whose SETTINGS wait to be sent; null where there is no memory. `events` stays valid
/// until nghttp2_session_del.
nghttp2_session *cnghttp2_begin(cnghttp2_events *events, cnghttp2_settings settings);

enum { cnghttp2_settings_size = 27 };

/// Writes the frame that goes out first, SETTINGS, of cnghttp2_settings_size bytes; how many were written.
size_t cnghttp2_take_settings(nghttp2_session *session, cnghttp2_settings settings, uint8_t *frame);

/// Sends a head; `fields` are copied. Where `has_body`, `body` is asked for what follows.
int cnghttp2_respond(nghttp2_session *session, int32_t stream, const nghttp2_nv *fields, size_t count, int has_body);

#endif
