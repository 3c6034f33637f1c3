/*
 * Metrics as text.  Names follow the conventions of Prometheus: a prefix, base
 * units, "_total" behind what only grows.  Everything counts from the start of
 * the serving process, which the start time tells.
 *
 * Labels have values of ours alone: no name of a user, no address.
 */
#include "front/metrics.h"

#include <inttypes.h>
#include <string.h>

#include "front/version.h"
#include "gate/admin.h"
#include "mail/automatic.h"

struct page {
	struct buf		*buf;
	bool			 open;		/* OpenMetrics */
	struct gate		*gate;
	struct admin_metrics	 now;
};

struct family {
	const char	*name;		/* without suffixes */
	const char	*type;
	const char	*unit;		/* NULL: none */
	const char	*help;
};

bool
metrics_wants_open(const char *accept)
{
	return accept != NULL &&
	    strstr(accept, "application/openmetrics-text") != NULL;
}

/* Counters' samples end in _total; the old format calls the family so too. */
static const char *
suffix_of(const struct family *family)
{
	return strcmp(family->type, "counter") == 0 ? "_total" :
	    strcmp(family->type, "info") == 0 ? "_info" : "";
}

static void
begin(struct page *page, const struct family *family)
{
	const char *suffix = page->open ? "" : suffix_of(family);
	const char *type = family->type;

	if (!page->open && strcmp(type, "info") == 0)
		type = "gauge";
	buf_printf(page->buf, "# TYPE %s%s %s\n", family->name, suffix, type);
	if (page->open && family->unit != NULL)
		buf_printf(page->buf, "# UNIT %s %s\n", family->name,
		    family->unit);
	buf_printf(page->buf, "# HELP %s%s %s\n", family->name, suffix,
	    family->help);
}

/* One sample; labels are "" or 'a="b",c="d"'. */
static void
sample(struct page *page, const struct family *family, const char *labels,
    uint64_t value)
{
	buf_printf(page->buf, "%s%s", family->name, suffix_of(family));
	if (*labels != '\0')
		buf_printf(page->buf, "{%s}", labels);
	buf_printf(page->buf, " %" PRIu64 "\n", value);
}

static void
single(struct page *page, const struct family *family, uint64_t value)
{
	begin(page, family);
	sample(page, family, "", value);
}

static void
labelled(struct page *page, const struct family *family, const char *label,
    const char *name, uint64_t value)
{
	struct buf labels;

	buf_init(&labels);
	buf_printf(&labels, "%s=\"%s\"", label, name);
	sample(page, family, labels.data, value);
	buf_release(&labels);
}

/* Times in whole seconds would hide that two happened in one. */
static void
moment(struct page *page, const struct family *family, int64_t when)
{
	begin(page, family);
	buf_printf(page->buf, "%s %" PRId64 ".%06" PRId64 "\n", family->name,
	    when / CLOCK_SECOND, when % CLOCK_SECOND);
}

/*
 * Messages
 */

static void
add_outbound(struct page *page, const struct family *family)
{
	struct buf labels;
	unsigned kind, action;

	buf_init(&labels);
	for (kind = 0; kind < GATE_KINDS; kind++)
		for (action = 0; action < GATE_ACTIONS; action++) {
			buf_clear(&labels);
			buf_printf(&labels, "direction=\"out\",kind=\"%s\","
			    "verdict=\"%s\"", kind == VERDICT_INBOUND ?
			    "unknown" : verdict_kind_text(kind),
			    verdict_action_text(action));
			sample(page, family, labels.data, atomic_load(
			    &page->gate->measures.outbound[kind][action]));
		}
	buf_release(&labels);
}

static void
add_messages(struct page *page)
{
	static const struct family family = { "replygate_messages", "counter",
	    NULL, "Messages decided on, by direction, kind and verdict." };

	begin(page, &family);
	add_outbound(page, &family);
	sample(page, &family, "direction=\"in\",kind=\"inbound\","
	    "verdict=\"accept\"", page->now.health.messages.inbound);
}

static void
add_replies(struct page *page)
{
	static const struct family family = { "replygate_replies", "counter",
	    NULL, "Replies that answered an outreach, by how they matched." };
	uint64_t all = page->now.health.messages.replies;
	uint64_t pair = page->now.health.messages.replies_by_pair;
	uint64_t other = page->now.health.messages.replies_by_other;

	begin(page, &family);
	/* counted one after the other: never below zero */
	labelled(page, &family, "match", "message-id",
	    all > pair + other ? all - pair - other : 0);
	labelled(page, &family, "match", "pair", pair);
	labelled(page, &family, "match", "other-address", other);
}

static void
add_rules(struct page *page)
{
	static const struct family family = { "replygate_automatic", "counter",
	    NULL, "Inbound mail no person wrote, by the rule that knew it." };
	const char *name;
	size_t i;

	begin(page, &family);
	for (i = 0; i < GATE_RULES_MAX &&
	    (name = automatic_rule_at(i)) != NULL; i++)
		labelled(page, &family, "rule", name,
		    atomic_load(&page->gate->measures.rules[i]));
}

static void
add_counters(struct page *page)
{
	static const struct family unauthenticated = {
	    "replygate_unauthenticated_replies", "counter", NULL,
	    "Replies that did not count for want of authentication." };
	static const struct family bounces = { "replygate_bounces", "counter",
	    NULL, "Outreach returned as undeliverable." };
	static const struct family strange = { "replygate_strange_bounces",
	    "counter", NULL, "Bounces that name no outreach of ours." };
	static const struct family receipts = { "replygate_receipts",
	    "counter", NULL, "Read receipts for outreach." };
	static const struct family complaints = { "replygate_complaints",
	    "counter", NULL, "Feedback reports about outreach." };
	static const struct family errors = { "replygate_errors", "counter",
	    NULL, "Messages decided without the store." };
	const struct admin_health *health = &page->now.health;

	single(page, &unauthenticated, health->messages.unauthenticated);
	single(page, &bounces, health->messages.bounces);
	single(page, &strange, health->messages.strange_bounces);
	single(page, &receipts, health->messages.receipts);
	single(page, &complaints, health->messages.complaints);
	single(page, &errors, health->messages.errors);
}

/*
 * How long things took
 */

/* Microseconds as seconds, without the noise of a floating point. */
static void
add_seconds(struct buf *buf, uint64_t duration)
{
	buf_printf(buf, "%" PRIu64 ".%06" PRIu64,
	    duration / (uint64_t)CLOCK_SECOND,
	    duration % (uint64_t)CLOCK_SECOND);
}

/* A bound as a canonical number: 0.0001, 1.0, +Inf. */
static void
add_bound(struct buf *buf, int64_t bound)
{
	if (bound < 0)
		buf_add_text(buf, "+Inf");
	else if (bound % CLOCK_SECOND == 0)
		buf_printf(buf, "%" PRId64 ".0", bound / CLOCK_SECOND);
	else
		buf_printf(buf, "%g", (double)bound / (double)CLOCK_SECOND);
}

/* `label` is "" or 'a="b"'. */
static void
histogram(struct page *page, const struct family *family, const char *label,
    struct histogram *measured)
{
	const char *comma = *label != '\0' ? "," : "";
	const char *left = *label != '\0' ? "{" : "";
	const char *right = *label != '\0' ? "}" : "";
	struct histogram_view view;
	struct buf *buf = page->buf;
	unsigned i;

	histogram_read(measured, &view);
	for (i = 0; i < HISTOGRAM_BUCKETS; i++) {
		buf_printf(buf, "%s_bucket{%s%sle=\"", family->name, label,
		    comma);
		add_bound(buf, histogram_bound(i));
		buf_printf(buf, "\"} %" PRIu64 "\n", view.cumulative[i]);
	}
	buf_printf(buf, "%s_sum%s%s%s ", family->name, left, label, right);
	add_seconds(buf, view.sum);
	buf_printf(buf, "\n%s_count%s%s%s %" PRIu64 "\n", family->name, left,
	    label, right, view.cumulative[HISTOGRAM_BUCKETS - 1]);
}

static void
add_histograms(struct page *page)
{
	static const char *const stages[GATE_STAGES] = { "stage=\"data\"",
	    "stage=\"header\"", "stage=\"end\"" };
	static const struct family decision = { "replygate_decision_seconds",
	    "histogram", "seconds",
	    "How long a decision took, by stage of the message." };
	static const struct family commit = { "replygate_commit_seconds",
	    "histogram", "seconds", "How long a transaction of the store "
	    "took, its turn and the disk with it." };
	unsigned i;

	begin(page, &decision);
	for (i = 0; i < GATE_STAGES; i++)
		histogram(page, &decision, stages[i],
		    &page->gate->measures.decision[i]);
	begin(page, &commit);
	histogram(page, &commit, "", &page->gate->measures.commit);
}

/*
 * How things stand
 */

static void
add_users(struct page *page)
{
	static const struct family family = { "replygate_users", "gauge", NULL,
	    "Users by standing; exempt ones are in none." };
	unsigned i;

	/* none rather than wrong ones */
	if (!page->now.counted)
		return;
	begin(page, &family);
	for (i = 0; i < ADMIN_STANDINGS; i++)
		labelled(page, &family, "standing", standing_text(i),
		    (uint64_t)page->now.standings[i]);
	labelled(page, &family, "standing", "exempt",
	    (uint64_t)page->now.exempt);
}

static void
add_state(struct page *page)
{
	static const struct family start = { "replygate_start_time_seconds",
	    "gauge", "seconds", "When the serving process started." };
	static const struct family tick = { "replygate_last_tick_seconds",
	    "gauge", "seconds", "When the clockwork last ticked." };
	static const struct family healthy = { "replygate_healthy", "gauge",
	    NULL, "1 when replygatectl health finds nothing wrong." };
	static const struct family enforcing = { "replygate_enforcing",
	    "gauge", NULL, "1 when mail may be refused." };
	static const struct family breaker = { "replygate_breaker_open",
	    "gauge", NULL, "1 while no replies reach replygate." };
	static const struct family outbox = { "replygate_outbox_notices",
	    "gauge", NULL, "Notices that wait to be mailed." };
	const struct admin_health *health = &page->now.health;

	moment(page, &start, health->started);
	moment(page, &tick, health->last_tick);
	single(page, &healthy, health->healthy);
	single(page, &enforcing, health->mode == CONF_MODE_ENFORCE &&
	    !health->breaker_open);
	single(page, &breaker, health->breaker_open);
	/* as with users: none rather than a wrong one */
	if (page->now.counted)
		single(page, &outbox, (uint64_t)health->outbox);
}

static void
add_notices(struct page *page)
{
	static const struct family family = { "replygate_notices", "counter",
	    NULL, "Notices taken from the outbox, by what came of them." };
	const struct admin_health *health = &page->now.health;

	begin(page, &family);
	labelled(page, &family, "result", "sent", health->notices_sent);
	labelled(page, &family, "result", "given-up",
	    health->notices_given_up);
}

static void
add_reloads(struct page *page)
{
	static const struct family family = { "replygate_reloads", "counter",
	    NULL, "Times the configuration was read again, by how it went." };
	static const struct family last = {
	    "replygate_last_reload_successful", "gauge", NULL,
	    "0 when the file was wrong at the last reload." };
	struct gate_measures *measures = &page->gate->measures;

	begin(page, &family);
	labelled(page, &family, "result", "done",
	    atomic_load(&measures->reloads));
	labelled(page, &family, "result", "failed",
	    atomic_load(&measures->reloads_failed));
	single(page, &last, !atomic_load(&measures->last_reload_failed));
}

static void
add_store(struct page *page)
{
	static const struct family available = { "replygate_store_available",
	    "gauge", NULL, "1 while the store can be used." };
	static const struct family size = { "replygate_store_size_bytes",
	    "gauge", "bytes", "The store on the disk, its log with it." };
	static const struct family updates = { "replygate_store_updates",
	    "counter", NULL, "Transactions committed." };
	static const struct family retries = { "replygate_store_retries",
	    "counter", NULL, "Transactions run again after a lost race." };
	static const struct family failures = { "replygate_store_failures",
	    "counter", NULL, "Updates that did not end well." };
	static const struct family reopened = { "replygate_store_reopened",
	    "counter", NULL, "Times the store was opened again after a fault."
	};
	const struct store_figures *store = &page->now.health.store;

	single(page, &available, store->available);
	single(page, &size, store->bytes);
	single(page, &updates, store->updates);
	single(page, &retries, store->retries);
	single(page, &failures, store->failures);
	single(page, &reopened, store->reopened);
}

void
metrics_compose(struct buf *buf, struct gate *gate, bool open)
{
	static const struct family build = { "replygate_build", "info", NULL,
	    "The version that is running." };
	struct page page = { .buf = buf, .open = open, .gate = gate };

	admin_metrics(gate, &page.now);
	begin(&page, &build);
	labelled(&page, &build, "version", REPLYGATE_VERSION, 1);
	add_state(&page);
	add_users(&page);
	add_messages(&page);
	add_replies(&page);
	add_rules(&page);
	add_counters(&page);
	add_notices(&page);
	add_reloads(&page);
	add_histograms(&page);
	add_store(&page);
	if (open)
		buf_add_text(buf, "# EOF\n");
}
