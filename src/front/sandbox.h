/*
 * What the daemon may still do once it is started, on systems that can hold it
 * to that: pledge(2) and unveil(2) of OpenBSD.  Linux and FreeBSD are told that
 * it will never have more rights than now; for the rest a service manager may
 * do the same from outside.
 */
#ifndef FRONT_SANDBOX_H
#define FRONT_SANDBOX_H

#include "base/buf.h"
#include "base/conf.h"
#include "base/status.h"

/*
 * Every place of the file system the daemon uses, with "r" or "rwc" as
 * unveil(2) has them.  Folders stand for what lies in them.
 */
void sandbox_each_place(const struct conf *, const char *conf_path,
    void (*each)(void *context, const char *path, const char *rights),
    void *context);

/* In the parent, before it forks.  UNAVAILABLE. */
enum status sandbox_enter(const struct conf *, const char *conf_path,
    struct buf *why);

/* In the child, once it serves: it starts no process any more. */
void sandbox_serve(void);

#endif
