#include "CTLSClient.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <string.h>

void *tlsclient_connect(int descriptor, const char *protocols, int newest) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context, newest);
    SSL_CTX_set_security_level(context, 0);
    SSL *client = SSL_new(context);
    SSL_CTX_free(context);
    SSL_set_alpn_protos(client, (const unsigned char *)protocols, strlen(protocols));
    SSL_set_fd(client, descriptor);
    if (SSL_connect(client) == 1) return client;
    SSL_free(client);
    return NULL;
}

void tlsclient_free(void *client) { SSL_free(client); }

int tlsclient_write(void *client, const void *bytes, int count) { return SSL_write(client, bytes, count); }

int tlsclient_read(void *client, void *bytes, int capacity) {
    int count = SSL_read(client, bytes, capacity);
    if (count > 0) return count;
    return SSL_get_error(client, count) == SSL_ERROR_ZERO_RETURN ? 0 : -1;
}

void tlsclient_end(void *client) { SSL_shutdown(client); }

const char *tlsclient_protocol(void *client, char name[256]) {
    const unsigned char *chosen = NULL;
    unsigned int length = 0;
    SSL_get0_alpn_selected(client, &chosen, &length);
    memcpy(name, chosen, length);
    name[length] = 0;
    return name;
}

const char *tlsclient_common_name(void *client, char name[256]) {
    X509 *certificate = SSL_get1_peer_certificate(client);
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, 256);
    X509_free(certificate);
    return name;
}

int tlsclient_write_certificate(const char *common_name, const char *chain, const char *key_path) {
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)common_name, -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_set_pubkey(certificate, key);
    int done = X509_sign(certificate, key, EVP_sha256()) > 0;
    FILE *file = fopen(chain, "w");
    done = done && file && PEM_write_X509(file, certificate) == 1;
    if (file) fclose(file);
    file = fopen(key_path, "w");
    done = done && file && PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1;
    if (file) fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return done;
}
