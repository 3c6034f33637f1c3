/*
 * The text of a file an administrator wrote.
 */
#ifndef BASE_CONF_FILE_H
#define BASE_CONF_FILE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/status.h"

/*
 * The whole file, its last line ended, NUL-terminated, freed by the caller.
 * It is refused when it is not a regular file, is longer than `max`, begins
 * with a byte order mark, or holds a NUL byte: NOT_FOUND, MALFORMED.
 * NO_MEMORY.  On failure `problem` says ": what is wrong" or, where there is
 * one, ":LINE: what is wrong", to be put behind the file's name.
 */
enum status conf_file_read(const char *path, size_t max, char **text,
    struct buf *problem);

#endif
