/*
 * How Sendmail is configured, by the lines of sendmail.cf that are about
 * filters:
 *
 *	Xreplygate, S=unix:/run/replygate/milter.sock, F=T, T=...
 *	O InputMailFilters=replygate
 *	O DaemonPortOptions=Name=MSA, Port=587, InputMailFilters=...
 *
 * and of what becomes of the bounces it writes itself, which pass no filter
 * unless a copy of each is sent to port 25:
 *
 *	O PostmasterCopy=copy@replygate.invalid
 *	Mrelay, P=[IPC], F=mDFMuXa8k, ...
 *	Rcopy < @ replygate.invalid $* >	$#relay $@ [127.0.0.1] $: ...
 */
#include "front/ctl_doctor.h"

#include <stdlib.h>
#include <string.h>

#include "base/mta_name.h"

#define WORD_SIZE	256

struct house {
	struct findings	*findings;
	const char	*cf;
	const char	*socket;
	char		 name[WORD_SIZE];	/* of our filter; "": none */
	char		 flags[16];		/* what its F= is */
};

/* The next line that begins so; NULL: there is none. */
static const char *
next_line(const char *at, const char *cf, const char *begin)
{
	size_t length = strlen(begin);

	for (;;) {
		if (at == NULL)
			at = cf;
		else {
			at += strcspn(at, "\n");
			at += *at == '\n';
		}
		if (*at == '\0')
			return NULL;
		if (strncmp(at, begin, length) == 0)
			return at;
	}
}

/*
 * "key=value" among the parts of a line, which end at commas; of a key the
 * first letter counts, as with Sendmail.  False: there is none.
 */
static bool
part_of(const char *line, char letter, char value[WORD_SIZE])
{
	size_t end = strcspn(line, "\n"), length;
	const char *at = line, *last = line + end;

	while (at < last) {
		at += strspn(at, ", \t");
		length = strcspn(at, ",\n");
		if (*at == letter && memchr(at, '=', length) != NULL) {
			const char *text = strchr(at, '=') + 1;

			length -= (size_t)(text - at);
			if (length >= WORD_SIZE)
				length = WORD_SIZE - 1;
			memcpy(value, text, length);
			value[length] = '\0';
			return true;
		}
		at += length;
		if (*at == '\n' || *at == '\0')
			return false;
	}
	return false;
}

static bool
is_same_socket(const char *a, const char *b)
{
	const char *path = mta_name_path(a), *other = mta_name_path(b);

	if (path != NULL && other != NULL)
		return strcmp(path, other) == 0;
	a = strchr(a, ':');
	b = strchr(b, ':');
	return path == NULL && other == NULL && a != NULL && b != NULL &&
	    atoi(a + 1) != 0 && atoi(a + 1) == atoi(b + 1);
}

static void
find_filter(struct house *house)
{
	char socket[WORD_SIZE];
	const char *line = NULL;
	size_t length;

	while ((line = next_line(line, house->cf, "X")) != NULL) {
		if (!part_of(line + 1, 'S', socket) ||
		    !is_same_socket(socket, house->socket))
			continue;
		length = strcspn(line + 1, ", \t\n");
		if (length >= sizeof(house->name))
			continue;
		memcpy(house->name, line + 1, length);
		house->name[length] = '\0';
		if (part_of(line + 1, 'F', socket))
			memcpy(house->flags, socket, 1);
		return;
	}
}

/* Is the name one of a list? */
static bool
has_name(const char *list, const char *name)
{
	size_t length, named = strlen(name);

	while (*list != '\0' && *list != '\n') {
		list += strspn(list, ",; \t");
		length = strcspn(list, ",; \t\n");
		if (length == named && strncmp(list, name, named) == 0)
			return true;
		list += length;
	}
	return false;
}

static void
advise_filter(const struct house *house)
{
	findings_advise(house->findings, "sendmail.mc:");
	findings_advise(house->findings, "    INPUT_MAIL_FILTER(`replygate', "
	    "`S=%s, T=C:10s;S:10s;R:30s;E:1m')", house->socket);
}

static void
look_at_use(const struct house *house)
{
	const char *line = NULL, *list = NULL;

	while ((line = next_line(line, house->cf, "O InputMailFilters=")) !=
	    NULL)
		list = strchr(line, '=') + 1;
	if (list != NULL && has_name(list, house->name)) {
		findings_add(house->findings, FINDING_FINE,
		    "sendmail-filters", "mail passes replygate");
		return;
	}
	findings_add(house->findings, FINDING_PROBLEM, "sendmail-filters",
	    "the filter %s is defined, and not used", house->name);
	findings_advise(house->findings, "INPUT_MAIL_FILTER instead of "
	    "MAIL_FILTER does both.");
	advise_filter(house);
}

/* A port may have filters of its own. */
static void
look_at_ports(const struct house *house)
{
	char filters[WORD_SIZE], name[WORD_SIZE];
	const char *line = NULL;

	while ((line = next_line(line, house->cf, "O DaemonPortOptions=")) !=
	    NULL) {
		const char *options = strchr(line, '=') + 1;

		if (!part_of(options, 'I', filters) ||
		    has_name(filters, house->name))
			continue;
		if (!part_of(options, 'N', name))
			name[0] = '\0';
		findings_add(house->findings, FINDING_PROBLEM,
		    "sendmail-filters", "mail by the port %s does not pass "
		    "replygate: InputMailFilters=%s",
		    name[0] != '\0' ? name : "without a name", filters);
		findings_advise(house->findings, "sendmail.mc, in that "
		    "DAEMON_OPTIONS:");
		findings_advise(house->findings, "    "
		    "InputMailFilters=%s;%s", house->name, filters);
	}
}

static void
look_at_flags(const struct house *house)
{
	enum finding_level level = FINDING_FINE;
	const char *what = "taken unseen";

	if (house->flags[0] == 'R') {
		level = FINDING_PROBLEM;
		what = "refused, also mail that comes in (F=R)";
	} else if (house->flags[0] == 'T' || house->flags[0] == '4') {
		level = FINDING_WARNING;
		what = "put off (F=T)";
	}
	findings_add(house->findings, level, "sendmail-flags",
	    "while replygate is away mail is %s", what);
	if (level != FINDING_FINE)
		advise_filter(house);
}

/* What of PostmasterCopy is behind the "@"; empty: there is none. */
static void
copy_domain(const struct house *house, char domain[WORD_SIZE])
{
	const char *line = NULL, *at;
	size_t length;

	domain[0] = '\0';
	while ((line = next_line(line, house->cf, "O PostmasterCopy=")) !=
	    NULL) {
		length = strcspn(line, "\n");
		at = memchr(line, '@', length);
		if (at == NULL || (length -= (size_t)(at + 1 - line)) >=
		    WORD_SIZE)
			continue;
		memcpy(domain, at + 1, length);
		domain[length] = '\0';
	}
}

/* Where a line ends, with those that begin with white space behind it. */
static const char *
end_of(const char *line)
{
	for (;;) {
		line += strcspn(line, "\n");
		if (*line == '\0' || (line[1] != ' ' && line[1] != '\t'))
			return line;
		line++;
	}
}

/* A rule of its own has the relay mailer take the domain's mail. */
static bool
is_sent_on(const struct house *house, const char *domain)
{
	const char *line = NULL, *relay, *found;

	while ((line = next_line(line, house->cf, "R")) != NULL) {
		relay = strstr(line, "$#relay");
		found = strstr(line, domain);
		if (relay != NULL && relay < end_of(line) && found != NULL &&
		    found < relay)
			return true;
	}
	return false;
}

static bool
relay_talks_to_itself(const struct house *house)
{
	const char *line = next_line(NULL, house->cf, "Mrelay,");
	char flags[WORD_SIZE];

	return line != NULL && part_of(line, 'F', flags) &&
	    strchr(flags, 'k') != NULL;
}

static void
look_at_bounces(const struct house *house)
{
	char domain[WORD_SIZE];
	const char *lack = NULL;

	copy_domain(house, domain);
	if (domain[0] == '\0')
		lack = "confCOPY_ERRORS_TO, for a copy that does";
	else if (!is_sent_on(house, domain))
		lack = "a rule that sends the copy to port 25";
	else if (!relay_talks_to_itself(house))
		lack = "MODIFY_MAILER_FLAGS(`RELAY', `+k')dnl";
	if (lack == NULL) {
		findings_add(house->findings, FINDING_FINE,
		    "sendmail-bounces", "copies of Sendmail's own bounces "
		    "pass replygate");
		return;
	}
	findings_add(house->findings, FINDING_WARNING, "sendmail-bounces",
	    "bounces that Sendmail writes itself are not seen: such mail "
	    "counts as not answered");
	findings_advise(house->findings, "sendmail.mc lacks %s;", lack);
	findings_advise(house->findings, "replygate(8) has the lines, under "
	    "Wiring into Sendmail.");
}

void
ctl_doctor_sendmail(struct findings *findings, const char *cf,
    const char *socket)
{
	struct house house = { .findings = findings, .cf = cf,
	    .socket = socket };

	find_filter(&house);
	if (house.name[0] == '\0') {
		findings_add(findings, FINDING_PROBLEM, "sendmail-filters",
		    "no filter has replygate's socket, %s", socket);
		advise_filter(&house);
		return;
	}
	look_at_use(&house);
	look_at_ports(&house);
	look_at_flags(&house);
	look_at_bounces(&house);
}
