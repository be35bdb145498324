#ifndef FAULTLINE_CCHECKSUM_H
#define FAULTLINE_CCHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/// CRC-32C (RFC 3720, section 12.1), continued from the checksum of what came before, or from 0. Uses the processor's
/// instruction where it has one.
uint32_t cchecksum_crc32c(uint32_t before, const void *bytes, size_t count);

/// The same without the instruction.
uint32_t cchecksum_crc32c_portable(uint32_t before, const void *bytes, size_t count);

#endif
