#include "CPNG.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>
#include <zlib.h>

struct cpng_writer {
    png_structp png;
    png_infop info;
    jmp_buf escape;
    char *message;
    cpng_sink sink;
    void *context;
};

static void on_error(png_structp png, png_const_charp text) {
    cpng_writer *writer = png_get_error_ptr(png);
    snprintf(writer->message, 256, "%s", text);
    longjmp(writer->escape, 1);
}

static void on_warning(png_structp png, png_const_charp text) { (void)png, (void)text; }

static void on_write(png_structp png, png_bytep bytes, size_t count) {
    cpng_writer *writer = png_get_io_ptr(png);
    writer->sink(writer->context, bytes, count);
}

static void on_flush(png_structp png) { (void)png; }

static void set_palette(cpng_writer *writer, const cpng_description *description) {
    png_color colours[256];
    for (int i = 0; i < description->palette_count && i < 256; i++) {
        const uint8_t *rgb = description->palette + 3 * i;
        colours[i] = (png_color){rgb[0], rgb[1], rgb[2]};
    }
    png_set_PLTE(writer->png, writer->info, colours, description->palette_count);
}

static void set_text(cpng_writer *writer, const cpng_description *description) {
    png_text text = {0};
    text.compression = PNG_ITXT_COMPRESSION_NONE;
    text.key = (char *)description->keyword;
    text.text = (char *)description->text;
    text.itxt_length = strlen(description->text);
    text.lang = "";
    text.lang_key = "";
    png_set_text(writer->png, writer->info, &text, 1);
}

/// Regions repeat the row above and hold nothing that a longer search would find; photographs under a tint do.
static void pack(cpng_writer *writer, int kind) {
    int is_rgb = kind == CPNG_RGB;
    png_set_filter(writer->png, PNG_FILTER_TYPE_BASE, is_rgb ? PNG_FILTER_SUB | PNG_FILTER_UP : PNG_FILTER_UP);
    png_set_compression_strategy(writer->png, is_rgb ? Z_DEFAULT_STRATEGY : Z_RLE);
    png_set_compression_level(writer->png, 4);
}

static void begin(cpng_writer *writer, const cpng_description *description) {
    static const int depths[] = {1, 8, 16, 8};
    static const int types[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_PALETTE, PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_RGB};
    png_set_write_fn(writer->png, writer, on_write, on_flush);
    png_set_IHDR(writer->png, writer->info, description->width, description->height, depths[description->kind],
                 types[description->kind], PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (description->kind == CPNG_PALETTE) set_palette(writer, description);
    if (description->keyword) set_text(writer, description);
    pack(writer, description->kind);
    png_write_info(writer->png, writer->info);
}

cpng_writer *cpng_writer_new(const cpng_description *description, cpng_sink sink, void *context, char message[256]) {
    cpng_writer *writer = calloc(1, sizeof(cpng_writer));
    if (!writer) return NULL;
    writer->message = message;
    writer->sink = sink;
    writer->context = context;
    if (setjmp(writer->escape) == 0) {
        writer->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, writer, on_error, on_warning);
        writer->info = writer->png ? png_create_info_struct(writer->png) : NULL;
        if (writer->info) {
            begin(writer, description);
            return writer;
        }
    }
    cpng_writer_free(writer);
    return NULL;
}

int cpng_writer_row(cpng_writer *writer, const uint8_t *row) {
    if (setjmp(writer->escape)) return CPNG_CORRUPT;
    png_write_row(writer->png, row);
    return CPNG_OK;
}

int cpng_writer_finish(cpng_writer *writer) {
    if (setjmp(writer->escape)) return CPNG_CORRUPT;
    png_write_end(writer->png, writer->info);
    return CPNG_OK;
}

void cpng_writer_free(cpng_writer *writer) {
    png_destroy_write_struct(&writer->png, &writer->info);
    free(writer);
}
