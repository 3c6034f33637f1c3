/*
 * The growing text buffer.  Room doubles, so that composing n bytes costs
 * O(n); the NUL always has its place, so `data` may be read at any time.
 */
#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUF_FIRST	64	/* bytes; most log lines take one more step */

void
buf_init(struct buf *buf)
{
	static const char empty[1] = "";

	/*
	 * Nobody writes through `data` while `capacity` is 0; a const byte
	 * rather than a writable one keeps us free of mutable globals.
	 */
	buf->data = (char *)(uintptr_t)empty;
	buf->length = 0;
	buf->capacity = 0;
	buf->failed = false;
}

void
buf_release(struct buf *buf)
{
	if (buf->capacity > 0)
		free(buf->data);
	buf_init(buf);
}

void
buf_clear(struct buf *buf)
{
	buf->length = 0;
	buf->failed = false;
	if (buf->capacity > 0)
		buf->data[0] = '\0';
}

/* Makes room for `more` bytes and the NUL; false, and sticky, without. */
static bool
buf_reserve(struct buf *buf, size_t more)
{
	size_t capacity = buf->capacity, need;
	char *data;

	if (buf->failed)
		return false;
	if (more > BUF_MAX - buf->length) {
		buf->failed = true;
		return false;
	}
	need = buf->length + more + 1;
	if (need <= capacity)
		return true;
	if (capacity == 0)
		capacity = BUF_FIRST;
	while (capacity < need)
		capacity *= 2;
	data = realloc(buf->capacity > 0 ? buf->data : NULL, capacity);
	if (data == NULL) {
		buf->failed = true;
		return false;
	}
	data[buf->length] = '\0';
	buf->data = data;
	buf->capacity = capacity;
	return true;
}

void
buf_add(struct buf *buf, const void *bytes, size_t length)
{
	if (length == 0 || !buf_reserve(buf, length))
		return;
	memcpy(buf->data + buf->length, bytes, length);
	buf->length += length;
	buf->data[buf->length] = '\0';
}

void
buf_add_text(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

void
buf_vprintf(struct buf *buf, const char *format, va_list arguments)
{
	va_list again;
	int length;

	if (buf->failed)
		return;
	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, arguments);
	if (length < 0) {
		buf->failed = true;
	} else if (length > 0 && buf_reserve(buf, (size_t)length)) {
		vsnprintf(buf->data + buf->length, (size_t)length + 1, format,
		    again);
		buf->length += (size_t)length;
	}
	va_end(again);
}

void
buf_printf(struct buf *buf, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	buf_vprintf(buf, format, arguments);
	va_end(arguments);
}

char *
buf_detach(struct buf *buf)
{
	char *text = NULL;

	/* An empty text must be the caller's to free as well. */
	if (buf_reserve(buf, 0)) {
		text = buf->data;
		buf->capacity = 0;
	}
	buf_release(buf);
	return text;
}
