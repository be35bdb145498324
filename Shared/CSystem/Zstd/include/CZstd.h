#ifndef FAULTLINE_CZSTD_H
#define FAULTLINE_CZSTD_H

#include <zstd.h>

#endif
