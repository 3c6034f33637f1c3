/*
 * What mail systems call the milter's socket.  Ours is libmilter's way, which
 * is Sendmail's: "unix:PATH", "local:PATH", "inet:PORT@HOST".  Postfix writes
 * "inet:HOST:PORT", and sees PATH from its queue directory.
 */
#ifndef BASE_MTA_NAME_H
#define BASE_MTA_NAME_H

#include <stdbool.h>

#include "base/buf.h"

/* The path of a socket of ours; NULL: it is none of a file's. */
const char *mta_name_path(const char *milter_socket);

/*
 * For main.cf.  `queue`: Postfix's queue directory; a path below it is written
 * as seen from there, which is right in a chroot and outside.
 */
void mta_name_postfix(const char *milter_socket, const char *queue,
    struct buf *name);

/* Where Postfix keeps its queue unless told otherwise. */
#define MTA_NAME_QUEUE	"/var/spool/postfix"

#endif
