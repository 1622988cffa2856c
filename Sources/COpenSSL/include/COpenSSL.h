#ifndef SILHOUETTE_COPENSSL_H
#define SILHOUETTE_COPENSSL_H

#include <stddef.h>

enum { openssl_sha256_bytes = 32 };

/// A SHA-256 that takes its bytes in pieces; null where the library gives none.
void *openssl_sha256_begin(void);

/// Takes the next `count` bytes. 1, or 0 where the library fails.
int openssl_sha256_update(void *state, const void *bytes, size_t count);

/// Writes the digest of all bytes taken. 1, or 0 where the library fails.
int openssl_sha256_finish(void *state, unsigned char digest[openssl_sha256_bytes]);

void openssl_sha256_free(void *state);

enum { openssl_message_bytes = 256 };

/// What a read may answer instead of a number of bytes.
enum {
    OPENSSL_TLS_MORE = 0,
    OPENSSL_TLS_ENDED = -1,
    OPENSSL_TLS_FAILED = -2,
};

/// What TLS servers share: TLS 1.2 and later, the certificate chain and key of two PEM files, h2 and http/1.1 by ALPN.
/// Null, with the library's words in `message` and whether they are about the key, where the files do not serve.
void *openssl_tls_context(const char *chain, const char *key, char message[openssl_message_bytes], int *is_key_bad);

/// Sessions that were begun keep what they need of it.
void openssl_tls_context_free(void *context);

/// The server's side of one connection, which moves no bytes itself; null where there is no memory.
void *openssl_tls_begin(void *context);

void openssl_tls_free(void *session);

/// Takes bytes that came from the client. 1, or 0 where there is no memory.
int openssl_tls_feed(void *session, const void *bytes, size_t count);

/// Decrypts what was fed, the handshake included. The number of bytes, or one of the answers above.
int openssl_tls_read(void *session, void *bytes, int capacity);

/// Encrypts, once the handshake is done. The number of bytes taken, or OPENSSL_TLS_FAILED.
int openssl_tls_write(void *session, const void *bytes, int count);

/// Gives what is to be sent to the client: the number of bytes, 0 where there is nothing.
int openssl_tls_take(void *session, void *bytes, int capacity);

/// Says that nothing more comes (close_notify).
void openssl_tls_end(void *session);

int openssl_tls_is_established(void *session);

/// Whether ALPN chose h2.
int openssl_tls_is_http2(void *session);

#endif
