#include "CCurl.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void begin(void) { curl_global_init(CURL_GLOBAL_DEFAULT); }

static size_t on_line(char *bytes, size_t size, size_t count, void *context) {
    const ccurl_events *to = context;
    return to->line(to->user, bytes, size * count) ? size * count : 0;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context) {
    const ccurl_events *to = context;
    return to->body(to->user, bytes, size * count) ? size * count : 0;
}

static int on_tick(void *context, curl_off_t total, curl_off_t now, curl_off_t upload, curl_off_t uploaded) {
    (void)total, (void)now, (void)upload, (void)uploaded;
    const ccurl_events *to = context;
    return !to->tick(to->user);
}

static ccurl_result result_of(CURLcode code) {
    switch (code) {
    case CURLE_OK: return CCURL_WHOLE;
    case CURLE_WRITE_ERROR:
    case CURLE_ABORTED_BY_CALLBACK: return CCURL_STOPPED;
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM: return CCURL_CUT;
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_SSL_CONNECT_ERROR: return CCURL_UNREACHABLE;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE: return CCURL_UNTRUSTED;
    default: return CCURL_FAILED;
    }
}

static struct curl_slist *list_of(const ccurl_request *request) {
    struct curl_slist *list = NULL;
    for (size_t index = 0; index < request->field_count; index++) {
        struct curl_slist *longer = curl_slist_append(list, request->fields[index]);
        if (!longer) {
            curl_slist_free_all(list);
            return NULL;
        }
        list = longer;
    }
    return list;
}

static void set(CURL *handle, const ccurl_request *request, const ccurl_events *events, char *message) {
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, message);
    curl_easy_setopt(handle, CURLOPT_URL, request->url);
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, request->connect_seconds);
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, request->stall_seconds);
    if (request->authorities) curl_easy_setopt(handle, CURLOPT_CAINFO, request->authorities);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_line);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, events);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, events);
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, on_tick);
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, events);
}

ccurl_result ccurl_get(
    const ccurl_request *request, const ccurl_events *events, char message[ccurl_message_bytes], char **redirect) {
    _Static_assert((int)ccurl_message_bytes >= (int)CURL_ERROR_SIZE, "libcurl's message must fit");
    pthread_once(&once, begin);
    message[0] = 0;
    *redirect = NULL;
    CURL *handle = curl_easy_init();
    if (!handle) return CCURL_FAILED;
    set(handle, request, events, message);
    struct curl_slist *fields = list_of(request);
    CURLcode code = CURLE_OUT_OF_MEMORY;
    if (fields || request->field_count == 0) {
        curl_easy_setopt(handle, CURLOPT_HTTPHEADER, fields);
        code = curl_easy_perform(handle);
    }
    if (code != CURLE_OK && !message[0]) strncat(message, curl_easy_strerror(code), ccurl_message_bytes - 1);
    char *target = NULL;
    curl_easy_getinfo(handle, CURLINFO_REDIRECT_URL, &target);
    if (target) *redirect = strdup(target);
    curl_slist_free_all(fields);
    curl_easy_cleanup(handle);
    return result_of(code);
}

void ccurl_free(char *text) { free(text); }
