#include "CPNG.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

/// libpng's objects and the state of one decode; lives outside the frame that setjmp returns to.
typedef struct {
    png_structp png;
    png_infop info;
    jmp_buf escape;
    int status;
    char *message;
    const cpng_source *source;
    size_t position;
    cpng_row row;
    void *context;
    int as_indices;
    uint8_t *pixels;    // one row as libpng gives it
    uint8_t *rgb;       // the same as 8-bit RGB over white
    uint16_t *indices;  // the same as it is coded
} decode;

static void leave(decode *d, int status, const char *message) {
    d->status = status;
    snprintf(d->message, 256, "%s", message);
    longjmp(d->escape, 1);
}

static void on_error(png_structp png, png_const_charp text) { leave(png_get_error_ptr(png), CPNG_CORRUPT, text); }

static void on_warning(png_structp png, png_const_charp text) { (void)png, (void)text; }

static void on_read(png_structp png, png_bytep target, size_t count) {
    decode *d = png_get_io_ptr(png);
    if (count > d->source->length - d->position) leave(d, CPNG_TRUNCATED, "its data ends early");
    memcpy(target, d->source->bytes + d->position, count);
    d->position += count;
}

/// v·a + white·(1 − a), rounded; `full` is the largest value.
static inline unsigned over_white(unsigned v, unsigned a, unsigned full) {
    uint64_t sum = (uint64_t)v * a + (uint64_t)full * (full - a);
    return (unsigned)((sum + full / 2) / full);
}

static inline unsigned sample16(const uint8_t *at) { return (unsigned)at[0] << 8 | at[1]; }

/// round(v / 257)
static inline uint8_t eight(unsigned v) { return (uint8_t)((v * 255u + 32895u) >> 16); }

static void convert8(const uint8_t *from, uint8_t *to, uint32_t count, int channels) {
    for (uint32_t x = 0; x < count; x++, from += channels, to += 3) {
        unsigned alpha = channels % 2 ? 255 : from[channels - 1];
        for (int c = 0; c < 3; c++) to[c] = (uint8_t)over_white(from[channels > 2 ? c : 0], alpha, 255);
    }
}

static void convert16(const uint8_t *from, uint8_t *to, uint32_t count, int channels) {
    for (uint32_t x = 0; x < count; x++, from += 2 * channels, to += 3) {
        unsigned alpha = channels % 2 ? 65535 : sample16(from + 2 * (channels - 1));
        for (int c = 0; c < 3; c++)
            to[c] = eight(over_white(sample16(from + (channels > 2 ? 2 * c : 0)), alpha, 65535));
    }
}

static const uint8_t *as_rgb(decode *d, uint32_t count, int depth) {
    int channels = png_get_channels(d->png, d->info);
    if (depth == 8 && channels == 3) return d->pixels;
    if (depth == 16) convert16(d->pixels, d->rgb, count, channels);
    else convert8(d->pixels, d->rgb, count, channels);
    return d->rgb;
}

static const uint16_t *as_indices(decode *d, uint32_t count, int depth) {
    for (uint32_t x = 0; x < count; x++)
        d->indices[x] = depth == 16 ? (uint16_t)sample16(d->pixels + 2 * x) : d->pixels[x];
    return d->indices;
}

static void read_row(decode *d, cpng_pixels place) {
    int depth = png_get_bit_depth(d->png, d->info);
    png_read_row(d->png, d->pixels, NULL);
    if (d->as_indices) place.indices = as_indices(d, place.count, depth);
    else place.rgb = as_rgb(d, place.count, depth);
    if (d->row(d->context, &place)) leave(d, CPNG_STOPPED, "stopped");
}

/// Has libpng give a byte for each index of 8 bits or fewer.
static void keep_indices(decode *d) {
    int type = png_get_color_type(d->png, d->info);
    if (type & PNG_COLOR_MASK_ALPHA) leave(d, CPNG_UNSUPPORTED, "a picture with transparency");
    if (type == PNG_COLOR_TYPE_RGB) leave(d, CPNG_UNSUPPORTED, "a picture in RGB");
    png_set_packing(d->png);
}

static void start(decode *d) {
    d->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, d, on_error, on_warning);
    if (!d->png) leave(d, CPNG_OUT_OF_MEMORY, "not enough memory");
    d->info = png_create_info_struct(d->png);
    if (!d->info) leave(d, CPNG_OUT_OF_MEMORY, "not enough memory");
    png_set_read_fn(d->png, d, on_read);
    png_set_user_limits(d->png, d->source->width, d->source->height);
    // A negative count skips every chunk but IHDR, PLTE, tRNS, IDAT and IEND.
    png_set_keep_unknown_chunks(d->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_read_info(d->png, d->info);
    if (png_get_image_width(d->png, d->info) != d->source->width ||
        png_get_image_height(d->png, d->info) != d->source->height)
        leave(d, CPNG_CORRUPT, "its headers disagree on its size");
    if (d->as_indices) keep_indices(d);
    else png_set_expand(d->png);
    png_read_update_info(d->png, d->info);
    d->pixels = malloc(png_get_rowbytes(d->png, d->info));
    if (d->as_indices) d->indices = malloc(2 * (size_t)d->source->width);
    else d->rgb = malloc(3 * (size_t)d->source->width);
    if (!d->pixels || (!d->rgb && !d->indices)) leave(d, CPNG_OUT_OF_MEMORY, "not enough memory");
}

static void read_passes(decode *d) {
    uint32_t width = d->source->width, height = d->source->height;
    for (int pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; pass++) {
        cpng_pixels place = {
            .x = PNG_PASS_START_COL(pass), .step = PNG_PASS_COL_OFFSET(pass), .count = PNG_PASS_COLS(width, pass)};
        if (place.count == 0) continue;
        for (uint32_t y = PNG_PASS_START_ROW(pass); y < height; y += PNG_PASS_ROW_OFFSET(pass)) {
            place.y = y;
            read_row(d, place);
        }
    }
}

static void run(decode *d) {
    start(d);
    if (png_get_interlace_type(d->png, d->info) == PNG_INTERLACE_ADAM7) {
        read_passes(d);
    } else {
        for (uint32_t y = 0; y < d->source->height; y++)
            read_row(d, (cpng_pixels){.y = y, .step = 1, .count = d->source->width});
    }
    png_read_end(d->png, NULL);
}

static int decode_all(decode blank, char message[256]) {
    decode *d = malloc(sizeof(decode));
    if (!d) return CPNG_OUT_OF_MEMORY;
    *d = blank;
    d->message = message;
    if (setjmp(d->escape) == 0) run(d);
    int status = d->status;
    png_destroy_read_struct(&d->png, &d->info, NULL);
    free(d->pixels);
    free(d->rgb);
    free(d->indices);
    free(d);
    return status;
}

int cpng_decode(const cpng_source *source, cpng_row row, void *context, char message[256]) {
    return decode_all((decode){.source = source, .row = row, .context = context}, message);
}

int cpng_decode_indices(const cpng_source *source, cpng_row row, void *context, char message[256]) {
    return decode_all((decode){.source = source, .row = row, .context = context, .as_indices = 1}, message);
}
