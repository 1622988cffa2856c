#include "COpenSSL.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>

/// HTTP/2 first: the server's order decides (RFC 7301 §3.2).
static const unsigned char protocols[] = "\x02h2\x08http/1.1";

static int choose_protocol(
    SSL *session, const unsigned char **chosen, unsigned char *length, const unsigned char *offered,
    unsigned int offered_length, void *unused) {
    (void)session;
    (void)unused;
    int result = SSL_select_next_proto(
        (unsigned char **)chosen, length, protocols, sizeof protocols - 1, offered, offered_length);
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// Nobody is there to be asked for the passphrase of a key.
static int no_passphrase(char *buffer, int size, int is_writing, void *unused) {
    (void)buffer;
    (void)size;
    (void)is_writing;
    (void)unused;
    ERR_clear_error();
    ERR_raise_data(ERR_LIB_PEM, PEM_R_BAD_PASSWORD_READ, "the key has a passphrase");
    return -1;
}

/// The first error is the cause, the later ones say where it was noticed.
static void describe(char message[openssl_message_bytes]) {
    const char *data = NULL;
    int flags = 0;
    unsigned long error = ERR_peek_error_data(&data, &flags);
    const char *reason = ERR_SYSTEM_ERROR(error) ? strerror(ERR_GET_REASON(error)) : ERR_reason_error_string(error);
    int has_details = !ERR_SYSTEM_ERROR(error) && data && *data && flags & ERR_TXT_STRING;
    snprintf(
        message, openssl_message_bytes, "%s%s%s", reason ? reason : "not readable", has_details ? ", " : "",
        has_details ? data : "");
}

static int takes_key(SSL_CTX *context, const char *key) {
    SSL_CTX_set_default_passwd_cb(context, no_passphrase);
    return SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1 && SSL_CTX_check_private_key(context) == 1;
}

void *openssl_tls_context(const char *chain, const char *key, char message[openssl_message_bytes], int *is_key_bad) {
    ERR_clear_error();
    *is_key_bad = 0;
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (context && SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
        // RFC 9113 §9.2.2: of TLS 1.2 only what HTTP/2 allows.
        SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
        SSL_CTX_use_certificate_chain_file(context, chain) == 1 && !(*is_key_bad = !takes_key(context, key))) {
        SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_COMPRESSION);
        SSL_CTX_set_mode(
            context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
        SSL_CTX_set_alpn_select_cb(context, choose_protocol, NULL);
        return context;
    }
    describe(message);
    SSL_CTX_free(context);
    return NULL;
}

void openssl_tls_context_free(void *context) { SSL_CTX_free(context); }

void *openssl_tls_begin(void *context) {
    SSL *session = SSL_new(context);
    BIO *incoming = BIO_new(BIO_s_mem());
    BIO *outgoing = BIO_new(BIO_s_mem());
    if (session && incoming && outgoing) {
        SSL_set_bio(session, incoming, outgoing);
        SSL_set_accept_state(session);
        return session;
    }
    BIO_free(incoming);
    BIO_free(outgoing);
    SSL_free(session);
    return NULL;
}

void openssl_tls_free(void *session) { SSL_free(session); }

int openssl_tls_feed(void *session, const void *bytes, size_t count) {
    size_t written = 0;
    return BIO_write_ex(SSL_get_rbio(session), bytes, count, &written) == 1 && written == count;
}

int openssl_tls_read(void *session, void *bytes, int capacity) {
    // The queue belongs to the thread; what an earlier call left there would be taken for this one's.
    ERR_clear_error();
    int count = SSL_read(session, bytes, capacity);
    if (count > 0) return count;
    switch (SSL_get_error(session, count)) {
    case SSL_ERROR_WANT_READ: return OPENSSL_TLS_MORE;
    case SSL_ERROR_ZERO_RETURN: return OPENSSL_TLS_ENDED;
    default: return OPENSSL_TLS_FAILED;
    }
}

int openssl_tls_write(void *session, const void *bytes, int count) {
    ERR_clear_error();
    int written = SSL_write(session, bytes, count);
    return written > 0 ? written : OPENSSL_TLS_FAILED;
}

int openssl_tls_take(void *session, void *bytes, int capacity) {
    int count = BIO_read(SSL_get_wbio(session), bytes, capacity);
    return count > 0 ? count : 0;
}

void openssl_tls_end(void *session) {
    ERR_clear_error();
    SSL_shutdown(session);
}

int openssl_tls_is_established(void *session) { return SSL_is_init_finished(session); }

int openssl_tls_is_http2(void *session) {
    const unsigned char *name = NULL;
    unsigned int length = 0;
    SSL_get0_alpn_selected(session, &name, &length);
    return length == 2 && name[0] == 'h' && name[1] == '2';
}
