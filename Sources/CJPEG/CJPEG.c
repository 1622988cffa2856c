#include "CJPEG.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

/// libjpeg's objects and the state of one decode; lives outside the frame that setjmp returns to.
typedef struct {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf escape;
    int status;
    char *message;
    const cjpeg_source *source;
    cjpeg_row row;
    void *context;
    uint8_t *pixels;  // one row as libjpeg gives it
} decode;

static decode *decode_of(j_common_ptr jpeg) { return (decode *)jpeg->client_data; }

static void leave(decode *d, int status, const char *message) {
    d->status = status;
    if (message) snprintf(d->message, 256, "%s", message);
    longjmp(d->escape, 1);
}

static void fail(j_common_ptr jpeg, int status) {
    char text[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, text);
    leave(decode_of(jpeg), status, text);
}

static int status_of(int code) {
    switch (code) {
    case JERR_INPUT_EOF: case JERR_INPUT_EMPTY: return CJPEG_TRUNCATED;
    case JERR_OUT_OF_MEMORY: return CJPEG_OUT_OF_MEMORY;
    case JERR_BAD_PRECISION: case JERR_SOF_UNSUPPORTED: case JERR_CONVERSION_NOTIMPL:
    case JERR_NOT_COMPILED: case JERR_CCIR601_NOTIMPL: case JERR_FRACT_SAMPLE_NOTIMPL:
        return CJPEG_UNSUPPORTED;
    default: return CJPEG_CORRUPT;
    }
}

static void on_error(j_common_ptr jpeg) { fail(jpeg, status_of(jpeg->err->msg_code)); }

/// A warning after which libjpeg would invent pixels is a failure; remarks on headers and stray bytes are not.
static void on_message(j_common_ptr jpeg, int level) {
    if (level >= 0) return;
    switch (jpeg->err->msg_code) {
    case JWRN_JPEG_EOF: fail(jpeg, CJPEG_TRUNCATED); break;
    case JWRN_HIT_MARKER: case JWRN_HUFF_BAD_CODE: case JWRN_ARITH_BAD_CODE: case JWRN_MUST_RESYNC:
    case JWRN_BOGUS_PROGRESSION:
        fail(jpeg, CJPEG_CORRUPT); break;
    default: jpeg->err->num_warnings++; break;
    }
}

static void on_progress(j_common_ptr jpeg) {
    decode *d = decode_of(jpeg);
    if (d->jpeg.input_scan_number > d->source->max_scans) leave(d, CJPEG_TOO_MANY_SCANS, NULL);
    if (d->row(d->context, 0, NULL)) leave(d, CJPEG_STOPPED, NULL);
}

static void give_row(decode *d, uint32_t y) {
    if (d->jpeg.out_color_space == JCS_CMYK) {
        uint8_t *rgb = d->pixels;
        for (uint32_t x = 0; x < d->source->width; x++) {
            const uint8_t *ink = d->pixels + 4 * (size_t)x;
            unsigned c = ink[0], m = ink[1], k = ink[3], yellow = ink[2];
            *rgb++ = (c * k + 127) / 255;
            *rgb++ = (m * k + 127) / 255;
            *rgb++ = (yellow * k + 127) / 255;
        }
    }
    if (d->row(d->context, y, d->pixels)) leave(d, CJPEG_STOPPED, NULL);
}

static void start(decode *d) {
    struct jpeg_decompress_struct *jpeg = &d->jpeg;
    jpeg_create_decompress(jpeg);
    jpeg->client_data = d;
    jpeg->progress = &d->progress;
    d->progress.progress_monitor = on_progress;
    jpeg_mem_src(jpeg, (unsigned char *)d->source->bytes, d->source->length);
    jpeg_read_header(jpeg, TRUE);
    if (jpeg->image_width != d->source->width || jpeg->image_height != d->source->height)
        leave(d, CJPEG_CORRUPT, "its headers disagree on its size");
    jpeg->out_color_space = jpeg->num_components == 4 ? JCS_CMYK : JCS_RGB;
    jpeg_start_decompress(jpeg);
    d->pixels = malloc((size_t)d->source->width * jpeg->output_components);
    if (!d->pixels) leave(d, CJPEG_OUT_OF_MEMORY, "not enough memory");
}

static void run(decode *d) {
    start(d);
    while (d->jpeg.output_scanline < d->jpeg.output_height) {
        uint32_t y = d->jpeg.output_scanline;
        JSAMPROW rows[1] = {d->pixels};
        if (jpeg_read_scanlines(&d->jpeg, rows, 1) == 1) give_row(d, y);
    }
    jpeg_finish_decompress(&d->jpeg);
}

int cjpeg_decode(const cjpeg_source *source, cjpeg_row row, void *context, char message[256]) {
    decode *d = calloc(1, sizeof(decode));
    if (!d) return CJPEG_OUT_OF_MEMORY;
    d->message = message;
    d->source = source;
    d->row = row;
    d->context = context;
    d->jpeg.err = jpeg_std_error(&d->errors);
    d->jpeg.client_data = d;
    d->errors.error_exit = on_error;
    d->errors.emit_message = on_message;
    if (setjmp(d->escape) == 0) run(d);
    int status = d->status;
    jpeg_destroy_decompress(&d->jpeg);
    free(d->pixels);
    free(d);
    return status;
}
