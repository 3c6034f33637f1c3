/*
 * Times and durations as text, both ways.
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

#define S	CLOCK_SECOND

struct format_row {
	const char *name;
	int64_t when;
	const char *want, *people;
};

static const struct format_row format_rows[] = {
	{ "epoch", 0, "1970-01-01T00:00:00Z", "Thu 1 Jan 1970 00:00 UTC" },
	{ "fraction dropped", 1 * S + 999999, "1970-01-01T00:00:01Z",
	    "Thu 1 Jan 1970 00:00 UTC" },
	{ "before the epoch, towards the past", -1, "1969-12-31T23:59:59Z",
	    "Wed 31 Dec 1969 23:59 UTC" },
	{ "leap day", 951782400 * S, "2000-02-29T00:00:00Z",
	    "Tue 29 Feb 2000 00:00 UTC" },
	{ "no leap day", 4107542400 * S, "2100-03-01T00:00:00Z",
	    "Mon 1 Mar 2100 00:00 UTC" },
	{ "end of year", 1798761599 * S, "2026-12-31T23:59:59Z",
	    "Thu 31 Dec 2026 23:59 UTC" },
	{ "past 2038", 2147483648 * S, "2038-01-19T03:14:08Z",
	    "Tue 19 Jan 2038 03:14 UTC" },
	{ "latest", CLOCK_LATEST, "9999-12-31T23:59:59Z",
	    "Fri 31 Dec 9999 23:59 UTC" },
};

START_TEST(formats)
{
	const struct format_row *row = &format_rows[_i];
	char text[CLOCK_TEXT_SIZE];

	ck_assert_msg(strcmp(clock_format(row->when, text), row->want) == 0,
	    "%s: got %s", row->name, text);
	ck_assert_msg(strcmp(clock_format_people(row->when, text),
	    row->people) == 0, "%s: got %s", row->name, text);
}
END_TEST

static const struct local_row {
	const char	*name;
	int64_t		 offset;
	const char	*want;
} local_rows[] = {
	{ "none", 0, "Mon 23 Nov 2026 05:31 UTC" },
	{ "ahead", CLOCK_HOUR, "Mon 23 Nov 2026 06:31 UTC+01:00" },
	{ "half hours ahead", 330 * CLOCK_MINUTE,
	    "Mon 23 Nov 2026 11:01 UTC+05:30" },
	{ "behind", -8 * CLOCK_HOUR, "Sun 22 Nov 2026 21:31 UTC-08:00" },
	{ "behind by less than an hour", -30 * CLOCK_MINUTE,
	    "Mon 23 Nov 2026 05:01 UTC-00:30" },
};

START_TEST(formats_local)
{
	const struct local_row *row = &local_rows[_i];
	char text[CLOCK_TEXT_SIZE];

	clock_format_local(1795411860 * S, row->offset, text);
	ck_assert_msg(strcmp(text, row->want) == 0, "%s: got %s", row->name,
	    text);
}
END_TEST

START_TEST(formats_mail)
{
	char text[CLOCK_TEXT_SIZE];

	ck_assert_str_eq(clock_format_mail(1795411860 * S, text),
	    "Mon, 23 Nov 2026 05:31:00 +0000");
	ck_assert_str_eq(clock_format_mail(CLOCK_LATEST, text),
	    "Fri, 31 Dec 9999 23:59:59 +0000");
}
END_TEST

static const struct zone_row {
	const char	*zone;
	int64_t		 when, want;
} zone_rows[] = {
	{ "UTC0", 1795411860 * S, 0 },
	{ "IST-5:30", 1795411860 * S, 330 * CLOCK_MINUTE },
	{ "PST8PDT,M3.2.0,M11.1.0", 1795411860 * S, -8 * CLOCK_HOUR },
	{ "PST8PDT,M3.2.0,M11.1.0", 1784000000 * S, -7 * CLOCK_HOUR },
	{ "CET-1CEST,M3.5.0,M10.5.0/3", 1795411860 * S, CLOCK_HOUR },
	{ "CET-1CEST,M3.5.0,M10.5.0/3", 1784000000 * S, 2 * CLOCK_HOUR },
	/* the year, month and day differ as well */
	{ "NZST-12", 1798761599 * S, 12 * CLOCK_HOUR },
};

START_TEST(zones)
{
	const struct zone_row *row = &zone_rows[_i];
	int64_t got;

	ck_assert_int_eq(setenv("TZ", row->zone, 1), 0);
	tzset();
	got = clock_zone_offset(row->when);
	ck_assert_msg(got == row->want, "%s: got %lld minutes", row->zone,
	    (long long)(got / CLOCK_MINUTE));
}
END_TEST

/* No number overruns the text. */
START_TEST(formats_any_number)
{
	char text[CLOCK_TEXT_SIZE];

	ck_assert_uint_lt(strlen(clock_format(INT64_MAX, text)), sizeof(text));
	ck_assert_uint_lt(strlen(clock_format(INT64_MIN, text)), sizeof(text));
	ck_assert_uint_lt(strlen(clock_format_people(INT64_MIN, text)),
	    sizeof(text));
	ck_assert_uint_lt(strlen(clock_format_local(INT64_MIN, CLOCK_HOUR,
	    text)), sizeof(text));
	ck_assert_uint_lt(strlen(clock_format_mail(INT64_MIN, text)),
	    sizeof(text));
	ck_assert_uint_lt(strlen(clock_format_duration(INT64_MIN, text)),
	    sizeof(text));
	clock_zone_offset(INT64_MIN);
	clock_zone_offset(INT64_MAX);
}
END_TEST

struct parse_row {
	const char *name, *text;
	int64_t want;		/* -1: MALFORMED */
};

static const struct parse_row parse_rows[] = {
	{ "epoch", "1970-01-01T00:00:00Z", 0 },
	{ "plain", "2026-11-23T05:31:00Z", 1795411860 * S },
	{ "lower case", "2026-11-23t05:31:00z", 1795411860 * S },
	{ "east", "2026-11-23T06:31:00.25+01:00", 1795411860 * S + 250000 },
	{ "west", "2026-11-22T23:46:00-05:45", 1795411860 * S },
	{ "unknown offset", "2026-11-23T05:31:00-00:00", 1795411860 * S },
	{ "microsecond", "1970-01-01T00:00:00.000001Z", 1 },
	{ "long fraction", "1970-01-01T00:00:00.9999999999999999999Z",
	    999999 },
	{ "leap day", "2000-02-29T00:00:00Z", 951782400 * S },
	{ "leap second", "2016-12-31T23:59:60Z", 1483228800 * S },
	{ "leap second, west", "2016-12-31T18:59:60-05:00", 1483228800 * S },
	{ "latest", "9999-12-31T23:59:59Z", CLOCK_LATEST },
	{ "east of 1970", "1970-01-01T01:00:00+01:00", 0 },
	{ "west of 1970", "1969-12-31T23:00:00-01:00", 0 },

	{ "empty", "", -1 },
	{ "date only", "2026-11-23", -1 },
	{ "blank for T", "2026-11-23 05:31:00Z", -1 },
	{ "no zone", "2026-11-23T05:31:00", -1 },
	{ "no seconds", "2026-11-23T05:31Z", -1 },
	{ "trailing", "2026-11-23T05:31:00Z ", -1 },
	{ "leading", " 2026-11-23T05:31:00Z", -1 },
	{ "sign", "+026-11-23T05:31:00Z", -1 },
	{ "short year", "026-11-23T05:31:00Z", -1 },
	{ "month 0", "2026-00-23T05:31:00Z", -1 },
	{ "month 13", "2026-13-23T05:31:00Z", -1 },
	{ "day 0", "2026-11-00T05:31:00Z", -1 },
	{ "day 31 of 30", "2026-11-31T05:31:00Z", -1 },
	{ "no leap year", "2026-02-29T05:31:00Z", -1 },
	{ "2100 is none", "2100-02-29T05:31:00Z", -1 },
	{ "hour 24", "2026-11-23T24:00:00Z", -1 },
	{ "minute 60", "2026-11-23T05:60:00Z", -1 },
	{ "second 61", "2026-11-23T05:31:61Z", -1 },
	{ "leap second at noon", "2016-12-31T12:00:60Z", -1 },
	{ "empty fraction", "2026-11-23T05:31:00.Z", -1 },
	{ "comma", "2026-11-23T05:31:00,5Z", -1 },
	{ "offset hour", "2026-11-23T05:31:00+24:00", -1 },
	{ "offset minute", "2026-11-23T05:31:00+01:60", -1 },
	{ "offset without colon", "2026-11-23T05:31:00+0100", -1 },
	{ "before 1970", "1969-12-31T23:59:59Z", -1 },
	{ "before 1970 by the zone", "1970-01-01T00:59:59+01:00", -1 },
	{ "past the latest", "9999-12-31T23:59:59.1Z", -1 },
	{ "past the latest by the zone", "9999-12-31T23:59:59-00:01", -1 },
	{ "year 0", "0000-01-01T00:00:00Z", -1 },
};

START_TEST(parses)
{
	const struct parse_row *row = &parse_rows[_i];
	char *text = strdup(row->text);
	int64_t when = -7;
	enum status status = clock_parse(text, &when);

	if (row->want < 0)
		ck_assert_msg(status == STATUS_MALFORMED && when == -7,
		    "%s: took it for %lld", row->name, (long long)when);
	else
		ck_assert_msg(status == STATUS_OK && when == row->want,
		    "%s: got %lld, want %lld", row->name, (long long)when,
		    (long long)row->want);
	free(text);
}
END_TEST

/* Each day of 8,030 years is the day behind the one before it. */
START_TEST(every_day_comes_back)
{
	char text[CLOCK_TEXT_SIZE], last[CLOCK_TEXT_SIZE] = "";
	int64_t day, back;

	for (day = 0; day <= CLOCK_LATEST / CLOCK_DAY; day++) {
		clock_format(day * CLOCK_DAY, text);
		if (strcmp(last, text) >= 0)
			ck_abort_msg("%s is not behind %s", text, last);
		if (clock_parse(text, &back) != STATUS_OK ||
		    back != day * CLOCK_DAY)
			ck_abort_msg("%s came back as %lld", text,
			    (long long)back);
		memcpy(last, text, sizeof(last));
	}
}
END_TEST

struct duration_row {
	const char *name, *text;
	enum status status;
	int64_t want;
	const char *canonical;
};

static const struct duration_row duration_rows[] = {
	{ "days", "14d", STATUS_OK, 14 * CLOCK_DAY, "14d" },
	{ "weeks", "2w", STATUS_OK, 14 * CLOCK_DAY, "14d" },
	{ "hours", "36h", STATUS_OK, 36 * CLOCK_HOUR, "36h" },
	{ "hours that are days", "48h", STATUS_OK, 48 * CLOCK_HOUR, "2d" },
	{ "minutes", "90m", STATUS_OK, 90 * CLOCK_MINUTE, "90m" },
	{ "seconds", "61s", STATUS_OK, 61 * CLOCK_SECOND, "61s" },
	{ "zero", "0", STATUS_OK, 0, "0" },
	{ "zero days", "0d", STATUS_OK, 0, "0" },
	{ "leading zeros", "007d", STATUS_OK, 7 * CLOCK_DAY, "7d" },
	{ "the most", "3650d", STATUS_OK, 3650 * CLOCK_DAY, "3650d" },
	{ "the most in seconds", "315360000s", STATUS_OK, 3650 * CLOCK_DAY,
	    "3650d" },
	{ "one day more", "3651d", STATUS_LIMIT, 0, NULL },
	{ "one second more", "315360001s", STATUS_LIMIT, 0, NULL },
	{ "weeks past it", "522w", STATUS_LIMIT, 0, NULL },
	{ "absurd", "99999999999999999999999999999999s", STATUS_LIMIT, 0,
	    NULL },
	{ "absurd, no unit", "99999999999999999999", STATUS_MALFORMED, 0,
	    NULL },
	{ "empty", "", STATUS_MALFORMED, 0, NULL },
	{ "no unit", "14", STATUS_MALFORMED, 0, NULL },
	{ "two zeros", "00", STATUS_MALFORMED, 0, NULL },
	{ "unit alone", "d", STATUS_MALFORMED, 0, NULL },
	{ "unknown unit", "14y", STATUS_MALFORMED, 0, NULL },
	{ "upper case", "14D", STATUS_MALFORMED, 0, NULL },
	{ "blank", "14 d", STATUS_MALFORMED, 0, NULL },
	{ "two units", "1d12h", STATUS_MALFORMED, 0, NULL },
	{ "negative", "-1d", STATUS_MALFORMED, 0, NULL },
	{ "fraction", "1.5d", STATUS_MALFORMED, 0, NULL },
};

START_TEST(durations)
{
	const struct duration_row *row = &duration_rows[_i];
	char text[CLOCK_TEXT_SIZE];
	int64_t duration = -1;
	enum status status = clock_parse_duration(row->text, &duration);

	ck_assert_msg(status == row->status, "%s: status %s", row->name,
	    status_text(status));
	if (status != STATUS_OK)
		return;
	ck_assert_msg(duration == row->want, "%s: got %lld", row->name,
	    (long long)duration);
	ck_assert_msg(strcmp(clock_format_duration(duration, text),
	    row->canonical) == 0, "%s: wrote %s", row->name, text);
}
END_TEST

static int64_t
read_assigned(void *context)
{
	return *(int64_t *)context;
}

START_TEST(clocks_are_read)
{
	int64_t now = 42;
	struct clock assigned = { read_assigned, &now };
	struct clock system = clock_system();

	ck_assert_int_eq(clock_read(&assigned), 42);
	now = 43;
	ck_assert_int_eq(clock_read(&assigned), 43);
	/* 2020 to the latest: in microseconds, and running */
	ck_assert_int_gt(clock_read(&system), 1577836800 * CLOCK_SECOND);
	ck_assert_int_lt(clock_read(&system), CLOCK_LATEST);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("clock");
	TCase *tests = tcase_create("clock");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, formats, 0,
	    sizeof(format_rows) / sizeof(format_rows[0]));
	tcase_add_loop_test(tests, formats_local, 0,
	    sizeof(local_rows) / sizeof(local_rows[0]));
	tcase_add_test(tests, formats_mail);
	tcase_add_loop_test(tests, zones, 0,
	    sizeof(zone_rows) / sizeof(zone_rows[0]));
	tcase_add_test(tests, formats_any_number);
	tcase_add_loop_test(tests, parses, 0,
	    sizeof(parse_rows) / sizeof(parse_rows[0]));
	tcase_add_test(tests, every_day_comes_back);
	tcase_add_loop_test(tests, durations, 0,
	    sizeof(duration_rows) / sizeof(duration_rows[0]));
	tcase_add_test(tests, clocks_are_read);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
