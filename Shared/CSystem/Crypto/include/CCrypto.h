#ifndef FAULTLINE_CCRYPTO_H
#define FAULTLINE_CCRYPTO_H

#include <stddef.h>

/// HMAC-SHA-256 (RFC 2104) of a message: 32 bytes. Returns 0 when libcrypto refuses, which it does for want of memory.
int ccrypto_hmac_sha256(
    const void *key, size_t key_length, const void *message, size_t message_length, unsigned char *digest);

#endif
