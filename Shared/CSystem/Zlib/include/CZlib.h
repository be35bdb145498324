#ifndef FAULTLINE_CZLIB_H
#define FAULTLINE_CZLIB_H

#include <zlib.h>

/// zlib's initialisers are macros; these are those that the suite needs: gzip both ways, and the zlib format to read.
int czlib_begin_gzip(z_stream *stream, int level);
int czlib_begin_gunzip(z_stream *stream);
int czlib_begin_inflate(z_stream *stream);

#endif
