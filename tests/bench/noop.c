/*
 * noop: a milter that does nothing, to measure another one by.
 *
 *	noop [-q] SOCKET
 *
 * It hears of every step and answers each, as a milter does that negotiates
 * nothing.  With -q it is quiet: it declines HELO and what it does not know,
 * hears of all the rest as replygate does, and answers at the end alone: the
 * least that a milter costs which sees the message.  A step that is not to be
 * answered gets SMFIS_NOREPLY; any other return has libmilter log each call.
 *
 * A session's private pointer is not NULL where that was negotiated.
 */
#include <sys/types.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <libmilter/mfapi.h>

#define DECLINED	(SMFIP_NOHELO | SMFIP_NOUNKNOWN)
#define UNANSWERED	(SMFIP_NR_CONN | SMFIP_NR_MAIL | SMFIP_NR_RCPT | \
			SMFIP_NR_DATA | SMFIP_NR_HDR | SMFIP_NR_EOH | \
			SMFIP_NR_BODY)

static sfsistat
on_negotiate(SMFICTX *ctx, unsigned long actions, unsigned long steps,
    unsigned long unused2, unsigned long unused3, unsigned long *want_actions,
    unsigned long *want_steps, unsigned long *want2, unsigned long *want3)
{
	(void)actions;
	(void)unused2;
	(void)unused3;
	if ((steps & (DECLINED | UNANSWERED)) != (DECLINED | UNANSWERED))
		return SMFIS_REJECT;
	*want_steps = DECLINED | UNANSWERED;
	*want_actions = *want2 = *want3 = 0;
	return smfi_setpriv(ctx, ctx) == MI_SUCCESS ? SMFIS_CONTINUE :
	    SMFIS_REJECT;
}

static sfsistat
go_on(SMFICTX *ctx)
{
	return smfi_getpriv(ctx) != NULL ? SMFIS_NOREPLY : SMFIS_CONTINUE;
}

static sfsistat
on_connect(SMFICTX *ctx, char *host, _SOCK_ADDR *address)
{
	(void)host;
	(void)address;
	return go_on(ctx);
}

static sfsistat
on_text(SMFICTX *ctx, char *text)
{
	(void)text;
	return go_on(ctx);
}

static sfsistat
on_unknown(SMFICTX *ctx, const char *text)
{
	(void)text;
	return go_on(ctx);
}

static sfsistat
on_address(SMFICTX *ctx, char **arguments)
{
	(void)arguments;
	return go_on(ctx);
}

static sfsistat
on_header(SMFICTX *ctx, char *name, char *value)
{
	(void)name;
	(void)value;
	return go_on(ctx);
}

static sfsistat
on_body(SMFICTX *ctx, unsigned char *bytes, size_t length)
{
	(void)bytes;
	(void)length;
	return go_on(ctx);
}

static sfsistat
on_end(SMFICTX *ctx)
{
	(void)ctx;
	return SMFIS_CONTINUE;
}

/* libmilter complains about a pointer that is still there. */
static sfsistat
on_close(SMFICTX *ctx)
{
	smfi_setpriv(ctx, NULL);
	return SMFIS_CONTINUE;
}

int
main(int argc, char **argv)
{
	struct smfiDesc description = {
		.xxfi_version = SMFI_VERSION,
		.xxfi_connect = on_connect,
		.xxfi_helo = on_text,
		.xxfi_envfrom = on_address,
		.xxfi_envrcpt = on_address,
		.xxfi_data = go_on,
		.xxfi_unknown = on_unknown,
		.xxfi_header = on_header,
		.xxfi_eoh = go_on,
		.xxfi_body = on_body,
		.xxfi_eom = on_end,
		.xxfi_close = on_close
	};
	static char name[] = "noop";
	int letter;

	description.xxfi_name = name;
	while ((letter = getopt(argc, argv, "q")) != -1) {
		if (letter != 'q')
			exit(64);
		description.xxfi_negotiate = on_negotiate;
	}
	if (optind != argc - 1) {
		fprintf(stderr, "usage: noop [-q] socket\n");
		exit(64);
	}
	if (smfi_setconn(argv[optind]) != MI_SUCCESS ||
	    smfi_register(description) != MI_SUCCESS)
		return EXIT_FAILURE;
	return smfi_main() == MI_SUCCESS ? EXIT_SUCCESS : EXIT_FAILURE;
}
