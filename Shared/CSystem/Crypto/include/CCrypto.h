#ifndef FAULTLINE_CCRYPTO_H
#define FAULTLINE_CCRYPTO_H

#include <stddef.h>

/// HMAC-SHA-256 (RFC 2104) under one key. It never changes, so threads may share it.
typedef struct evp_mac_ctx_st ccrypto_hmac;

/// Takes a key; NULL when libcrypto refuses, which it does for want of memory. To be freed by ccrypto_hmac_free.
ccrypto_hmac *ccrypto_hmac_sha256_create(const void *key, size_t key_length);

/// The 32 bytes for a message. Returns 0 when libcrypto refuses, for want of memory.
int ccrypto_hmac_sha256(const ccrypto_hmac *keyed, const void *message, size_t length, unsigned char *digest);

/// Frees what ccrypto_hmac_sha256_create made.
void ccrypto_hmac_free(ccrypto_hmac *keyed);

#endif
