#ifndef SILHOUETTE_CPNG_H
#define SILHOUETTE_CPNG_H

#include <stddef.h>
#include <stdint.h>

/// How a call ended.
enum {
    CPNG_OK = 0,
    CPNG_TRUNCATED = 1,
    CPNG_CORRUPT = 2,
    CPNG_OUT_OF_MEMORY = 3,
    CPNG_STOPPED = 4,
    CPNG_UNSUPPORTED = 5,
};

/// `count` pixels of row `y`, for the columns `x`, `x + step`, `x + 2 step`, …, in one of the two ways.
typedef struct {
    uint32_t y, x, step, count;
    const uint8_t *rgb;       // 8-bit RGB, from cpng_decode
    const uint16_t *indices;  // from cpng_decode_indices
} cpng_pixels;

/// Takes pixels. Anything but 0 stops the decode with CPNG_STOPPED.
typedef int (*cpng_row)(void *context, const cpng_pixels *pixels);

/// What to decode, and what the caller already knows of it from the header.
typedef struct {
    const uint8_t *bytes;
    size_t length;
    uint32_t width;
    uint32_t height;
} cpng_source;

/// Decodes a whole picture to RGB, composited over white, pass by pass when interlaced. Attached data is skipped.
/// `message` receives libpng's words for a failure.
int cpng_decode(const cpng_source *source, cpng_row row, void *context, char message[256]);

/// Decodes the palette indices or grey levels as they are coded, 1 to 16 bits, without the palette and unscaled.
/// CPNG_UNSUPPORTED, and what was found in `message`, for any other kind of picture.
int cpng_decode_indices(const cpng_source *source, cpng_row row, void *context, char message[256]);

/// What is written: 1-bit grey, 8-bit palette, 16-bit grey or 8-bit RGB.
enum { CPNG_BITS = 0, CPNG_PALETTE = 1, CPNG_GREY16 = 2, CPNG_RGB = 3 };

typedef struct {
    uint32_t width, height;
    int kind;
    const uint8_t *palette;  // RGB triples, for CPNG_PALETTE
    int palette_count;
    const char *keyword;  // an iTXt chunk, or NULL
    const char *text;     // its UTF-8
} cpng_description;

/// Receives the bytes of the file as they are made.
typedef void (*cpng_sink)(void *context, const uint8_t *bytes, size_t count);

typedef struct cpng_writer cpng_writer;

/// Begins a file; NULL on failure. `description` is used in this call alone.
cpng_writer *cpng_writer_new(const cpng_description *description, cpng_sink sink, void *context, char message[256]);
/// Writes the next row: packed bits, bytes, big-endian 16-bit values or RGB triples.
int cpng_writer_row(cpng_writer *writer, const uint8_t *row);
/// Ends the file after its last row.
int cpng_writer_finish(cpng_writer *writer);
/// Frees the writer, finished or not.
void cpng_writer_free(cpng_writer *writer);

#endif
