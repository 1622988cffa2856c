#include "COpenSSL.h"

#include <openssl/evp.h>

void *openssl_sha256_begin(void) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1) return context;
    EVP_MD_CTX_free(context);
    return NULL;
}

int openssl_sha256_update(void *state, const void *bytes, size_t count) {
    return EVP_DigestUpdate(state, bytes, count) == 1;
}

int openssl_sha256_finish(void *state, unsigned char digest[openssl_sha256_bytes]) {
    return EVP_DigestFinal_ex(state, digest, NULL) == 1;
}

void openssl_sha256_free(void *state) { EVP_MD_CTX_free(state); }
