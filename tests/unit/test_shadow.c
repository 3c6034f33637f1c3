/*
 * The shadow that monitor mode casts, and what is left when it goes.
 */
#include <string.h>

#include "policy/shadow.h"
#include "default_policy.h"
#include "test.h"

#define DAY	CLOCK_DAY
#define START	(20000 * CLOCK_DAY)
#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

static struct account
restricted(void)
{
	struct account account;

	account_init(&account, "alice", START - 30 * DAY);
	account.standing = STANDING_RESTRICTED;
	account.since = START - DAY;
	account.due = START + 13 * DAY;
	account.warned_at = START - 18 * DAY;
	account.assessed = START - DAY;
	account.heads_up_at = START - 20 * DAY;
	account.judged.answered = 3;
	account.judged.lapsed = 107;
	account.judged_window.until = START - 4 * DAY;
	return account;
}

START_TEST(begins_as_the_standing_is)
{
	struct account account = restricted();

	ck_assert(!shadow_is_cast(&account));
	shadow_cast(&account);
	ck_assert(shadow_is_cast(&account));
	ck_assert_int_eq(account.shadow.standing, STANDING_RESTRICTED);
	ck_assert(account.shadow.since == account.since);
	ck_assert(account.shadow.due == account.due);
	ck_assert(account.shadow.warned_at == account.warned_at);
	ck_assert(account.shadow.heads_up_at == account.heads_up_at);
	ck_assert(account.shadow.judged.lapsed == 107);
	/* Once: it goes its own way from there. */
	account.shadow.standing = STANDING_GOOD;
	shadow_cast(&account);
	ck_assert_int_eq(account.shadow.standing, STANDING_GOOD);
}
END_TEST

START_TEST(is_exchanged_and_exchanged_back)
{
	struct account account = restricted(), before;

	shadow_cast(&account);
	account.shadow.standing = STANDING_WARNED;
	account.shadow.since = START;
	account.shadow.due = START + DAY;
	account.shadow.warned_at = START;
	account.shadow.assessed = START + 1;
	account.shadow.heads_up_at = START + 2;
	account.shadow.judged.answered = 9;
	account.shadow.judged_window.from = START + 3;
	before = account;
	shadow_swap(&account);
	ck_assert_int_eq(account.standing, STANDING_WARNED);
	ck_assert(account.since == START && account.due == START + DAY);
	ck_assert(account.warned_at == START);
	ck_assert(account.assessed == START + 1);
	ck_assert(account.heads_up_at == START + 2);
	ck_assert(account.judged.answered == 9);
	ck_assert(account.judged_window.from == START + 3);
	ck_assert_str_eq(account.user, "alice");
	shadow_swap(&account);
	ck_assert_int_eq(account.standing, before.standing);
	ck_assert(account.since == before.since && account.due == before.due);
	ck_assert(account.judged.lapsed == before.judged.lapsed);
	ck_assert_int_eq(account.shadow.standing, before.shadow.standing);
	ck_assert(account.shadow.since == before.shadow.since);
	ck_assert(account.shadow.heads_up_at == before.shadow.heads_up_at);
}
END_TEST

static const struct {
	const char	*name;
	enum conf_mode	 mode;
	bool		 cast;
	enum standing	 want;
} views[] = {
	{ "enforced", CONF_MODE_ENFORCE, false, STANDING_RESTRICTED },
	{ "enforced, not gone yet", CONF_MODE_ENFORCE, true,
	    STANDING_RESTRICTED },
	{ "monitored, not looked at", CONF_MODE_MONITOR, false,
	    STANDING_RESTRICTED },
	{ "monitored", CONF_MODE_MONITOR, true, STANDING_GOOD },
};

START_TEST(counts_in_monitor_mode)
{
	struct account account = restricted(), view;

	if (views[_i].cast) {
		shadow_cast(&account);
		account.shadow.standing = STANDING_GOOD;
	}
	view = shadow_view(&account, views[_i].mode);
	ck_assert_msg(view.standing == views[_i].want, "%s: %s",
	    views[_i].name, standing_text(view.standing));
	ck_assert_int_eq(account.standing, STANDING_RESTRICTED);
}
END_TEST

static const struct {
	const char	*name;
	enum standing	 standing;
	int64_t		 due, end;	/* after START */
	bool		 became_good;
	enum standing	 want;
} ends[] = {
	{ "good", STANDING_GOOD, 0, DAY, false, STANDING_GOOD },
	{ "warned, not over", STANDING_WARNED, DAY, DAY - 1, false,
	    STANDING_WARNED },
	{ "warned, over this moment", STANDING_WARNED, DAY, DAY, true,
	    STANDING_GOOD },
	{ "restricted, not over", STANDING_RESTRICTED, DAY, 0, false,
	    STANDING_RESTRICTED },
	{ "restricted, long over", STANDING_RESTRICTED, DAY, 90 * DAY, true,
	    STANDING_GOOD },
};

START_TEST(goes)
{
	struct account account = restricted();
	int64_t t = START + ends[_i].end;
	bool became_good, ended;

	account.standing = ends[_i].standing;
	account.due = ends[_i].due == 0 ? 0 : START + ends[_i].due;
	shadow_cast(&account);
	account.shadow.warned_at = START;
	became_good = shadow_end(&account, t);
	ck_assert_msg(became_good == ends[_i].became_good, "%s",
	    ends[_i].name);
	ck_assert_msg(account.standing == ends[_i].want, "%s: %s",
	    ends[_i].name, standing_text(account.standing));
	ck_assert_msg(!shadow_is_cast(&account), "%s", ends[_i].name);
	ck_assert(account.warned_at == START - 18 * DAY);
	ended = account.standing == STANDING_GOOD;
	ck_assert_msg(account.due == (ended ? 0 : START + ends[_i].due), "%s",
	    ends[_i].name);
	ck_assert_msg(account.assessed == (ended ? t : START - DAY), "%s",
	    ends[_i].name);
	ck_assert_msg(account.since == (became_good ? t : START - DAY), "%s",
	    ends[_i].name);
	ck_assert(account.heads_up_at == START - 20 * DAY);
}
END_TEST

START_TEST(goes_with_an_act)
{
	const struct policy policy = default_policy();
	struct account account = restricted();

	shadow_cast(&account);
	standing_pardon(&account, START);
	ck_assert(!shadow_is_cast(&account));
	shadow_cast(&account);
	standing_restrict(&account, &policy, START, 0);
	ck_assert(!shadow_is_cast(&account));
	shadow_cast(&account);
	standing_exempt(&account, START, START + DAY);
	ck_assert(shadow_is_cast(&account));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("shadow");
	TCase *tcase = tcase_create("shadow");

	tcase_add_test(tcase, begins_as_the_standing_is);
	tcase_add_test(tcase, is_exchanged_and_exchanged_back);
	tcase_add_loop_test(tcase, counts_in_monitor_mode, 0, ROWS(views));
	tcase_add_loop_test(tcase, goes, 0, ROWS(ends));
	tcase_add_test(tcase, goes_with_an_act);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
