#ifndef SILHOUETTE_CTLSCLIENT_H
#define SILHOUETTE_CTLSCLIENT_H

/// A blocking TLS client on a connected socket, for tests; it trusts every certificate. `protocols` are as on the wire
/// (a length before each name). Null where the handshake fails. `newest` is the newest version, such as 0x0303.
void *tlsclient_connect(int descriptor, const char *protocols, int newest);
void tlsclient_free(void *client);
int tlsclient_write(void *client, const void *bytes, int count);
/// The number of bytes, 0 at the end, below 0 on failure.
int tlsclient_read(void *client, void *bytes, int capacity);
/// Says that nothing more is sent (close_notify).
void tlsclient_end(void *client);
/// The protocol that was chosen, or an empty string.
const char *tlsclient_protocol(void *client, char name[256]);
/// The common name of the server's certificate.
const char *tlsclient_common_name(void *client, char name[256]);

/// Writes a new key and a certificate that it signs itself. 1, or 0 on failure.
int tlsclient_write_certificate(const char *common_name, const char *chain, const char *key);

#endif
