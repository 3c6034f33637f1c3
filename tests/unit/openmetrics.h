/*
 * A strict reader of OpenMetrics 1.0 text, as far as we write it.
 */
#ifndef TESTS_UNIT_OPENMETRICS_H
#define TESTS_UNIT_OPENMETRICS_H

#include <stddef.h>

/*
 * NULL: the text is right; else what is wrong with it, and `line` is the first
 * line it is wrong in.
 */
const char *openmetrics_check(const char *text, size_t *line);

#endif
