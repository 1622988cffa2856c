#include "CWebP.h"

#include <stdlib.h>
#include <string.h>

#include <webp/decode.h>
#include <webp/demux.h>

/// Opens a complete file; on failure NULL, with the reason in `status`.
static WebPDemuxer *open_file(const cwebp_source *source, int *status) {
    WebPData data = {source->bytes, source->length};
    WebPDemuxState state = WEBP_DEMUX_PARSE_ERROR;
    WebPDemuxer *demuxer = WebPDemuxPartial(&data, &state);
    *status = CWEBP_OK;
    if (demuxer && state == WEBP_DEMUX_DONE) return demuxer;
    *status = state == WEBP_DEMUX_PARSE_ERROR ? CWEBP_CORRUPT : CWEBP_TRUNCATED;
    WebPDemuxDelete(demuxer);
    return NULL;
}

static int status_of(VP8StatusCode code) {
    switch (code) {
    case VP8_STATUS_OK: return CWEBP_OK;
    case VP8_STATUS_OUT_OF_MEMORY: return CWEBP_OUT_OF_MEMORY;
    case VP8_STATUS_NOT_ENOUGH_DATA: case VP8_STATUS_SUSPENDED: return CWEBP_TRUNCATED;
    case VP8_STATUS_UNSUPPORTED_FEATURE: return CWEBP_UNSUPPORTED;
    default: return CWEBP_CORRUPT;
    }
}

/// v·a + white·(1 − a), rounded.
static inline uint8_t over_white(unsigned v, unsigned a) { return (uint8_t)((v * a + 255 * (255 - a) + 127) / 255); }

static void put_row(const WebPDecBuffer *pixels, int y, int width, uint8_t *to) {
    const uint8_t *from = pixels->u.RGBA.rgba + (size_t)y * pixels->u.RGBA.stride;
    if (pixels->colorspace == MODE_RGB) {
        memcpy(to, from, 3 * (size_t)width);
        return;
    }
    for (int x = 0; x < width; x++, from += 4, to += 3)
        for (int c = 0; c < 3; c++) to[c] = over_white(from[c], from[3]);
}

/// Decodes as if the data arrived piece by piece, to ask between pieces whether to go on.
static int decode_pieces(const WebPData *data, WebPDecoderConfig *config, cwebp_row row, void *context) {
    const size_t piece = 1 << 16;
    WebPIDecoder *decoder = WebPIDecode(NULL, 0, config);
    if (!decoder) return CWEBP_OUT_OF_MEMORY;
    VP8StatusCode code = VP8_STATUS_SUSPENDED;
    int stopped = 0;
    for (size_t end = 0; end < data->size && code == VP8_STATUS_SUSPENDED && !stopped;) {
        end = data->size - end > piece ? end + piece : data->size;
        code = WebPIUpdate(decoder, data->bytes, end);
        stopped = row(context, 0, NULL);
    }
    WebPIDelete(decoder);
    return stopped ? CWEBP_STOPPED : status_of(code);
}

/// Hands the canvas out row by row: white, and the frame over it.
static int give_rows(const cwebp_source *source, const WebPIterator *frame, const WebPDecBuffer *pixels, cwebp_row row,
                     void *context) {
    size_t bytes = 3 * (size_t)source->width;
    uint8_t *rgb = malloc(bytes);
    if (!rgb) return CWEBP_OUT_OF_MEMORY;
    int stopped = 0;
    for (uint32_t y = 0; y < source->height && !stopped; y++) {
        int inside = (int)y - frame->y_offset;
        memset(rgb, 255, bytes);
        if (inside >= 0 && inside < frame->height)
            put_row(pixels, inside, frame->width, rgb + 3 * (size_t)frame->x_offset);
        stopped = row(context, y, rgb);
    }
    free(rgb);
    return stopped ? CWEBP_STOPPED : CWEBP_OK;
}

static int decode_frame(const cwebp_source *source, const WebPIterator *frame, cwebp_row row, void *context) {
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config)) return CWEBP_UNSUPPORTED;
    VP8StatusCode code = WebPGetFeatures(frame->fragment.bytes, frame->fragment.size, &config.input);
    if (code != VP8_STATUS_OK) return status_of(code);
    if (config.input.width != frame->width || config.input.height != frame->height) return CWEBP_CORRUPT;
    config.output.colorspace = config.input.has_alpha ? MODE_RGBA : MODE_RGB;
    int status = decode_pieces(&frame->fragment, &config, row, context);
    if (status == CWEBP_OK) status = give_rows(source, frame, &config.output, row, context);
    WebPFreeDecBuffer(&config.output);
    return status;
}

static int has_size(const WebPDemuxer *demuxer, const cwebp_source *source) {
    return WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_WIDTH) == source->width &&
           WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_HEIGHT) == source->height;
}

int cwebp_decode(const cwebp_source *source, cwebp_row row, void *context) {
    int status;
    WebPDemuxer *demuxer = open_file(source, &status);
    if (!demuxer) return status;
    WebPIterator frame = {0};
    status = CWEBP_CORRUPT;
    if (has_size(demuxer, source) && WebPDemuxGetFrame(demuxer, 1, &frame))
        status = decode_frame(source, &frame, row, context);
    WebPDemuxReleaseIterator(&frame);
    WebPDemuxDelete(demuxer);
    return status;
}
