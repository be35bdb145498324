#ifndef FAULTLINE_CZLIB_H
#define FAULTLINE_CZLIB_H

#include <zlib.h>

/// zlib's initialisers are macros; these are the two that the suite needs, for the gzip format.
int czlib_begin_gzip(z_stream *stream, int level);
int czlib_begin_gunzip(z_stream *stream);

#endif
