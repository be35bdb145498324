#ifndef FAULTLINE_CCURL_H
#define FAULTLINE_CCURL_H

#include <curl/curl.h>

/// Typed doors to libcurl's variadic calls, which Swift cannot make.
CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value);
CURLcode ccurl_set_offset(CURL *handle, CURLoption option, curl_off_t value);
CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value);
CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, const void *value);
CURLcode ccurl_set_sink(CURL *handle, CURLoption option, size_t (*sink)(char *, size_t, size_t, void *));
CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *value);
CURLcode ccurl_get_offset(CURL *handle, CURLINFO info, curl_off_t *value);

/// The version of the library that is loaded: 0x075801 for 7.88.1.
unsigned int ccurl_version_number(void);

/// The next finished transfer, or NULL; its result is stored.
CURL *ccurl_next_finished(CURLM *multi, CURLcode *result);

#endif
