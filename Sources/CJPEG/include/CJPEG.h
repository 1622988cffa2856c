#ifndef SILHOUETTE_CJPEG_H
#define SILHOUETTE_CJPEG_H

#include <stddef.h>
#include <stdint.h>

/// How a decode ended.
enum {
    CJPEG_OK = 0,
    CJPEG_TRUNCATED = 1,
    CJPEG_CORRUPT = 2,
    CJPEG_UNSUPPORTED = 3,
    CJPEG_TOO_MANY_SCANS = 4,
    CJPEG_OUT_OF_MEMORY = 5,
    CJPEG_STOPPED = 6,
};

/// Takes a row of 8-bit RGB pixels. Called without pixels now and then while scans are read.
/// Anything but 0 stops the decode with CJPEG_STOPPED.
typedef int (*cjpeg_row)(void *context, uint32_t y, const uint8_t *rgb);

/// What to decode, and what the caller already knows of it from the header.
typedef struct {
    const uint8_t *bytes;
    size_t length;
    uint32_t width;
    uint32_t height;
    int max_scans;
} cjpeg_source;

/// Decodes a whole picture to RGB, top row first. Four-component pictures are taken for Adobe's inverted CMYK.
/// `message` receives libjpeg's words for a failure.
int cjpeg_decode(const cjpeg_source *source, cjpeg_row row, void *context, char message[256]);

#endif
