/*
 * Pages of rows: how many are wanted, and where the next page begins.  The
 * place is told as a text that is given back as it is.
 */
#ifndef FRONT_API_PAGE_H
#define FRONT_API_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "front/api_verbs.h"
#include "gate/admin.h"

#define API_PLACE_SIZE	(IDENT_TEXT_SIZE + 40)

/*
 * The argument "most", a whole number from 1 to `limit`; `most` as it is
 * where it is not given.  False: it is wrong, and the answer says so.
 */
bool api_page_most(const struct api_request *, size_t limit, size_t *most,
    struct api_answer *);

/*
 * The argument "after": *after is NULL where it is not given, else `place`.
 * False: it is no place, and the answer says so.
 */
bool api_page_after(const struct api_request *, struct admin_place *place,
    const struct admin_place **after, struct api_answer *);

/* A place as text.  Returns text. */
const char *api_page_text(const struct admin_place *,
    char text[API_PLACE_SIZE]);

#endif
