/*
 * Letters for the tests of mail merge at the gate: what a tool makes of a
 * template, and what people write one by one.
 */
#ifndef TESTS_UNIT_MERGE_LETTERS_H
#define TESTS_UNIT_MERGE_LETTERS_H

#include <stddef.h>

#define MERGE_LETTER_SIZE	2048

/* The template with the name, company and role of the n-th candidate. */
void merge_letter(unsigned n, char text[MERGE_LETTER_SIZE]);

/* The n-th letter of somebody who writes each anew. */
void personal_letter(unsigned n, char text[MERGE_LETTER_SIZE]);

#endif
