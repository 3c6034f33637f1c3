/*
 * What fuzzing found worth keeping, taken again: each seed as it is, and
 * changed here and there, the same way each time.
 */
#include "test.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "../fuzz/fuzz.h"

#define SEEDS		"tests/fuzz/seeds/"
#define SEED_MAX	((size_t)65536)
#define CHANGES		200
#define SECONDS_MAX	240	/* a target's, with sanitizers, under load */

struct target {
	const char	*name;
	int		(*run)(const uint8_t *, size_t);
};

#define TARGET(name)	{ #name, fuzz_##name }

static const struct target targets[] = {
	TARGET(authentication), TARGET(header), TARGET(letter),
	TARGET(message), TARGET(msgid), TARGET(phrase), TARGET(report)
};

#define TARGETS	((int)(sizeof(targets) / sizeof(targets[0])))

struct seed {
	uint8_t		 bytes[SEED_MAX];
	size_t		 length;
	uint64_t	 chance;
};

static void
set_up(void)
{
	(void)LLVMFuzzerInitialize(NULL, NULL);
}

/* xorshift64*: the same numbers on each machine. */
static size_t
chance(struct seed *seed, size_t below)
{
	seed->chance ^= seed->chance >> 12;
	seed->chance ^= seed->chance << 25;
	seed->chance ^= seed->chance >> 27;
	return (size_t)((seed->chance * UINT64_C(2685821657736338717)) >>
	    33) % below;
}

/* Some bytes are put in once more, or taken out. */
static void
move_bytes(struct seed *seed, size_t from)
{
	size_t more = 1 + chance(seed, 40), left = seed->length - from;

	if (more > left)
		more = left;
	if (chance(seed, 2) == 0) {
		memmove(seed->bytes + from, seed->bytes + from + more,
		    left - more);
		seed->length -= more;
	} else if (seed->length + more <= SEED_MAX) {
		memmove(seed->bytes + from + more, seed->bytes + from, left);
		seed->length += more;
	}
}

static void
change(struct seed *seed)
{
	static const char bytes[] = "\0\t\n\r \"'(),.:;<=>?@[\\]_aZ0\x7f\xff";
	size_t times = 1 + chance(seed, 4), at;

	while (times-- > 0 && seed->length > 0) {
		at = chance(seed, seed->length);
		switch (chance(seed, 4)) {
		case 0:
			seed->bytes[at] = (uint8_t)bytes[chance(seed,
			    sizeof(bytes) - 1)];
			break;
		case 1:
			seed->bytes[at] ^= (uint8_t)(1 << chance(seed, 8));
			break;
		case 2:
			move_bytes(seed, at);
			break;
		default:
			if (chance(seed, 8) == 0)
				seed->length = at;
		}
	}
}

static void
run(const struct target *target, const struct seed *seed)
{
	uint8_t *bytes = malloc(seed->length == 0 ? 1 : seed->length);

	ck_assert_ptr_nonnull(bytes);
	memcpy(bytes, seed->bytes, seed->length);
	ck_assert_int_eq(target->run(bytes, seed->length), 0);
	free(bytes);
}

static void
take_seed(const struct target *target, const char *path)
{
	struct seed seed, changed;
	FILE *file = fopen(path, "r");
	int i;

	ck_assert_msg(file != NULL, "%s cannot be read", path);
	seed.length = fread(seed.bytes, 1, SEED_MAX, file);
	ck_assert_msg(feof(file), "%s is too long", path);
	(void)fclose(file);
	printf("%s\n", path);
	run(target, &seed);
	for (i = 0; i < CHANGES; i++) {
		changed = seed;
		changed.chance = UINT64_C(88172645463325252) + (uint64_t)i;
		change(&changed);
		run(target, &changed);
	}
}

static int
is_seed(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

START_TEST(seeds_are_taken)
{
	const struct target *target = &targets[_i];
	const struct seed nothing = { .length = 0 };
	struct dirent **entries;
	char path[1024];
	int i, count;

	(void)snprintf(path, sizeof(path), SEEDS "%s", target->name);
	count = scandir(path, &entries, is_seed, alphasort);
	ck_assert_msg(count > 0, "%s: no seeds", path);
	for (i = 0; i < count; i++) {
		(void)snprintf(path, sizeof(path), SEEDS "%s/%s",
		    target->name, entries[i]->d_name);
		take_seed(target, path);
		free(entries[i]);
	}
	free(entries);
	run(target, &nothing);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("fuzz");
	TCase *tcase = tcase_create("fuzz");

	tcase_add_unchecked_fixture(tcase, set_up, NULL);
	tcase_set_timeout(tcase, SECONDS_MAX);
	tcase_add_loop_test(tcase, seeds_are_taken, 0, TARGETS);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
