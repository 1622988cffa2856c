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

#endif
