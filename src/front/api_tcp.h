/*
 * The TCP socket metrics are read on.
 */
#ifndef FRONT_API_TCP_H
#define FRONT_API_TCP_H

#include "base/buf.h"
#include "base/status.h"

/*
 * `place` as the configuration has it: "127.0.0.1:9436", "[::1]:9436", or one
 * of these behind "public:".  Port 0 is one the system chooses.  CONFLICT when
 * somebody listens there, else UNAVAILABLE; `why` says what is the matter.
 */
enum status api_tcp_listen(const char *place, int *fd, struct buf *why);

#endif
