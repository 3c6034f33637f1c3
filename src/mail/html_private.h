/*
 * What the files of the HTML reader share; nobody else includes this.
 *
 *	html.c		elements, and the text between them
 *	html_look.c	how an element looks: seen or not
 *	html_entity.c	characters with a name or a number
 */
#ifndef MAIL_HTML_PRIVATE_H
#define MAIL_HTML_PRIVATE_H

#include <stdint.h>

#include "mail/html.h"

#define HTML_COLOUR_UNKNOWN	(-1)
#define HTML_COLOUR_BLACK	0x000000
#define HTML_COLOUR_WHITE	0xffffff

/* What an element hands on to those inside it. */
struct html_look {
	bool	hidden;		/* and so is all inside it */
	bool	tiny;		/* its font has no size; one inside may */
	int32_t	colour;		/* 0xrrggbb */
	int32_t	background;
};

/* The name of an element and what stands behind it, up to the ">". */
struct html_tag {
	const char	*name;		/* a "/" of a closing tag included */
	size_t		 name_length;
	const char	*rest;
	size_t		 rest_length;
};

/* html_look.c */

/* Changes the look it stands in to the element's own. */
void html_look_apply(struct html_look *, const struct html_tag *);
bool html_look_is_seen(const struct html_look *);

/* html_entity.c */

/* Behind "&": appends what it stands for, returns how much of it was read. */
size_t html_entity_add(struct buf *text, const char *entity);

#endif
