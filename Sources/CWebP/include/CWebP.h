#ifndef SILHOUETTE_CWEBP_H
#define SILHOUETTE_CWEBP_H

#include <stddef.h>
#include <stdint.h>

/// How a call ended.
enum {
    CWEBP_OK = 0,
    CWEBP_TRUNCATED = 1,
    CWEBP_CORRUPT = 2,
    CWEBP_OUT_OF_MEMORY = 3,
    CWEBP_UNSUPPORTED = 4,
    CWEBP_STOPPED = 5,
};

/// Takes a row of 8-bit RGB pixels. Called without pixels now and then before the first row.
/// Anything but 0 stops the decode with CWEBP_STOPPED.
typedef int (*cwebp_row)(void *context, uint32_t y, const uint8_t *rgb);

/// What to decode, and what the caller already knows of it from the header.
typedef struct {
    const uint8_t *bytes;
    size_t length;
    uint32_t width;
    uint32_t height;
} cwebp_source;

/// Decodes a still picture, or the first frame of an animation on its canvas, to RGB over white, top row first.
int cwebp_decode(const cwebp_source *source, cwebp_row row, void *context);

#endif
