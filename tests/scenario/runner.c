/*
 * Plays scenarios: stories of some weeks at a site, told in lines of plain
 * words, through the real gate with a store in memory and a clock that is
 * set.  usage: scenario FILE...
 *
 * A story says how the site is set up, then what happens when:
 *
 *	# comments, to the end of the line
 *	policy minimum 100		a figure of the default policy
 *	setting mode monitor		another key of the configuration
 *	group seniors has threshold 10%	another policy's
 *	user bob has policy exempt
 *
 *	day 0 alice writes to 120 candidates
 *	day 2 10:30 5 of them reply
 *	day 9 expect alice warned
 *	      expect alice rate 5/120
 *
 * A line may begin with its time; one that does not happens right after the
 * one before it.  Day 0 is a Monday, "day 9" alone is 09:00 UTC.  Until then
 * the clockwork ticks on each full hour, unless the daemon "sleeps until" it.
 *
 * What may happen is the table below: each pattern with what it means
 * (capitals: sentence.h).  "them" are the candidates last written to.
 * Candidates are numbered in the order they are first written to.  Users
 * log in as themselves and write from USER@example.com.
 *
 * A scenario ends at its first line that does not hold, and is reported as
 * "FILE:LINE: what was expected; what was".
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "administrator.h"
#include "expect.h"
#include "mail/mime.h"
#include "sentence.h"
#include "stage.h"

static bool
set_policy(struct stage *stage, const struct sentence_match *match)
{
	return stage_policy(stage, match->word, match->text);
}

static bool
set_setting(struct stage *stage, const struct sentence_match *match)
{
	return stage_setting(stage, match->word, match->text);
}

/* The one word of the match is the last; the group's name is the second. */
static bool
set_group(struct stage *stage, const struct sentence_match *match)
{
	return stage_group(stage, match->sentence->words[1], match->word,
	    match->text);
}

static bool
set_user(struct stage *stage, const struct sentence_match *match)
{
	return stage_user(stage, match->user, match->word);
}

static bool
sleep_until(struct stage *stage, const struct sentence_match *match)
{
	return stage_sleep(stage, match->time);
}

static bool
write_new(struct stage *stage, const struct sentence_match *match)
{
	return stage_write(stage, match->user, 0, (size_t)match->count,
	    STAGE_ONE_TO_ONE);
}

static bool
write_new_at_once(struct stage *stage, const struct sentence_match *match)
{
	return stage_write(stage, match->user, 0, (size_t)match->count,
	    STAGE_IN_ONE_MESSAGE);
}

static bool
write_new_split(struct stage *stage, const struct sentence_match *match)
{
	return stage_write(stage, match->user, 0, (size_t)match->count,
	    STAGE_SPLIT);
}

static bool
write_range(struct stage *stage, const struct sentence_match *match)
{
	return stage_write(stage, match->user, (size_t)match->first,
	    (size_t)match->last, STAGE_ONE_TO_ONE);
}

static bool
write_range_at_once(struct stage *stage, const struct sentence_match *match)
{
	return stage_write(stage, match->user, (size_t)match->first,
	    (size_t)match->last, STAGE_IN_ONE_MESSAGE);
}

static bool
write_new_letter(struct stage *stage, const struct sentence_match *match)
{
	return stage_write(stage, match->user, 0, (size_t)match->count,
	    STAGE_ONE_LETTER);
}

static bool
write_letter(struct stage *stage, const struct sentence_match *match)
{
	return stage_write(stage, match->user, (size_t)match->first,
	    (size_t)match->last, STAGE_ONE_LETTER);
}

static bool
write_new_letters(struct stage *stage, const struct sentence_match *match)
{
	return stage_write(stage, match->user, 0, (size_t)match->count,
	    STAGE_OWN_LETTERS);
}

static bool
write_address(struct stage *stage, const struct sentence_match *match)
{
	return stage_write_to(stage, match->user, match->word);
}

static bool
write_again(struct stage *stage, const struct sentence_match *match)
{
	(void)match;
	return stage_write_again(stage);
}

static bool
reply_of_them(struct stage *stage, const struct sentence_match *match)
{
	return stage_replies_of_them(stage, (size_t)match->count);
}

static bool
answer_each(struct stage *stage, const struct sentence_match *match,
    enum stage_answer answer)
{
	int64_t number;

	for (number = match->first; number <= match->last; number++)
		if (!stage_answer(stage, (size_t)number, answer))
			return false;
	return true;
}

#define ANSWER(name, answer)						\
	static bool							\
	name(struct stage *stage, const struct sentence_match *match)	\
	{								\
		return answer_each(stage, match, answer);		\
	}

ANSWER(reply, STAGE_REPLY)
ANSWER(reply_barely, STAGE_BARE_REPLY)
ANSWER(reply_for_them, STAGE_FOR_THEM)
ANSWER(send_on, STAGE_SENT_ON)
ANSWER(reply_automatically, STAGE_OUT_OF_OFFICE)
ANSWER(bounce, STAGE_BOUNCE)
ANSWER(delay, STAGE_DELAY)
ANSWER(open_it, STAGE_RECEIPT)
ANSWER(complain, STAGE_COMPLAINT)

static bool
write_in(struct stage *stage, const struct sentence_match *match)
{
	int64_t number;

	for (number = match->first; number <= match->last; number++)
		if (!stage_write_in(stage, (size_t)number, match->user))
			return false;
	return true;
}

/* The first pattern that fits is meant. */
static const struct {
	const char	*pattern;
	bool		(*play)(struct stage *, const struct sentence_match *);
	bool		 before;	/* before the first day */
} sentences[] = {
	/* the site */
	{ "policy WORD TEXT", set_policy, true },
	{ "setting WORD TEXT", set_setting, true },
	{ "group WORD has WORD TEXT", set_group, true },
	{ "user USER has policy WORD", set_user, true },

	/* the daemon does not run until then */
	{ "sleep until TIME", sleep_until, false },

	/*
	 * One message to each, one a minute; one to all of them; one to all
	 * that the client hands over in a transaction for each.
	 */
	{ "USER writes to COUNT candidate|candidates", write_new, false },
	{ "USER writes to COUNT candidates in one message",
	    write_new_at_once, false },
	{ "USER writes to COUNT candidates in one split message",
	    write_new_split, false },
	{ "USER writes to candidate|candidates RANGE", write_range, false },
	{ "USER writes to candidates RANGE in one message",
	    write_range_at_once, false },
	{ "USER writes to ADDRESS", write_address, false },
	/* with a text: the same but for a name; one for each of them */
	{ "USER writes one letter to COUNT candidate|candidates",
	    write_new_letter, false },
	{ "USER writes one letter to candidate|candidates RANGE",
	    write_letter, false },
	{ "USER writes letters of their own to COUNT candidate|candidates",
	    write_new_letters, false },
	/* the same Message-ID, the same recipients */
	{ "the last message is sent again", write_again, false },

	/* to the message last written to them */
	{ "COUNT of them reply|replies", reply_of_them, false },
	{ "candidate|candidates RANGE reply|replies", reply, false },
	{ "candidate|candidates RANGE reply|replies without thread fields",
	    reply_barely, false },
	{ "somebody replies for candidate|candidates RANGE", reply_for_them,
	    false },
	{ "somebody sends on what candidate|candidates RANGE got", send_on,
	    false },
	{ "candidate|candidates RANGE auto-reply|auto-replies",
	    reply_automatically, false },
	{ "candidate|candidates RANGE bounce|bounces", bounce, false },
	{ "candidate|candidates RANGE is|are delayed", delay, false },
	{ "candidate|candidates RANGE open|opens it", open_it, false },
	{ "candidate|candidates RANGE complain|complains", complain, false },
	/* not an answer to anything */
	{ "candidate|candidates RANGE write|writes to USER", write_in, false },

	/* the administrator */
	{ "the administrator pardons USER", administrator_pardons, false },
	{ "the administrator restricts USER", administrator_restricts, false },
	{ "the administrator restricts USER until TIME",
	    administrator_restricts_until, false },
	{ "the administrator may not restrict USER",
	    administrator_may_not_restrict, false },
	{ "the administrator exempts USER", administrator_exempts, false },
	{ "the administrator exempts USER until TIME",
	    administrator_exempts_until, false },
	{ "the administrator exempts USER no longer",
	    administrator_exempts_no_longer, false },
	{ "the administrator sets mode monitor|enforce",
	    administrator_sets_mode, false },
	{ "the administrator switches enforcement on|off",
	    administrator_enforces, false },
	{ "the administrator forgets candidate|candidates RANGE",
	    administrator_forgets, false },

	/* of all messages of the last line that wrote some */
	{ "expect accepted", expect_accepted, false },
	{ "expect refused", expect_refused, false },
	{ "expect COUNT accepted", expect_count_accepted, false },
	{ "expect refusal says TEXT", expect_refusal, false },

	{ "expect USER unknown", expect_unknown, false },
	{ "expect USER good|warned|restricted", expect_standing, false },
	/* in monitor mode */
	{ "expect USER would be good|warned|restricted|nothing", expect_would,
	    false },
	/* answered/settled, of the window of this moment */
	{ "expect USER rate RATE", expect_rate, false },
	/* younger than settle, and not answered */
	{ "expect USER pending COUNT", expect_pending, false },
	{ "expect USER pending none", expect_pending, false },
	{ "expect USER due TIME", expect_due, false },
	{ "expect USER since TIME", expect_since, false },
	/* all notices so far, in order: "warning restricted"; or "nothing" */
	{ "expect USER told TEXT", expect_told, false },

	{ "expect log says TEXT", expect_log, false },
	{ "expect log never says TEXT", expect_no_log, false },
	{ "expect breaker open|closed", expect_breaker, false }
};

static bool
play_sentence(struct stage *stage, const struct sentence *sentence)
{
	struct sentence_match match;
	size_t i;

	for (i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
		if (!sentence_match(sentence, sentences[i].pattern, &match))
			continue;
		if (sentences[i].before || stage->open)
			return sentences[i].play(stage, &match);
		buf_add_text(&stage->problem, "\"day N ...\" was expected "
		    "before anything happens");
		return false;
	}
	buf_printf(&stage->problem, "a sentence was expected; this is none: "
	    "%s", sentence->text + strspn(sentence->text, " \t"));
	return false;
}

static bool
play_line(struct stage *stage, const char *line, size_t *expected)
{
	struct sentence sentence;
	int64_t time;
	size_t taken;

	if (!sentence_read(&sentence, line)) {
		buf_printf(&stage->problem, "a line of at most %d characters "
		    "and %d words was expected", SENTENCE_LINE_MAX - 1,
		    SENTENCE_WORDS_MAX);
		return false;
	}
	taken = sentence_time(&sentence, 0, &time);
	if (taken > 0 && !stage_advance(stage, time))
		return false;
	sentence_drop(&sentence, taken);
	if (sentence.count == 0)
		return true;
	if (strcmp(sentence.words[0], "expect") == 0)
		++*expected;
	return play_sentence(stage, &sentence);
}

static bool
play_file(const char *path, FILE *file)
{
	struct stage stage;
	char line[2 * SENTENCE_LINE_MAX];
	size_t number = 0, expected = 0;
	bool ok = true;

	stage_init(&stage);
	while (ok && fgets(line, sizeof(line), file) != NULL) {
		number++;
		ok = play_line(&stage, line, &expected);
	}
	if (!ok)
		printf("%s:%zu: %s\n", path, number, stage.problem.data);
	else if (expected == 0) {
		printf("%s: something was expected; nothing is\n", path);
		ok = false;
	}
	stage_release(&stage);
	return ok;
}

/* The file's name without its folder and suffix. */
static void
print_result(const char *path, bool ok)
{
	const char *name = strrchr(path, '/');

	name = name == NULL ? path : name + 1;
	printf("%s %.*s\n", ok ? "ok" : "not ok", (int)strcspn(name, "."),
	    name);
}

static bool
play_path(const char *path)
{
	FILE *file = fopen(path, "r");
	bool ok = false;

	if (file == NULL)
		printf("%s: %s\n", path, strerror(errno));
	else {
		ok = play_file(path, file);
		fclose(file);
	}
	print_result(path, ok);
	return ok;
}

int
main(int argc, char *argv[])
{
	int i, passed = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: scenario FILE...\n");
		return 2;
	}
	if (ident_library_init() != STATUS_OK) {
		fprintf(stderr, "scenario: the hash cannot be used\n");
		return 2;
	}
	mime_library_init();
	for (i = 1; i < argc; i++)
		if (play_path(argv[i]))
			passed++;
	printf("%d passed, %d failed\n", passed, argc - 1 - passed);
	return passed == argc - 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
