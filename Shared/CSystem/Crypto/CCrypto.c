#include "CCrypto.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

ccrypto_hmac *ccrypto_hmac_sha256_create(const void *key, size_t key_length) {
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *keyed = mac == NULL ? NULL : EVP_MAC_CTX_new(mac);
    // The context holds on to it.
    EVP_MAC_free(mac);
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, "SHA256", 0),
        OSSL_PARAM_construct_end(),
    };
    if (keyed == NULL || !EVP_MAC_init(keyed, key, key_length, parameters)) {
        EVP_MAC_CTX_free(keyed);
        return NULL;
    }
    return keyed;
}

int ccrypto_hmac_sha256(const ccrypto_hmac *keyed, const void *message, size_t length, unsigned char *digest) {
    EVP_MAC_CTX *copy = EVP_MAC_CTX_dup(keyed);
    size_t written = 0;
    int succeeded = copy != NULL && EVP_MAC_update(copy, message, length) && EVP_MAC_final(copy, digest, &written, 32)
        && written == 32;
    EVP_MAC_CTX_free(copy);
    return succeeded;
}

void ccrypto_hmac_free(ccrypto_hmac *keyed) {
    EVP_MAC_CTX_free(keyed);
}
