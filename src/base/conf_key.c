/*
 * The tables of keys: one row says all there is to know of a key, and
 * serves the reader, the check for unknown keys, the canonical print and its
 * comments.  replygate.conf(5) has the same keys in the same order.
 */
#include "base/conf_private.h"

#include <string.h>

#include "base/clock.h"

/* More edits than this, or than a third of the name, is another word. */
#define NEAREST_EDITS_MAX	3
#define NEAREST_NAME_MAX	48

#define MEGABYTE		((int64_t)1024 * 1024)

static const struct conf_choice modes[] = {
	{ "enforce", CONF_MODE_ENFORCE },
	{ "monitor", CONF_MODE_MONITOR },
	{ NULL, 0 }
};

static const struct conf_choice errors[] = {
	{ "accept", CONF_ON_ERROR_ACCEPT },
	{ "tempfail", CONF_ON_ERROR_TEMPFAIL },
	{ NULL, 0 }
};

static const struct conf_choice log_targets[] = {
	{ "syslog", 0 }, { "stderr", 0 }, { NULL, 0 }
};

static const struct conf_choice log_levels[] = {
	{ "error", 0 }, { "warning", 0 }, { "info", 0 }, { "debug", 0 },
	{ NULL, 0 }
};

static const struct conf_choice counts[] = {
	{ "message", CONF_COUNT_MESSAGE },
	{ "conversation", CONF_COUNT_CONVERSATION },
	{ NULL, 0 }
};

static const struct conf_choice confidences[] = {
	{ "0", 0 }, { "95", 95 }, { NULL, 0 }
};

static const struct conf_choice off[] = {
	{ "0", 0 }, { NULL, 0 }
};

static const struct conf_choice no_share[] = {
	{ "off", 0 }, { NULL, 0 }
};

static const struct conf_choice encryptions[] = {
	{ "never", CONF_TLS_NEVER },
	{ "try", CONF_TLS_TRY },
	{ "require", CONF_TLS_REQUIRE },
	{ NULL, 0 }
};

static const struct conf_choice never[] = {
	{ "never", 0 }, { NULL, 0 }
};

#define AT(field)	.offset = offsetof(struct conf, field)
#define LIST_AT(field, count)						\
	.offset = offsetof(struct conf, field),				\
	.count_offset = offsetof(struct conf, count)

const struct conf_key conf_keys[] = {
	{ "local_domains", CONF_KIND_DOMAINS,
	    LIST_AT(local_domains, local_domain_count),
	    .help = "our own domains; \".example.com\" is all below it" },
	{ "internal_hosts", CONF_KIND_NETS,
	    LIST_AT(internal_hosts, internal_host_count),
	    .fallback = "127.0.0.0/8 ::1",
	    .help = "hosts that may send for our users unauthenticated" },
	{ "users_file", CONF_KIND_PATH, AT(users_file),
	    .help = "logins and addresses of users, and their policies" },
	{ "mode", CONF_KIND_CHOICE, AT(mode),
	    .fallback = "enforce", .choices = modes,
	    .help = "\"monitor\" only logs what would be done" },
	{ "breaker_minimum", CONF_KIND_COUNT, AT(breaker_minimum),
	    .fallback = "500", .low = 0, .high = 100000000,
	    .help = "so many outreach without any reply: act on nobody" },
	{ "policies", CONF_KIND_POLICIES,
	    .help = "the figures of the rule" },
	{ "lists", CONF_KIND_LISTS, LIST_AT(lists, list_count),
	    .fallback = "",
	    .help = "addresses and domains that stand for many, and for "
	    "how many" },
	{ "aliases_file", CONF_KIND_PATH, AT(aliases_file),
	    .help = "local aliases, some of which lead outside" },
	{ "reply_horizon", CONF_KIND_DURATION, AT(reply_horizon),
	    .fallback = "90d", .low = CLOCK_HOUR, .high = 3650 * CLOCK_DAY,
	    .help = "a reply without a Message-ID of ours comes sooner" },
	{ "button_replies", CONF_KIND_BOOL, AT(button_replies),
	    .fallback = "true",
	    .help = "a reaction, an answer to an invitation is a reply" },
	{ "phrases_file", CONF_KIND_PATH, AT(phrases_file),
	    .fallback = REPLYGATE_PHRASES,
	    .help = "what mail programs say when nobody is there" },
	{ "phrases", CONF_KIND_PHRASES, LIST_AT(phrases, phrase_count),
	    .fallback = "",
	    .help = "more of these, such as \"@subject Bin im Urlaub\"" },
	{ "automatic_headers", CONF_KIND_HEADERS,
	    LIST_AT(automatic_headers, automatic_header_count),
	    .fallback = "",
	    .help = "header fields of programs, such as \"X-Ticket: *\"" },
	{ "human_headers", CONF_KIND_HEADERS,
	    LIST_AT(human_headers, human_header_count),
	    .fallback = "",
	    .help = "header fields of people's mail" },
	{ "require_auth", CONF_KIND_BOOL, AT(require_auth),
	    .fallback = "false",
	    .help = "a reply counts only from an authenticated author" },
	{ "auth_servers", CONF_KIND_SERVERS,
	    LIST_AT(auth_servers, auth_server_count),
	    .fallback = "",
	    .help = "whose Authentication-Results are believed" },
	{ "auth_fields", CONF_KIND_COUNT, AT(auth_fields),
	    .fallback = "1", .low = 1, .high = 10,
	    .help = "how many of theirs, from the top" },
	{ "auth_hops", CONF_KIND_COUNT, AT(auth_hops),
	    .fallback = "0", .low = 0, .high = 20,
	    .help = "Received fields of our own that stand above them" },
	{ "user", CONF_KIND_ACCOUNT, AT(user),
	    .fallback = "",
	    .help = "who replygate becomes when root starts it" },
	{ "milter_socket", CONF_KIND_MILTER, AT(milter_socket),
	    .fallback = "unix:" REPLYGATE_MILTER,
	    .help = "where the MTA finds us" },
	{ "milter_socket_mode", CONF_KIND_MODE, AT(milter_socket_mode),
	    .fallback = "0660", .low = 0, .high = 0777,
	    .help = "who may connect, if it is a unix socket" },
	{ "milter_socket_group", CONF_KIND_ACCOUNT, AT(milter_socket_group),
	    .fallback = "",
	    .help = "its group; else the directory's or our own" },
	{ "control_socket", CONF_KIND_SOCKET_PATH, AT(control_socket),
	    .fallback = REPLYGATE_CONTROL,
	    .help = "where replygatectl finds us" },
	{ "control_socket_mode", CONF_KIND_MODE, AT(control_socket_mode),
	    .fallback = "0600", .low = 0, .high = 0777,
	    .help = "who may administer" },
	{ "control_socket_group", CONF_KIND_ACCOUNT, AT(control_socket_group),
	    .fallback = "",
	    .help = "its group, the same" },
	{ "metrics_listen", CONF_KIND_PLACE, AT(metrics_listen),
	    .fallback = "",
	    .help = "where metrics are read by TCP, such as "
	    "\"127.0.0.1:9436\"" },
	{ "store_directory", CONF_KIND_PATH, AT(store_directory),
	    .fallback = REPLYGATE_STATE,
	    .help = "where the store lies" },
	{ "store_cache", CONF_KIND_SIZE, AT(store_cache),
	    .fallback = "64M", .low = MEGABYTE, .high = 65536 * MEGABYTE,
	    .help = "memory for the store's cache" },
	{ "key_file", CONF_KIND_PATH, AT(key_file),
	    .fallback = REPLYGATE_KEY,
	    .help = "the secret outside addresses are hashed with" },
	{ "retention", CONF_KIND_DURATION, AT(retention),
	    .fallback = "120d", .low = CLOCK_DAY, .high = 3650 * CLOCK_DAY,
	    .help = "how long outreach and contacts are remembered" },
	{ "on_error", CONF_KIND_CHOICE, AT(on_error),
	    .fallback = "accept", .choices = errors,
	    .help = "outbound mail while the store cannot be used" },
	{ "contact", CONF_KIND_CONTACT, AT(contact),
	    .fallback = "",
	    .help = "whom to ask, in refusals and notices" },
	{ "notices", CONF_KIND_BOOL, AT(notices),
	    .fallback = "true",
	    .help = "users are told by mail when their standing changes" },
	{ "notice_from", CONF_KIND_MAILBOX, AT(notice_from),
	    .fallback = "",
	    .help = "whose mail it is; else the postmaster's" },
	{ "notice_reply_to", CONF_KIND_MAILBOX, AT(notice_reply_to),
	    .fallback = "",
	    .help = "where answers to notices go, if not there" },
	{ "notices_directory", CONF_KIND_PATH, AT(notices_directory),
	    .fallback = REPLYGATE_NOTICES,
	    .help = "templates; those it lacks are the installed ones" },
	{ "smtp_server", CONF_KIND_SMTP, AT(smtp_server),
	    .fallback = "smtp://127.0.0.1:25",
	    .help = "takes the notices" },
	{ "smtp_tls", CONF_KIND_CHOICE, AT(smtp_tls),
	    .fallback = "try", .choices = encryptions,
	    .help = "\"require\" checks the server's certificate" },
	{ "smtp_ca_file", CONF_KIND_PATH, AT(smtp_ca_file),
	    .help = "who may sign that certificate" },
	{ "smtp_user", CONF_KIND_CONTACT, AT(smtp_user),
	    .fallback = "",
	    .help = "the login it wants" },
	{ "smtp_password_file", CONF_KIND_PATH, AT(smtp_password_file),
	    .help = "and the password, its first line" },
	{ "postmaster", CONF_KIND_ADDRESS, AT(postmaster),
	    .fallback = "",
	    .help = "is told when replygate needs looking after" },
	{ "digest", CONF_KIND_BOOL, AT(digest),
	    .fallback = "true",
	    .help = "the postmaster is told each day what it brought" },
	{ "digest_hour", CONF_KIND_COUNT, AT(digest_hour),
	    .fallback = "7", .low = 0, .high = 23,
	    .help = "and when, in local time" },
	{ "log", CONF_KIND_WORD, AT(log_target),
	    .fallback = "syslog", .choices = log_targets,
	    .help = "where log lines go" },
	{ "log_level", CONF_KIND_WORD, AT(log_level),
	    .fallback = "info", .choices = log_levels,
	    .help = "the least important lines that are logged" },
	{ .name = NULL }
};

#undef AT
#define AT(field)	.offset = offsetof(struct policy, field)

const struct conf_key conf_policy_keys[] = {
	{ "exempt", CONF_KIND_BOOL, AT(exempt),
	    .fallback = "false",
	    .help = "recorded, never judged" },
	{ "threshold", CONF_KIND_SHARE, AT(threshold),
	    .fallback = "13%", .low = 1, .high = CONF_SHARE_ONE,
	    .help = "a response rate below it is low" },
	{ "minimum", CONF_KIND_COUNT, AT(minimum),
	    .fallback = "100", .low = 1, .high = 1000000,
	    .help = "settled outreach before a rate can be low" },
	{ "window", CONF_KIND_DURATION, AT(window),
	    .fallback = "14d", .low = CLOCK_MINUTE, .high = 366 * CLOCK_DAY,
	    .help = "sending time the rate is taken over" },
	{ "warning", CONF_KIND_DURATION, AT(warning),
	    .fallback = "14d", .low = CLOCK_MINUTE, .high = 366 * CLOCK_DAY,
	    .help = "time to do better after the warning" },
	{ "restriction", CONF_KIND_DURATION, AT(restriction),
	    .fallback = "14d", .low = CLOCK_MINUTE, .high = 366 * CLOCK_DAY,
	    .help = "length of one term" },
	{ "settle", CONF_KIND_DURATION, AT(settle),
	    .fallback = "3d", .low = 0, .high = 60 * CLOCK_DAY,
	    .help = "time people get to answer before silence counts" },
	{ "release_minimum", CONF_KIND_COUNT, AT(release_minimum),
	    .fallback = "1", .low = 1, .high = 1000000,
	    .help = "settled outreach of a term before it can end well" },
	{ "bulk_minimum", CONF_KIND_COUNT, AT(bulk_minimum),
	    .fallback = "2", .low = 2, .high = 1000,
	    .help = "candidates of one message that make it bulk" },
	{ "warn_again", CONF_KIND_DURATION, AT(warn_again),
	    .fallback = "never", .low = CLOCK_DAY, .high = 3650 * CLOCK_DAY,
	    .choices = never,
	    .help = "a new warning is due so long after the last" },
	{ "confidence", CONF_KIND_LEVEL, AT(confidence),
	    .fallback = "0", .choices = confidences,
	    .help = "95: act only when chance is no excuse" },
	{ "count", CONF_KIND_CHOICE, AT(count),
	    .fallback = "message", .choices = counts,
	    .help = "\"conversation\": follow-ups are no new outreach" },
	{ "merge_minimum", CONF_KIND_COUNT, AT(merge_minimum),
	    .fallback = "5", .low = 2, .high = 50, .choices = off,
	    .help = "candidates of nearly one text that make it bulk" },
	{ "merge_window", CONF_KIND_DURATION, AT(merge_window),
	    .fallback = "24h", .low = CLOCK_MINUTE, .high = 30 * CLOCK_DAY,
	    .help = "within so long" },
	{ "merge_similarity", CONF_KIND_SHARE, AT(merge_similarity),
	    .fallback = "20%", .low = 1, .high = CONF_SHARE_ONE,
	    .help = "texts so like one another are nearly one" },
	{ "heads_up", CONF_KIND_SHARE, AT(heads_up),
	    .fallback = "off", .low = 1, .high = CONF_SHARE_ONE,
	    .choices = no_share,
	    .help = "a rate so little above the threshold is told early" },
	{ .name = NULL }
};

const struct conf_key *
conf_key_find(const struct conf_key *table, const char *name)
{
	for (; table->name != NULL; table++)
		if (strcmp(table->name, name) == 0)
			return table;
	return NULL;
}

static unsigned
least(unsigned a, unsigned b, unsigned c)
{
	unsigned ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Levenshtein's distance, one row of the matrix at a time. */
static unsigned
edits(const char *a, const char *b)
{
	unsigned row[NEAREST_NAME_MAX + 1], corner, above;
	size_t i, j, length = strlen(b);

	for (j = 0; j <= length; j++)
		row[j] = (unsigned)j;
	for (i = 0; a[i] != '\0'; i++) {
		corner = row[0];
		row[0] = (unsigned)i + 1;
		for (j = 0; j < length; j++) {
			above = row[j + 1];
			row[j + 1] = least(above + 1, row[j] + 1,
			    corner + (a[i] != b[j]));
			corner = above;
		}
	}
	return row[length];
}

const struct conf_key *
conf_key_nearest(const struct conf_key *table, const char *name)
{
	const struct conf_key *nearest = NULL;
	unsigned fewest = NEAREST_EDITS_MAX + 1, distance;

	if (strlen(name) > NEAREST_NAME_MAX)
		return NULL;
	for (; table->name != NULL; table++) {
		distance = edits(name, table->name);
		if (distance < fewest && distance * 3 <= strlen(table->name)) {
			nearest = table;
			fewest = distance;
		}
	}
	return nearest;
}
