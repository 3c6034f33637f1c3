/*
 * What the tables of keys say, replygate.conf(5) and the configuration that
 * is installed say too: each key in its place, with its default.
 */
#include "test.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/conf_private.h"

#define PAGE_MAX	200000

/* The file, its lines made one where they are not to count. */
static char *
read_file(const char *name, bool one_line)
{
	char *text = calloc(1, PAGE_MAX), *at;
	FILE *file = fopen(name, "r");

	ck_assert_ptr_nonnull(text);
	ck_assert_msg(file != NULL, "%s is not there", name);
	ck_assert_uint_gt(fread(text, 1, PAGE_MAX - 1, file), 0);
	ck_assert_msg(feof(file), "%s is too long for this test", name);
	fclose(file);
	for (at = text; one_line && *at != '\0'; at++)
		if (*at == '\n')
			*at = ' ';
	return text;
}

/* Where things are differs from installation to installation. */
static bool
has_one_default(const struct conf_key *key)
{
	return key->fallback != NULL && key->fallback[0] != '\0' &&
	    key->kind != CONF_KIND_NETS && key->kind != CONF_KIND_PATH &&
	    key->kind != CONF_KIND_SOCKET_PATH &&
	    key->kind != CONF_KIND_MILTER;
}

/* It says so, and not the beginning of something longer. */
static bool
says(const char *text, const char *word)
{
	size_t length = strlen(word);
	const char *at;

	for (at = text; (at = strstr(at, word)) != NULL; at += length)
		if (!isalnum((unsigned char)at[length]) &&
		    (at == text || !isalnum((unsigned char)at[-1])))
			return true;
	return false;
}

/* One entry, from where the one before ended; returns what is behind it. */
static char *
check_entry(const struct conf_key *key, char *from)
{
	char item[80], *entry, *end, saved;

	snprintf(item, sizeof(item), " .It Ic %s No = ", key->name);
	entry = strstr(from, item);
	ck_assert_msg(entry != NULL,
	    "%s: no entry, or not in the order of the table", key->name);
	entry += strlen(item);
	end = strstr(entry, " .It ");
	if (end == NULL || strstr(entry, " .El ") < end)
		end = strstr(entry, " .El ");
	ck_assert_ptr_nonnull(end);
	saved = *end;
	*end = '\0';
	entry = strstr(entry, "The default is ");
	if (has_one_default(key))
		ck_assert_msg(entry != NULL && says(entry, key->fallback),
		    "%s: the default is %s", key->name, key->fallback);
	*end = saved;
	return end;
}

/* In the order of the tables, which is that of the page. */
START_TEST(test_manual)
{
	char *page = read_file("src/replygate.conf.5", true), *at = page;
	const struct conf_key *key;

	for (key = conf_keys; key->name != NULL; key++)
		at = check_entry(key, at);
	for (key = conf_policy_keys; key->name != NULL; key++)
		at = check_entry(key, at);
	ck_assert_ptr_null(strstr(at, " No = Ar "));
	free(page);
}
END_TEST

/* A line of the file that sets the key, be it behind a "#". */
static const char *
find_line(const char *text, const char *name, char *line, size_t size)
{
	size_t length = strlen(name);
	const char *at;

	for (at = text; at != NULL; at = strchr(at, '\n')) {
		at += strspn(at, "\n#\t");
		if (strncmp(at, name, length) == 0 &&
		    strncmp(at + length, " = ", 3) == 0) {
			snprintf(line, size, "%.*s",
			    (int)strcspn(at + length, ";") - 3,
			    at + length + 3);
			return line;
		}
	}
	return NULL;
}

static void
check_line(const struct conf_key *key, const char *text, bool needed)
{
	char buffer[400];
	const char *line = find_line(text, key->name, buffer, sizeof(buffer));

	ck_assert_msg(line != NULL || !needed, "%s: is not shown", key->name);
	if (line != NULL && has_one_default(key))
		ck_assert_msg(says(line, key->fallback),
		    "%s: shown is %s, the default is %s", key->name, line,
		    key->fallback);
}

/* All of a site's keys; of a policy's those that need a thought. */
START_TEST(test_installed)
{
	char *text = read_file("conf/replygate.conf", false);
	const struct conf_key *key;

	for (key = conf_keys; key->name != NULL; key++)
		check_line(key, text, true);
	for (key = conf_policy_keys; key->name != NULL; key++)
		check_line(key, text, false);
	free(text);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("conf manual");
	TCase *tcase = tcase_create("conf manual");

	tcase_add_test(tcase, test_manual);
	tcase_add_test(tcase, test_installed);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
