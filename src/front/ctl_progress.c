/*
 * The progress of an import.
 */
#include "front/ctl_progress.h"

#include <time.h>

#include "base/clock.h"
#include "front/ctl_text.h"

#define BAR_WIDTH	24
#define REDRAW		(CLOCK_SECOND / 10)

static int64_t
monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * CLOCK_SECOND + now.tv_nsec / 1000;
}

void
ctl_progress_init(struct ctl_progress *progress, FILE *out, int64_t total)
{
	progress->out = out;
	progress->total = total;
	progress->started = monotonic();
	progress->drawn = 0;
	progress->visible = false;
}

static void
add_bar(struct buf *buf, int64_t done, int64_t total)
{
	int filled, i;

	/* A file may grow while it is read. */
	if (done > total)
		done = total;
	filled = (int)(done * BAR_WIDTH / total);
	buf_printf(buf, "%3d%% [", (int)(done * 100 / total));
	for (i = 0; i < BAR_WIDTH; i++)
		buf_add_text(buf, i < filled ? "=" : i == filled ? ">" : " ");
	buf_add_text(buf, "] ");
}

void
ctl_progress_compose(struct buf *buf, int64_t done, int64_t total,
    int64_t lines, int64_t elapsed)
{
	const double megabyte = 1e6;
	char count[CTL_TEXT_NUMBER_SIZE], rate[CTL_TEXT_NUMBER_SIZE];

	if (total > 0)
		add_bar(buf, done, total);
	buf_printf(buf, "%.1f", (double)done / megabyte);
	if (total > 0)
		buf_printf(buf, " of %.1f", (double)total / megabyte);
	buf_printf(buf, " MB, %s lines", ctl_text_number(lines, count));
	if (elapsed >= CLOCK_SECOND)
		buf_printf(buf, ", %s/s", ctl_text_number(
		    lines * 1000 / (elapsed / 1000), rate));
}

void
ctl_progress_draw(struct ctl_progress *progress, int64_t done, int64_t lines)
{
	int64_t now;
	struct buf text;

	if (progress->out == NULL)
		return;
	now = monotonic();
	if (progress->visible && now - progress->drawn < REDRAW)
		return;
	buf_init(&text);
	ctl_progress_compose(&text, done, progress->total, lines,
	    now - progress->started);
	fprintf(progress->out, "\r%s\033[K", text.data);
	fflush(progress->out);
	buf_release(&text);
	progress->drawn = now;
	progress->visible = true;
}

void
ctl_progress_clear(struct ctl_progress *progress)
{
	if (!progress->visible)
		return;
	fputs("\r\033[K", progress->out);
	fflush(progress->out);
	progress->visible = false;
}
