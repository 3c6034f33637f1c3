/*
 * replygatectl users: all of them, page by page, in the order that was asked
 * for.
 */
#include "front/ctl.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "front/ctl_show.h"
#include "front/ctl_text.h"

#define USERS_AT_ONCE	500

static enum ctl_exit
no_memory(struct ctl *ctl)
{
	ctl_complain(ctl, "out of memory");
	return CTL_CANNOT;
}

static void
add_target(struct buf *target, const struct ctl *ctl, const char *after)
{
	buf_printf(target, "/v1/users?most=%d", USERS_AT_ONCE);
	if (ctl->standing != NULL) {
		buf_add_text(target, "&standing=");
		ctl_text_add_encoded(target, ctl->standing);
	}
	if (after != NULL) {
		buf_add_text(target, "&after=");
		ctl_text_add_encoded(target, after);
	}
}

/*
 * Reads the page behind *after into users, and moves *after, NULL behind the
 * last page.
 */
static enum ctl_exit
users_page(struct ctl *ctl, json_t *users, char **after)
{
	enum ctl_exit result;
	struct buf target;
	const char *next;
	char *before = *after;
	json_t *page;

	buf_init(&target);
	add_target(&target, ctl, before);
	result = ctl_ask(ctl, target.data, 0, &page);
	buf_release(&target);
	if (result != CTL_FINE)
		return result;
	next = json_string_value(json_object_get(page, "next"));
	if (json_array_extend(users, json_object_get(page, "users")) != 0 ||
	    (next != NULL && before != NULL && strcmp(next, before) <= 0)) {
		json_decref(page);
		return ctl_not_understood(ctl);
	}
	*after = next != NULL ? strdup(next) : NULL;
	result = next != NULL && *after == NULL ? no_memory(ctl) : CTL_FINE;
	free(before);
	json_decref(page);
	return result;
}

/*
 * Orders: those who are to be looked at stand first.  Users come in the order
 * of names, and stay in it where nothing else parts them.
 */

struct entry {
	json_t	*user;
	double	 value;		/* the least first */
	size_t	 place;
};

/* Without a rate nobody is low. */
static double
rate_of(const json_t *user)
{
	const json_t *share = json_object_get(json_object_get(user, "rate"),
	    "share");

	return json_is_number(share) ? json_number_value(share) : 2;
}

static double
sent_of(const json_t *user)
{
	return -json_number_value(json_object_get(json_object_get(user,
	    "sent"), "outreach"));
}

static double
place_of(const json_t *user)
{
	(void)user;
	return 0;
}

static const struct order {
	const char	*name;
	double		(*value)(const json_t *user);
} orders[] = {
	{ "name", place_of },
	{ "rate", rate_of },
	{ "sent", sent_of },
};

static const struct order *
find_order(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		if (name == NULL || strcmp(orders[i].name, name) == 0)
			return &orders[i];
	return NULL;
}

static bool
is_standing(const char *text)
{
	static const char *const texts[] = { "good", "warned", "restricted",
	    "exempt" };
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (text == NULL || strcmp(texts[i], text) == 0)
			return true;
	return false;
}

static int
compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->value < y->value || x->value > y->value)
		return x->value < y->value ? -1 : 1;
	return x->place < y->place ? -1 : 1;
}

/* The same users in another array; NULL without memory. */
static json_t *
sorted(const json_t *users, const struct order *order)
{
	size_t i, count = json_array_size(users);
	struct entry *entries = calloc(count + 1, sizeof(*entries));
	json_t *result = json_array();

	for (i = 0; entries != NULL && i < count; i++) {
		entries[i].user = json_array_get(users, i);
		entries[i].value = order->value(entries[i].user);
		entries[i].place = i;
	}
	if (entries != NULL)
		qsort(entries, count, sizeof(*entries), compare);
	for (i = 0; entries != NULL && i < count; i++)
		json_array_append(result, entries[i].user);
	free(entries);
	if (json_array_size(result) == count)
		return result;
	json_decref(result);
	return NULL;
}

static enum ctl_exit
print_users(struct ctl *ctl, json_t *users)
{
	enum ctl_exit result = CTL_FINE;
	struct buf text;
	json_t *whole;

	if (ctl->json) {
		whole = json_pack("{s:O}", "users", users);
		if (whole == NULL)
			return no_memory(ctl);
		ctl_print_json(ctl, whole);
		json_decref(whole);
		return CTL_FINE;
	}
	buf_init(&text);
	if (!ctl_show_users(&text, users, ctl->columns, ctl->colour))
		result = ctl_not_understood(ctl);
	else
		result = ctl_print_text(ctl, &text);
	buf_release(&text);
	return result;
}

enum ctl_exit
ctl_users(struct ctl *ctl, const char *operand)
{
	const struct order *order = find_order(ctl->sort);
	enum ctl_exit result = CTL_FINE;
	json_t *users, *in_order;
	char *after = NULL;

	(void)operand;
	if (order == NULL) {
		ctl_complain(ctl, "--sort %s: expected name, rate or sent",
		    ctl->sort);
		return CTL_USAGE;
	}
	if (!is_standing(ctl->standing)) {
		ctl_complain(ctl, "--standing %s: expected good, warned, "
		    "restricted or exempt", ctl->standing);
		return CTL_USAGE;
	}
	users = json_array();
	if (users == NULL)
		return no_memory(ctl);
	do
		result = users_page(ctl, users, &after);
	while (result == CTL_FINE && after != NULL);
	if (result == CTL_FINE) {
		in_order = sorted(users, order);
		result = in_order == NULL ? no_memory(ctl) :
		    print_users(ctl, in_order);
		json_decref(in_order);
	}
	free(after);
	json_decref(users);
	return result;
}
