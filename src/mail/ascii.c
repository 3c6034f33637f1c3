/*
 * Texts in plain ASCII.  The ctype(3) functions are not asked: what they say is
 * the locale's, and they call a vertical tab white space, which Unicode's
 * tables, as the other texts are folded by, do not.
 */
#include "mail/ascii.h"

#define BATCH_MAX	256	/* bytes that are added at once */

#define DELETE		0x7f
#define SMALL		0x20	/* with this bit a capital is a small letter */

bool
ascii_only(const char *text, size_t length)
{
	unsigned char all = 0;
	size_t i;

	for (i = 0; i < length; i++)
		all |= (unsigned char)text[i];
	return all < 0x80;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

void
ascii_fold(const char *text, size_t length, struct buf *folded)
{
	char batch[BATCH_MAX];
	bool blank = false, begun = false;
	size_t i, batched = 0;
	char c;

	for (i = 0; i < length; i++) {
		c = text[i];
		if (is_blank(c)) {
			blank = begun;
			continue;
		}
		if (c < ' ' || c == DELETE)
			continue;
		if (batched + 2 > BATCH_MAX) {
			buf_add(folded, batch, batched);
			batched = 0;
		}
		if (blank)
			batch[batched++] = ' ';
		batch[batched++] = c >= 'A' && c <= 'Z' ? (char)(c | SMALL) : c;
		blank = false;
		begun = true;
	}
	buf_add(folded, batch, batched);
}
