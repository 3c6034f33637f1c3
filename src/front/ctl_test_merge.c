/*
 * replygatectl test-merge: files taken in order as one user's one-to-one mail
 * within the window, each to a candidate of its own, and the campaign each
 * falls into, so that an administrator can find the figures that fit their
 * own recruiters' mail.  Asks no daemon.
 */
#include "front/ctl.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ident.h"
#include "front/ctl_message.h"
#include "front/ctl_text.h"
#include "mail/letter.h"
#include "mail/mime.h"
#include "policy/merge.h"

/* As replygate.conf(5) has them. */
#define DEFAULT_MINIMUM		5
#define DEFAULT_SIMILARITY	200000

/* One user, all of whose letters are in the window. */
struct sender {
	struct policy		 policy;
	struct ident_key	 key;		/* any: nothing is kept */
	struct merge_campaign	*campaigns;	/* of MERGE_SLOTS */
	unsigned		 numbers[MERGE_SLOTS];	/* 0: not used */
	unsigned		 begun;
	int64_t			 now;
};

/* What was found of one file. */
struct finding {
	enum merge_outcome	 outcome;
	unsigned		 campaign;
	uint32_t		 size;
	int64_t			 similarity;
	bool			 reached;
};

/* "0.2" or "20%"; false for what is neither. */
static bool
parse_share(const char *text, int64_t *share)
{
	double value;
	char *end;

	value = strtod(text, &end);
	if (strcmp(end, "%") == 0)
		value /= 100;
	else if (*end != '\0')
		return false;
	if (end == text || !(value > 0 && value <= 1))
		return false;
	*share = (int64_t)(value * CONF_SHARE_ONE + 0.5);
	return true;
}

static bool
parse_minimum(const char *text, int64_t *minimum)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (end == text || *end != '\0' || value < 2 ||
	    value > MERGE_MEMBERS_MAX)
		return false;
	*minimum = value;
	return true;
}

static bool
take_options(struct ctl *ctl, struct policy *policy)
{
	policy->merge_minimum = DEFAULT_MINIMUM;
	policy->merge_similarity = DEFAULT_SIMILARITY;
	policy->merge_window = CLOCK_DAY;
	if (ctl->similarity != NULL &&
	    !parse_share(ctl->similarity, &policy->merge_similarity)) {
		ctl_complain(ctl, "%s is no similarity; expected a share "
		    "above 0 and up to 1, as 0.2 or 20%%", ctl->similarity);
		return false;
	}
	if (ctl->minimum != NULL &&
	    !parse_minimum(ctl->minimum, &policy->merge_minimum)) {
		ctl_complain(ctl, "%s is no minimum; expected a number from 2 "
		    "to %d", ctl->minimum, MERGE_MEMBERS_MAX);
		return false;
	}
	return true;
}

/* All letters are of one moment, or a long list would leave the window. */
static void
place(struct sender *sender, const struct merge_sketch *sketch,
    const char *path, size_t n, struct finding *finding)
{
	struct merge_arrival arrival = { .sketch = sketch,
	    .now = sender->now };
	struct merge_search search;
	struct buf name;
	uint32_t i;

	buf_init(&name);
	buf_printf(&name, "%zu %s", n, path);
	arrival.candidate = ident_make(&sender->key, IDENT_CANDIDATE,
	    name.data, name.length);
	arrival.message = ident_make(&sender->key, IDENT_MESSAGE, name.data,
	    name.length);
	buf_release(&name);
	merge_search_begin(&search, &sender->policy, &arrival);
	for (i = 0; i < MERGE_SLOTS; i++)
		if (sender->numbers[i] != 0)
			merge_search_look(&search, &sender->campaigns[i]);
	merge_search_end(&search);
	finding->outcome = search.outcome;
	finding->similarity = search.similarity;
	if (search.outcome == MERGE_NONE)
		return;
	i = search.campaign.slot;
	sender->campaigns[i] = search.campaign;
	if (search.outcome == MERGE_BEGUN)
		sender->numbers[i] = ++sender->begun;
	finding->campaign = sender->numbers[i];
	finding->size = search.campaign.candidates;
	finding->reached = search.reached;
}

static enum ctl_exit
read_letter(struct ctl *ctl, const char *path, struct letter *letter)
{
	enum ctl_exit result = CTL_FINE;
	struct message message;
	struct buf bytes;

	buf_init(&bytes);
	message_init(&message);
	if (!ctl_message_file(path, CTL_MESSAGE_MAX, &bytes)) {
		ctl_complain(ctl, "%s: %s", path, strerror(errno));
		result = CTL_CANNOT;
		goto out;
	}
	ctl_message_read(&message, bytes.data, bytes.length, NULL, NULL);
	if (letter_read(&message, letter) != STATUS_OK) {
		ctl_complain(ctl, "%s: out of memory", path);
		result = CTL_CANNOT;
	}
out:
	message_release(&message);
	buf_release(&bytes);
	return result;
}

static void
show_json(struct ctl *ctl, const char *path, const struct finding *finding)
{
	json_t *json = json_object();

	json_object_set_new(json, "file", json_string(path));
	json_object_set_new(json, "campaign", finding->outcome == MERGE_NONE ?
	    json_null() : json_integer(finding->campaign));
	json_object_set_new(json, "size", json_integer(finding->size));
	json_object_set_new(json, "similarity",
	    json_real((double)finding->similarity / CONF_SHARE_ONE));
	json_object_set_new(json, "merge", json_boolean(finding->reached));
	json_dumpf(json, ctl->out, JSON_ENSURE_ASCII | JSON_REAL_PRECISION(6));
	fputc('\n', ctl->out);
	json_decref(json);
}

static void
show_line(struct ctl *ctl, const char *path, const struct finding *finding)
{
	struct buf line;

	buf_init(&line);
	if (finding->outcome == MERGE_NONE)
		buf_printf(&line, "%8s  %6s  %10s  %-5s  ", "-", "-", "-",
		    "short");
	else
		buf_printf(&line, "%8u  %6u  %10.3f  %-5s  ",
		    finding->campaign, finding->size,
		    (double)finding->similarity / CONF_SHARE_ONE,
		    finding->reached ? "merge" : "");
	ctl_text_add_clean(&line, path);
	fprintf(ctl->out, "%s\n", line.data);
	buf_release(&line);
}

static enum ctl_exit
test_file(struct ctl *ctl, struct sender *sender, size_t n)
{
	struct finding finding = { .outcome = MERGE_NONE };
	const char *path = ctl->operands[n];
	struct merge_sketch sketch;
	enum ctl_exit result;
	struct letter letter;

	letter_init(&letter);
	result = read_letter(ctl, path, &letter);
	if (result == CTL_FINE && merge_sketch_make(&sketch, &letter,
	    &sender->key) != STATUS_OK) {
		ctl_complain(ctl, "%s: out of memory", path);
		result = CTL_CANNOT;
	}
	letter_release(&letter);
	if (result != CTL_FINE)
		return result;
	place(sender, &sketch, path, n, &finding);
	if (ctl->json)
		show_json(ctl, path, &finding);
	else
		show_line(ctl, path, &finding);
	return CTL_FINE;
}

enum ctl_exit
ctl_test_merge(struct ctl *ctl, const char *operand)
{
	struct sender sender = { .now = CLOCK_DAY };
	enum ctl_exit result = CTL_FINE;
	size_t i;

	(void)operand;
	if (!take_options(ctl, &sender.policy))
		return CTL_USAGE;
	mime_library_init();
	if (ident_library_init() != STATUS_OK) {
		ctl_complain(ctl, "libsodium cannot be used");
		return CTL_CANNOT;
	}
	sender.campaigns = calloc(MERGE_SLOTS, sizeof(*sender.campaigns));
	if (sender.campaigns == NULL) {
		ctl_complain(ctl, "out of memory");
		return CTL_CANNOT;
	}
	if (!ctl->json)
		fprintf(ctl->out, "%8s  %6s  %10s  %-5s  %s\n", "CAMPAIGN",
		    "LETTER", "SIMILARITY", "", "FILE");
	for (i = 0; i < ctl->operand_count; i++)
		if (test_file(ctl, &sender, i) != CTL_FINE)
			result = CTL_CANNOT;
	free(sender.campaigns);
	return result;
}
