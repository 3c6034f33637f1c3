/*
 * Addresses that are no person's.  Pure.
 */
#ifndef MAIL_MACHINE_H
#define MAIL_MACHINE_H

#include <stdbool.h>

#include "mail/addr.h"

/* mailer-daemon, postmaster, no-reply in its spellings, robots. */
bool machine_is_address(const struct addr *);

/* owner-*, *-request, *-bounces: where a list wants its bounces. */
bool machine_is_list_owner(const struct addr *);

#endif
