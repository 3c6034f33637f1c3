/*
 * Reading the clock, and times as text.  The calendar is computed here: the C
 * library's gmtime and strptime look at the locale and at TZ files, and
 * timegm is not in POSIX.
 */
#include "base/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SECONDS_A_DAY	((int64_t)86400)

/* The longest duration a configuration may hold: ten years. */
#define DURATION_MAX	(3650 * CLOCK_DAY)

/* One moment in the proleptic Gregorian calendar, UTC. */
struct civil {
	int64_t	year;
	int	month;		/* 1 to 12 */
	int	day;		/* 1 to 31 */
	int	hour, minute, second;
	int	weekday;	/* 0 is Sunday */
};

/* In the order clock_format_duration tries them. */
struct duration_unit {
	char	letter;
	bool	written;	/* "14d", not "2w": people count in days */
	int64_t	length;
};

static const struct duration_unit duration_units[] = {
	{ 'w', false, 7 * CLOCK_DAY },
	{ 'd', true, CLOCK_DAY },
	{ 'h', true, CLOCK_HOUR },
	{ 'm', true, CLOCK_MINUTE },
	{ 's', true, CLOCK_SECOND },
};

#define DURATION_UNITS	(sizeof(duration_units) / sizeof(duration_units[0]))

static int64_t
system_read(void *context)
{
	struct timespec now;

	(void)context;
	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		return 0;
	return (int64_t)now.tv_sec * CLOCK_SECOND + now.tv_nsec / 1000;
}

struct clock
clock_system(void)
{
	struct clock clock = { system_read, NULL };

	return clock;
}

int64_t
clock_monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * CLOCK_SECOND + now.tv_nsec / 1000;
}

int64_t
clock_read(const struct clock *clock)
{
	return clock->read(clock->context);
}

/* Division that rounds towards the past also before 1970. */
static int64_t
floor_divide(int64_t number, int64_t by)
{
	return number / by - (number % by < 0 ? 1 : 0);
}

/*
 * Days since 1970-01-01 and back.  The year is taken to begin in March, so that
 * the leap day comes last and month lengths follow the line
 * (153 m + 2) / 5; 400 years are an era of 146,097 days.
 */
static int64_t
days_from_civil(int64_t year, int month, int day)
{
	int64_t era, year_of_era, day_of_year;

	if (month <= 2)
		year--;
	era = floor_divide(year, 400);
	year_of_era = year - era * 400;
	day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
	return era * 146097 + year_of_era * 365 + year_of_era / 4 -
	    year_of_era / 100 + day_of_year - 719468;
}

static void
civil_from_days(int64_t days, struct civil *civil)
{
	int64_t era, day_of_era, year_of_era, day_of_year, month;

	days += 719468;
	era = floor_divide(days, 146097);
	day_of_era = days - era * 146097;
	year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
	    day_of_era / 146096) / 365;
	day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 -
	    year_of_era / 100);
	month = (5 * day_of_year + 2) / 153;
	civil->day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
	civil->month = (int)(month < 10 ? month + 3 : month - 9);
	civil->year = year_of_era + era * 400 + (civil->month <= 2 ? 1 : 0);
}

static void
civil_from_time(int64_t when, struct civil *civil)
{
	int64_t seconds = floor_divide(when, CLOCK_SECOND);
	int64_t days = floor_divide(seconds, SECONDS_A_DAY);
	int rest = (int)(seconds - days * SECONDS_A_DAY);

	civil_from_days(days, civil);
	civil->hour = rest / 3600;
	civil->minute = rest / 60 % 60;
	civil->second = rest % 60;
	/* 1970-01-01 was a Thursday. */
	civil->weekday = (int)(days + 4 - 7 * floor_divide(days + 4, 7));
}

const char *
clock_format(int64_t when, char text[CLOCK_TEXT_SIZE])
{
	struct civil civil;

	civil_from_time(when, &civil);
	snprintf(text, CLOCK_TEXT_SIZE, "%04lld-%02d-%02dT%02d:%02d:%02dZ",
	    (long long)civil.year, civil.month, civil.day, civil.hour,
	    civil.minute, civil.second);
	return text;
}

static const char weekdays[7][4] = {
	"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"
};

static const char months[12][4] = {
	"Jan", "Feb", "Mar", "Apr", "May", "Jun",
	"Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
};

const char *
clock_format_people(int64_t when, char text[CLOCK_TEXT_SIZE])
{
	return clock_format_local(when, 0, text);
}

const char *
clock_format_local(int64_t when, int64_t offset, char text[CLOCK_TEXT_SIZE])
{
	struct civil civil;
	int minutes = (int)(offset / CLOCK_MINUTE);
	int length;

	civil_from_time(when + minutes * CLOCK_MINUTE, &civil);
	length = snprintf(text, CLOCK_TEXT_SIZE, "%s %d %s %lld %02d:%02d UTC",
	    weekdays[civil.weekday], civil.day, months[civil.month - 1],
	    (long long)civil.year, civil.hour, civil.minute);
	if (minutes != 0)
		snprintf(text + length, CLOCK_TEXT_SIZE - length,
		    "%c%02d:%02d", minutes < 0 ? '-' : '+',
		    abs(minutes) / 60, abs(minutes) % 60);
	return text;
}

const char *
clock_format_mail(int64_t when, char text[CLOCK_TEXT_SIZE])
{
	struct civil civil;

	civil_from_time(when, &civil);
	snprintf(text, CLOCK_TEXT_SIZE, "%s, %d %s %04lld %02d:%02d:%02d +0000",
	    weekdays[civil.weekday], civil.day, months[civil.month - 1],
	    (long long)civil.year, civil.hour, civil.minute, civil.second);
	return text;
}

/* What localtime_r makes of a moment is read as UTC again: timegm is not in
 * POSIX, nor is tm_gmtoff. */
int64_t
clock_zone_offset(int64_t when)
{
	int64_t seconds = floor_divide(when, CLOCK_SECOND);
	time_t moment = (time_t)seconds;
	struct tm local;

	if (moment != seconds || localtime_r(&moment, &local) == NULL)
		return 0;
	return (days_from_civil((int64_t)local.tm_year + 1900,
	    local.tm_mon + 1, local.tm_mday) * SECONDS_A_DAY +
	    local.tm_hour * 3600 + local.tm_min * 60 + local.tm_sec -
	    seconds) * CLOCK_SECOND;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * Takes exactly `digits` digits off the text.  false when there are fewer,
 * or when the number is not in low..high.
 */
static bool
take_number(const char **at, int digits, int low, int high, int *number)
{
	*number = 0;
	while (digits-- > 0) {
		if (!is_digit(**at))
			return false;
		*number = *number * 10 + (*(*at)++ - '0');
	}
	return *number >= low && *number <= high;
}

static bool
take_char(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

/* ".25" is 250,000; digits behind the sixth are dropped. */
static bool
take_fraction(const char **at, int64_t *microseconds)
{
	int64_t digit = CLOCK_SECOND / 10;

	*microseconds = 0;
	if (!take_char(at, '.'))
		return true;
	if (!is_digit(**at))
		return false;
	for (; is_digit(**at); (*at)++) {
		*microseconds += digit * (**at - '0');
		digit /= 10;
	}
	return true;
}

/* "Z", "+01:00", "-05:30", in seconds east. */
static bool
take_offset(const char **at, int64_t *offset)
{
	int hours, minutes, sign = **at == '-' ? -1 : 1;

	*offset = 0;
	if (take_char(at, 'Z') || take_char(at, 'z'))
		return true;
	if (!take_char(at, '+') && !take_char(at, '-'))
		return false;
	if (!take_number(at, 2, 0, 23, &hours) || !take_char(at, ':') ||
	    !take_number(at, 2, 0, 59, &minutes))
		return false;
	*offset = (int64_t)sign * (hours * 3600 + minutes * 60);
	return true;
}

static bool
is_leap_year(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static bool
take_date(const char **at, int64_t *days)
{
	static const int lengths[12] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};
	int year, month, day, length;

	if (!take_number(at, 4, 0, 9999, &year) || !take_char(at, '-') ||
	    !take_number(at, 2, 1, 12, &month) || !take_char(at, '-'))
		return false;
	length = lengths[month - 1] + (month == 2 && is_leap_year(year));
	if (!take_number(at, 2, 1, length, &day))
		return false;
	*days = days_from_civil(year, month, day);
	return true;
}

static bool
take_time(const char **at, int *second_of_day, bool *leap)
{
	int hour, minute, second;

	if (!take_number(at, 2, 0, 23, &hour) || !take_char(at, ':') ||
	    !take_number(at, 2, 0, 59, &minute) || !take_char(at, ':') ||
	    !take_number(at, 2, 0, 60, &second))
		return false;
	*second_of_day = hour * 3600 + minute * 60 + second;
	*leap = second == 60;
	return true;
}

enum status
clock_parse(const char *text, int64_t *when)
{
	const char *at = text;
	int64_t days, microseconds, offset, seconds;
	int second_of_day;
	bool leap;

	if (!take_date(&at, &days) ||
	    (!take_char(&at, 'T') && !take_char(&at, 't')) ||
	    !take_time(&at, &second_of_day, &leap) ||
	    !take_fraction(&at, &microseconds) || !take_offset(&at, &offset) ||
	    *at != '\0')
		return STATUS_MALFORMED;
	seconds = days * SECONDS_A_DAY + second_of_day - offset;
	/*
	 * A leap second stands at the end of a UTC day (RFC 3339 5.7); it
	 * counts as the first second of the next, as POSIX has it.
	 */
	if (leap && seconds % SECONDS_A_DAY != 0)
		return STATUS_MALFORMED;
	if (seconds < 0 ||
	    seconds * CLOCK_SECOND + microseconds > CLOCK_LATEST)
		return STATUS_MALFORMED;
	*when = seconds * CLOCK_SECOND + microseconds;
	return STATUS_OK;
}

enum status
clock_parse_duration(const char *text, int64_t *duration)
{
	const char *at = text;
	int64_t number = 0;
	size_t i;

	if (!is_digit(*at))
		return STATUS_MALFORMED;
	for (; is_digit(*at); at++)
		if (number <= DURATION_MAX / CLOCK_SECOND)
			number = number * 10 + (*at - '0');
	if (strcmp(text, "0") == 0) {
		*duration = 0;
		return STATUS_OK;
	}
	for (i = 0; i < DURATION_UNITS; i++) {
		if (*at != duration_units[i].letter)
			continue;
		if (at[1] != '\0')
			return STATUS_MALFORMED;
		if (number > DURATION_MAX / duration_units[i].length)
			return STATUS_LIMIT;
		*duration = number * duration_units[i].length;
		return STATUS_OK;
	}
	return STATUS_MALFORMED;
}

const char *
clock_format_duration(int64_t duration, char text[CLOCK_TEXT_SIZE])
{
	const struct duration_unit *unit = &duration_units[0];
	size_t i;

	if (duration == 0) {
		snprintf(text, CLOCK_TEXT_SIZE, "0");
		return text;
	}
	/* The last one, seconds, takes what is left and drops fractions. */
	for (i = 0; i < DURATION_UNITS; i++) {
		unit = &duration_units[i];
		if (unit->written && duration % unit->length == 0)
			break;
	}
	snprintf(text, CLOCK_TEXT_SIZE, "%lld%c",
	    (long long)(duration / unit->length), unit->letter);
	return text;
}
