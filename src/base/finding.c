/*
 * Findings.
 */
#include "base/finding.h"

#include <stdarg.h>
#include <string.h>

const char *
finding_level_text(enum finding_level level)
{
	static const char *const texts[] = {
		[FINDING_FINE] = "ok",
		[FINDING_WARNING] = "warning",
		[FINDING_PROBLEM] = "problem"
	};

	return texts[level];
}

void
findings_init(struct findings *findings)
{
	memset(findings, 0, sizeof(*findings));
}

void
findings_release(struct findings *findings)
{
	size_t i;

	for (i = 0; i < findings->count; i++) {
		buf_release(&findings->list[i].seen);
		buf_release(&findings->list[i].advice);
	}
	findings->count = 0;
}

void
findings_add(struct findings *findings, enum finding_level level,
    const char *check, const char *format, ...)
{
	struct finding *finding;
	va_list ap;

	if (findings->count == FINDINGS_MAX) {
		findings->failed = true;
		return;
	}
	finding = &findings->list[findings->count++];
	finding->level = level;
	finding->check = check;
	buf_init(&finding->seen);
	buf_init(&finding->advice);
	va_start(ap, format);
	buf_vprintf(&finding->seen, format, ap);
	va_end(ap);
	if (finding->seen.failed)
		findings->failed = true;
}

void
findings_advise(struct findings *findings, const char *format, ...)
{
	struct finding *finding;
	va_list ap;

	if (findings->count == 0 || findings->failed)
		return;
	finding = &findings->list[findings->count - 1];
	if (finding->advice.length > 0)
		buf_add_text(&finding->advice, "\n");
	va_start(ap, format);
	buf_vprintf(&finding->advice, format, ap);
	va_end(ap);
	if (finding->advice.failed)
		findings->failed = true;
}
