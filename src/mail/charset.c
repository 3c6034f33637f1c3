/*
 * The table of charsets.
 */
#include "mail/charset.h"

#include <stddef.h>
#include <strings.h>

static const struct larger {
	const char	*name, *larger;
} charsets[] = {
	{ "us-ascii", "windows-1252" }, { "ascii", "windows-1252" },
	{ "iso-8859-1", "windows-1252" }, { "latin1", "windows-1252" },
	{ "iso-8859-9", "windows-1254" },
	{ "gb2312", "gb18030" }, { "gbk", "gb18030" },
	{ "ks_c_5601-1987", "cp949" }, { "euc-kr", "cp949" },
	{ "shift_jis", "cp932" }, { "big5", "big5-hkscs" },
	{ "iso-2022-jp", "iso-2022-jp-2" },
};

const char *
charset_larger(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(charsets) / sizeof(charsets[0]); i++)
		if (strcasecmp(name, charsets[i].name) == 0)
			return charsets[i].larger;
	return name;
}
