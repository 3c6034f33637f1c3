/*
 * A growing text buffer with a sticky failure: compose first, ask once.
 * After a failed allocation, or past BUF_MAX, every further call does
 * nothing and `failed` stays set; what was composed until then stays.
 * The text is NUL-terminated after each call (data is never NULL: an empty
 * buffer shows "").
 *
 *	struct buf b;
 *	buf_init(&b);
 *	buf_printf(&b, "%d of %d", n, m);
 *	if (b.failed)
 *		...
 *	buf_release(&b);
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stdarg.h>
#include <stddef.h>

#define BUF_MAX		((size_t)64 * 1024 * 1024)

struct buf {
	char	*data;		/* NUL-terminated */
	size_t	 length;	/* without the NUL */
	size_t	 capacity;	/* 0: data is not ours to free */
	bool	 failed;
};

void buf_init(struct buf *);
void buf_release(struct buf *);		/* leaves it as after buf_init */
void buf_clear(struct buf *);		/* keeps the room, clears `failed` */
void buf_add(struct buf *, const void *bytes, size_t length);
void buf_add_text(struct buf *, const char *text);
void buf_printf(struct buf *, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *, const char *format, va_list)
	__attribute__((format(printf, 2, 0)));

/*
 * Gives the text to the caller, who frees it with free(3); NULL when the
 * buffer failed.  The buffer is left as after buf_init.
 */
char *buf_detach(struct buf *);

#endif
