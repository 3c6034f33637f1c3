/*
 * What of the house can be looked at without a daemon: files, their rights,
 * and room on the disk, as a configuration names them.
 */
#ifndef FRONT_DOCTOR_HOUSE_H
#define FRONT_DOCTOR_HOUSE_H

#include <stdbool.h>

#include "base/conf.h"
#include "base/finding.h"

/*
 * `running`: a daemon has it in use, and what it makes at its start has to be
 * there.
 */
void doctor_house(struct findings *, const struct conf *, bool running);

#endif
