#include "CCrypto.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

int ccrypto_hmac_sha256(
    const void *key, size_t key_length, const void *message, size_t message_length, unsigned char *digest) {
    unsigned int length = 32;
    return HMAC(EVP_sha256(), key, (int)key_length, message, message_length, digest, &length) != NULL && length == 32;
}
