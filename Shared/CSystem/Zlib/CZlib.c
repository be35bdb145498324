#include "CZlib.h"

enum { GZIP_WINDOW = 15 + 16 };

int czlib_begin_gzip(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY);
}

int czlib_begin_gunzip(z_stream *stream) {
    return inflateInit2(stream, GZIP_WINDOW);
}

int czlib_begin_inflate(z_stream *stream) {
    return inflateInit2(stream, 15);
}
