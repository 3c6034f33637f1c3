/*
 * A folder of its own for each test of the configuration, with the files
 * the test writes into it.
 *
 *	conf_files_make(&files);
 *	conf_files_write(&files, "replygate.conf", text);
 *	status = conf_files_load(&files, &conf);	files.why says why not
 *	conf_files_remove(&files);
 */
#ifndef TESTS_UNIT_CONF_FILES_H
#define TESTS_UNIT_CONF_FILES_H

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/conf.h"
#include "test.h"

struct conf_files {
	char		folder[PATH_MAX];
	char		path[PATH_MAX];	/* of the last file written */
	struct buf	why;		/* without the folder's name */
};

static inline void
conf_files_make(struct conf_files *files)
{
	const char *base = getenv("TMPDIR");
	char made[PATH_MAX];

	snprintf(made, sizeof(made), "%s/test_conf.XXXXXX",
	    base != NULL ? base : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(made));
	ck_assert_ptr_nonnull(realpath(made, files->folder));
	buf_init(&files->why);
}

static inline const char *
conf_files_path(struct conf_files *files, const char *name)
{
	size_t length = strlen(files->folder);

	memcpy(files->path, files->folder, length);
	snprintf(files->path + length, sizeof(files->path) - length, "/%s",
	    name);
	return files->path;
}

static inline void
conf_files_write_bytes(struct conf_files *files, const char *name,
    const void *bytes, size_t length)
{
	FILE *file = fopen(conf_files_path(files, name), "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
	ck_assert_int_eq(fclose(file), 0);
}

static inline void
conf_files_write(struct conf_files *files, const char *name, const char *text)
{
	conf_files_write_bytes(files, name, text, strlen(text));
}

/* The folder's name is taken off `why`, which is checked to be one line. */
static inline enum status
conf_files_load(struct conf_files *files, struct conf **conf)
{
	size_t length = strlen(files->folder) + 1;
	enum status status;
	struct buf why;

	buf_init(&why);
	buf_clear(&files->why);
	status = conf_load(conf_files_path(files, "replygate.conf"), conf,
	    &why);
	ck_assert_msg(status == STATUS_OK ? why.length == 0 :
	    strncmp(why.data, files->folder, length - 1) == 0,
	    "an error must begin with the file: %s", why.data);
	ck_assert_msg((status == STATUS_OK) == (*conf != NULL),
	    "%s, yet conf is %p", status_text(status), (void *)*conf);
	ck_assert_ptr_null(strchr(why.data, '\n'));
	if (status != STATUS_OK)
		buf_add_text(&files->why, why.data + length);
	buf_release(&why);
	return status;
}

static inline void
conf_files_remove(struct conf_files *files)
{
	DIR *folder = opendir(files->folder);
	struct dirent *entry;

	ck_assert_ptr_nonnull(folder);
	while ((entry = readdir(folder)) != NULL)
		if (entry->d_name[0] != '.')
			remove(conf_files_path(files, entry->d_name));
	closedir(folder);
	ck_assert_int_eq(rmdir(files->folder), 0);
	buf_release(&files->why);
}

#endif
