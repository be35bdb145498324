#include "CChecksum.h"

#include <string.h>

static uint32_t table[256];

__attribute__((constructor)) static void fill_table(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t value = byte;
        for (int bit = 0; bit < 8; bit++) value = value & 1 ? value >> 1 ^ 0x82F63B78u : value >> 1;
        table[byte] = value;
    }
}

uint32_t cchecksum_crc32c_portable(uint32_t before, const void *bytes, size_t count) {
    const uint8_t *next = bytes;
    uint32_t value = ~before;
    while (count-- > 0) value = table[(value ^ *next++) & 0xFF] ^ value >> 8;
    return ~value;
}

#if defined(__x86_64__)

__attribute__((target("sse4.2"))) static uint32_t crc32c_sse42(uint32_t before, const void *bytes, size_t count) {
    const uint8_t *next = bytes;
    uint64_t value = (uint32_t)~before;
    for (; count >= 8; count -= 8, next += 8) {
        uint64_t word;
        memcpy(&word, next, 8);
        value = __builtin_ia32_crc32di(value, word);
    }
    uint32_t rest = (uint32_t)value;
    while (count-- > 0) rest = __builtin_ia32_crc32qi(rest, *next++);
    return ~rest;
}

uint32_t cchecksum_crc32c(uint32_t before, const void *bytes, size_t count) {
    if (__builtin_cpu_supports("sse4.2")) return crc32c_sse42(before, bytes, count);
    return cchecksum_crc32c_portable(before, bytes, count);
}

#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)

uint32_t cchecksum_crc32c(uint32_t before, const void *bytes, size_t count) {
    const uint8_t *next = bytes;
    uint32_t value = ~before;
    for (; count >= 8; count -= 8, next += 8) {
        uint64_t word;
        memcpy(&word, next, 8);
        value = __builtin_arm_crc32cd(value, word);
    }
    while (count-- > 0) value = __builtin_arm_crc32cb(value, *next++);
    return ~value;
}

#else

uint32_t cchecksum_crc32c(uint32_t before, const void *bytes, size_t count) {
    return cchecksum_crc32c_portable(before, bytes, count);
}

#endif
