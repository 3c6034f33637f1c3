/*
 * Fuzz targets: functions that are handed any bytes, and assert what must hold
 * whatever these are.  tests/tools/fuzz.sh makes a libFuzzer program of each;
 * tests/unit/test_fuzz.c runs all of them over what was found worth keeping.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "mail/message.h"

struct judge;

#ifdef FUZZ_ALONE
#define FUZZ_TARGET(name)	LLVMFuzzerTestOneInput
#else
#define FUZZ_TARGET(name)	fuzz_##name
#endif

int LLVMFuzzerInitialize(int *, char ***);

int FUZZ_TARGET(authentication)(const uint8_t *, size_t);
int FUZZ_TARGET(header)(const uint8_t *, size_t);
int FUZZ_TARGET(letter)(const uint8_t *, size_t);
int FUZZ_TARGET(message)(const uint8_t *, size_t);
int FUZZ_TARGET(msgid)(const uint8_t *, size_t);
int FUZZ_TARGET(phrase)(const uint8_t *, size_t);
int FUZZ_TARGET(report)(const uint8_t *, size_t);

/* In a block of its size, with a NUL behind; the caller frees it. */
char *fuzz_text(const uint8_t *, size_t);

/*
 * The header fields the bytes begin with, handed over as an MTA does it, to be
 * judged by fuzz_judge; returns where the body begins.  The message is to be
 * initialised.
 */
const uint8_t *fuzz_take_header(struct message *, const char *sender,
    const uint8_t *bytes, const uint8_t *end);

/*
 * By the phrases of conf/ and the header rules "X-Bot: *yes*or*" (automatic)
 * and "X-Person: [a-c]?*" (human); made once, not the caller's to free.
 */
const struct judge *fuzz_judge(void);

#endif
