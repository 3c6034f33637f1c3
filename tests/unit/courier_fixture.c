#include "courier_fixture.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "test.h"

#define POLICY	"minimum = 10;"

static void
employ(struct house *house)
{
	struct desk *desk;
	struct buf why;

	buf_init(&why);
	ck_assert_msg(desk_load(&desk, house->f.conf, &why) == STATUS_OK,
	    "%s", why.data);
	buf_release(&why);
	gate_set_desk(&house->f.gate, desk);
	house->courier = gate_courier_new(&house->f.gate);
	ck_assert_ptr_nonnull(house->courier);
}

/* The configuration's lines beside the server and the templates. */
static char *
top_lines(struct house *house, const char *more)
{
	char folder[2048];
	struct buf top;

	ck_assert_ptr_nonnull(getcwd(folder, sizeof(folder)));
	buf_init(&top);
	buf_printf(&top, "smtp_server = \"%s\"; notices_directory = "
	    "\"%s/conf/notices\"; %s", house->server.url, folder, more);
	return buf_detach(&top);
}

void
house_open(struct house *house, const char *more)
{
	house_open_with(house, POLICY, more);
}

void
house_open_with(struct house *house, const char *policy, const char *more)
{
	char *top;

	smtp_server_start(&house->server);
	top = top_lines(house, more);
	fixture_open_with(&house->f, policy, top, NULL);
	free(top);
	employ(house);
}

void
house_open_faulty(struct house *house, struct fault *fault)
{
	char *top;

	smtp_server_start(&house->server);
	top = top_lines(house, "");
	fault->fail_at = 0;
	fixture_open_faulty(&house->f, POLICY, top, fault);
	free(top);
	employ(house);
}

void
house_close(struct house *house)
{
	courier_free(house->courier);
	smtp_server_stop(&house->server);
	fixture_close(&house->f);
}

void
house_reload(struct house *house, const char *policy, const char *more)
{
	char *top = top_lines(house, more);
	struct fixture other;
	struct desk *desk;
	struct buf why;

	buf_init(&why);
	fixture_open_with(&other, policy, top, NULL);
	ck_assert_msg(desk_load(&desk, other.conf, &why) == STATUS_OK, "%s",
	    why.data);
	gate_set_desk(&house->f.gate, desk);
	fixture_close(&other);
	buf_release(&why);
	free(top);
}

void
house_send(struct house *house, const char *user)
{
	char id[64];
	unsigned i;

	for (i = 0; i < 12; i++) {
		snprintf(id, sizeof(id), "<%.20s.%u@local.test>", user, i);
		ck_assert_int_eq(fixture_send(&house->f, user, id, 1000 + i,
		    1), VERDICT_ACCEPT);
	}
}

void
house_warn(struct house *house)
{
	house_send(house, ALICE);
	fixture_pass(&house->f, house->f.now + 4 * CLOCK_DAY);
}

void
house_round(struct house *house)
{
	ck_assert_int_eq(courier_round(house->courier), STATUS_OK);
}

int64_t
house_outbox(struct house *house)
{
	struct admin_health health;

	admin_health(&house->f.gate, &health);
	return health.outbox;
}

unsigned
house_count(const struct buf *in, const char *text)
{
	const char *at = in->data;
	unsigned n;

	for (n = 0; (at = strstr(at, text)) != NULL; n++)
		at += strlen(text);
	return n;
}
