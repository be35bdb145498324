#ifndef FAULTLINE_CNGHTTP2_H
#define FAULTLINE_CNGHTTP2_H

#include <nghttp2/nghttp2.h>

#endif
