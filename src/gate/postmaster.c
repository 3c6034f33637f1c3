/*
 * What the postmaster is told at once.  All else waits for the daily digest.
 *
 * Nothing is told of a store that cannot be used, for the outbox is in it: that
 * is health's, and the log's.
 */
#include "gate/postmaster.h"

#include <stdio.h>

#include "gate/assess.h"
#include "gate/gate_private.h"

/* An import may take hours; who goes home over it is told next day. */
#define IMPORT_LATE	CLOCK_DAY

enum status
postmaster_tell(struct store_txn *txn, const struct conf *conf, int64_t now,
    const char *subject, const char *text)
{
	struct store_notice notice = { .kind = STORE_NOTICE_POSTMASTER,
	    .written = now };

	if (conf->postmaster[0] == '\0')
		return STATUS_OK;
	snprintf(notice.subject, sizeof(notice.subject), "%s", subject);
	snprintf(notice.text, sizeof(notice.text), "%s", text);
	return store_outbox_add(txn, &notice);
}

static const char breaker_closed[] =
    "A reply was seen, so the breaker has closed: users are judged again, and\n"
    "bulk mail of restricted ones is refused.\n"
    "\n"
    "What was sent while replies did not reach replygate is held against\n"
    "nobody.\n";

enum status
postmaster_tell_breaker(struct store_txn *txn, const struct conf *conf,
    int64_t now, bool open)
{
	struct buf text;
	enum status status;

	if (!open)
		return postmaster_tell(txn, conf, now, "replygate: replies are "
		    "seen again", breaker_closed);
	buf_init(&text);
	buf_printf(&text, "Of all that was sent on this site since the last "
	    "reply, %lld messages have\nbeen silent long enough to count.  "
	    "That is not how people are: replies are\nnot reaching replygate.\n"
	    "\n"
	    "Until one does nobody is warned, restricted or refused.  What "
	    "usually is\nthe matter: mail that comes in does not pass "
	    "replygate any more.  This says\nwhat to change:\n"
	    "\n"
	    "    replygatectl doctor\n", (long long)conf->breaker_minimum);
	status = postmaster_tell(txn, conf, now, "replygate: replies are not "
	    "reaching it", text.data);
	buf_release(&text);
	return status;
}

enum status
postmaster_tell_jump(struct store_txn *txn, const struct conf *conf,
    int64_t last, int64_t now)
{
	char then[CLOCK_TEXT_SIZE], here[CLOCK_TEXT_SIZE];
	struct buf text;
	enum status status;

	buf_init(&text);
	buf_printf(&text, "The last time replygate looked at the clock it was\n"
	    "%s, and now it is\n%s.\n"
	    "\n"
	    "If replygate was stopped in between all is well.  If not, the "
	    "clock of this\nhost was wrong, or is now: standings follow it, "
	    "and nothing is removed for\na day.\n"
	    "\n"
	    "    replygatectl audit\n"
	    "\n"
	    "shows what has changed by it.\n",
	    clock_format_people(last, then), clock_format_people(now, here));
	status = postmaster_tell(txn, conf, now, "replygate: the clock jumped",
	    text.data);
	buf_release(&text);
	return status;
}

struct looking {
	const struct conf	*conf;
	int64_t			 now;
};

static enum status
tell_import(struct store_txn *txn, const struct looking *looking,
    int64_t since)
{
	char when[CLOCK_TEXT_SIZE];
	struct buf text;
	enum status status;

	buf_init(&text);
	buf_printf(&text, "An import was begun on %s, and\nnot finished.  "
	    "Until it is, no standing moves: half a history is not to be\n"
	    "judged.\n"
	    "\n"
	    "Run it again, with the same file; what it has done already it "
	    "skips:\n"
	    "\n"
	    "    replygatectl import FILE\n",
	    clock_format_people(since, when));
	status = postmaster_tell(txn, looking->conf, looking->now,
	    "replygate: an import is unfinished", text.data);
	buf_release(&text);
	return status;
}

static enum status
look_body(struct store_txn *txn, void *argument)
{
	const struct looking *looking = argument;
	int64_t since, told = 0;
	enum status status;

	status = assess_meta_time(txn, META_IMPORT, &since);
	if (status == STATUS_OK)
		status = assess_meta_time(txn, META_IMPORT_TOLD, &told);
	if (status != STATUS_OK || since == 0 || since == told ||
	    looking->now - since < IMPORT_LATE)
		return status;
	status = tell_import(txn, looking, since);
	return status == STATUS_OK ? assess_meta_set_time(txn,
	    META_IMPORT_TOLD, since) : status;
}

enum status
postmaster_look(struct gate *gate, const struct conf *conf, int64_t now)
{
	struct looking looking = { conf, now };

	return gate_update(gate, look_body, &looking);
}
