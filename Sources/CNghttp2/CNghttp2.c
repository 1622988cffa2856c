#include "CNghttp2.h"

#include <string.h>

static int on_begin_frame(nghttp2_session *session, const nghttp2_frame_hd *header, void *context) {
    (void)session;
    const cnghttp2_events *to = context;
    to->frame_began(to->user, header->type, header->flags, header->stream_id, header->length);
    return 0;
}

static int is_request(const nghttp2_frame *frame) {
    return frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST;
}

static int on_begin_headers(nghttp2_session *session, const nghttp2_frame *frame, void *context) {
    const cnghttp2_events *to = context;
    if (!is_request(frame) || to->head_began(to->user, frame->hd.stream_id)) return 0;
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, frame->hd.stream_id, NGHTTP2_REFUSED_STREAM);
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

static int on_header(
    nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name, size_t name_length,
    const uint8_t *value, size_t value_length, uint8_t flags, void *context) {
    (void)session;
    (void)flags;
    const cnghttp2_events *to = context;
    if (is_request(frame)) to->field(to->user, frame->hd.stream_id, name, name_length, value, value_length);
    return 0;
}

static int on_frame_recv(nghttp2_session *session, const nghttp2_frame *frame, void *context) {
    (void)session;
    const cnghttp2_events *to = context;
    int is_last = frame->hd.flags & NGHTTP2_FLAG_END_STREAM;
    int is_trailer = frame->hd.type == NGHTTP2_HEADERS && !is_request(frame);
    if (is_request(frame)) to->head_ended(to->user, frame->hd.stream_id, is_last);
    if (frame->hd.type == NGHTTP2_SETTINGS && !(frame->hd.flags & NGHTTP2_FLAG_ACK)) to->settings_taken(to->user);
    if (frame->hd.type == NGHTTP2_DATA && !is_last && frame->data.padlen > 0 && frame->hd.length == frame->data.padlen)
        to->padding_taken(to->user);
    if (is_last && (is_trailer || frame->hd.type == NGHTTP2_DATA)) to->ended(to->user, frame->hd.stream_id);
    return 0;
}

static int on_data_chunk(
    nghttp2_session *session, uint8_t flags, int32_t stream, const uint8_t *bytes, size_t count, void *context) {
    (void)session;
    (void)flags;
    const cnghttp2_events *to = context;
    to->data(to->user, stream, bytes, count);
    return 0;
}

static int on_stream_close(nghttp2_session *session, int32_t stream, uint32_t code, void *context) {
    (void)session;
    (void)code;
    const cnghttp2_events *to = context;
    to->closed(to->user, stream);
    return 0;
}

static int on_frame_send(nghttp2_session *session, const nghttp2_frame *frame, void *context) {
    (void)session;
    const cnghttp2_events *to = context;
    to->frame_sent(to->user, frame->hd.type, frame->hd.flags, frame->hd.stream_id);
    return 0;
}

static int on_unknown_frame(nghttp2_session *session, void **payload, const nghttp2_frame_hd *header, void *context) {
    (void)session;
    (void)payload;
    (void)header;
    (void)context;
    return NGHTTP2_ERR_CANCEL;
}

static ssize_t read_body(
    nghttp2_session *session, int32_t stream, uint8_t *buffer, size_t capacity, uint32_t *flags,
    nghttp2_data_source *source, void *context) {
    (void)session;
    (void)source;
    const cnghttp2_events *to = context;
    int is_last = 0;
    size_t count = to->body(to->user, stream, buffer, capacity, &is_last);
    if (is_last) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return count == 0 && !is_last ? NGHTTP2_ERR_DEFERRED : (ssize_t)count;
}

static nghttp2_session_callbacks *make_callbacks(void) {
    nghttp2_session_callbacks *callbacks = NULL;
    if (nghttp2_session_callbacks_new(&callbacks) != 0) return NULL;
    nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks, on_begin_frame);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame_recv);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data_chunk);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, on_frame_send);
    nghttp2_session_callbacks_set_unpack_extension_callback(callbacks, on_unknown_frame);
    return callbacks;
}

static nghttp2_option *make_options(void) {
    nghttp2_option *option = NULL;
    if (nghttp2_option_new(&option) != 0) return NULL;
    nghttp2_option_set_no_auto_window_update(option, 1);
    nghttp2_option_set_no_closed_streams(option, 1);
    // The server counts floods itself, so that it can say ENHANCE_YOUR_CALM; the library's own limits come after.
    nghttp2_option_set_stream_reset_rate_limit(option, 100000, 100000);
    nghttp2_option_set_max_outbound_ack(option, 100000);
    nghttp2_option_set_max_continuations(option, 64);
    // Frames of unknown types are told only where they are asked for; they are counted and passed over (RFC 9113 §5.5).
    for (int type = NGHTTP2_CONTINUATION + 1; type <= UINT8_MAX; type++)
        nghttp2_option_set_user_recv_extension_type(option, (uint8_t)type);
    return option;
}

static int submit_settings(nghttp2_session *session, cnghttp2_settings settings) {
    const nghttp2_settings_entry entries[] = {
        // The library ends the connection for a stream past the limit that it knows, where RFC 9113 §5.1.2 asks for an
        // error of that stream. So it knows none: the client is told ours as the frame goes out.
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, INT32_MAX},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, settings.stream_window},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, settings.header_bytes},
    };
    int result = nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, entries, sizeof entries / sizeof *entries);
    if (result != 0) return result;
    return nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, (int32_t)settings.connection_window);
}

nghttp2_session *cnghttp2_begin(cnghttp2_events *events, cnghttp2_settings settings) {
    nghttp2_session *session = NULL;
    nghttp2_session_callbacks *callbacks = make_callbacks();
    nghttp2_option *option = make_options();
    if (callbacks && option && nghttp2_session_server_new2(&session, callbacks, events, option) == 0 &&
        submit_settings(session, settings) != 0) {
        nghttp2_session_del(session);
        session = NULL;
    }
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_option_del(option);
    return session;
}

size_t cnghttp2_take_settings(nghttp2_session *session, cnghttp2_settings settings, uint8_t *frame) {
    const uint8_t *bytes = NULL;
    if (nghttp2_session_mem_send(session, &bytes) != cnghttp2_settings_size) return 0;
    memcpy(frame, bytes, cnghttp2_settings_size);
    // After the frame's header and the identifier of the first entry.
    for (int index = 0; index < 4; index++) frame[11 + index] = (uint8_t)(settings.streams >> (24 - 8 * index));
    return cnghttp2_settings_size;
}

int cnghttp2_respond(nghttp2_session *session, int32_t stream, const nghttp2_nv *fields, size_t count, int has_body) {
    nghttp2_data_provider provider = {.source = {.ptr = NULL}, .read_callback = read_body};
    return nghttp2_submit_response(session, stream, fields, count, has_body ? &provider : NULL);
}
