/*
 * The daemon: options, and the order of start and stop.
 *
 *	configuration, key      nothing is touched before both are right
 *	store, gate             the store is ours alone, the key fits it
 *	milter socket, API      both sockets exist
 *	clockwork, then serve   until SIGTERM or SIGINT
 *
 * and backwards at the end: the milter finishes the messages in hand before
 * anything they need goes away.  It stays in the foreground; whoever starts
 * it watches it.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/log.h"
#include "front/api.h"
#include "front/milter.h"
#include "front/version.h"
#include "gate/clockwork.h"
#include "gate/gate.h"
#include "mail/mime.h"

#ifndef REPLYGATE_CONF
#define REPLYGATE_CONF	"/etc/replygate/replygate.conf"
#endif

/* How often the clockwork looks at the time. */
#define TICK	(10 * CLOCK_SECOND)

enum task {
	TASK_SERVE,
	TASK_CHECK,		/* -n */
	TASK_MAKE_KEY		/* -K */
};

struct options {
	const char	*path;
	enum task	 task;
};

static void
usage(FILE *to)
{
	fprintf(to, "usage: replygate [-n | -K] [-f file]\n"
	    "       replygate -V\n");
}

static void
parse_options(int argc, char **argv, struct options *options)
{
	int letter;

	options->path = REPLYGATE_CONF;
	options->task = TASK_SERVE;
	while ((letter = getopt(argc, argv, "f:nKVh")) != -1) {
		switch (letter) {
		case 'f':
			options->path = optarg;
			break;
		case 'n':
			options->task = TASK_CHECK;
			break;
		case 'K':
			options->task = TASK_MAKE_KEY;
			break;
		case 'V':
			printf("replygate %s\n", REPLYGATE_VERSION);
			exit(EX_OK);
		case 'h':
			usage(stdout);
			exit(EX_OK);
		default:
			usage(stderr);
			exit(EX_USAGE);
		}
	}
	if (optind != argc) {
		usage(stderr);
		exit(EX_USAGE);
	}
}

static int
complain(const struct buf *why, int code)
{
	fprintf(stderr, "replygate: %s\n", why->data);
	return code;
}

static int
print_conf(const struct conf *conf)
{
	struct buf text;
	int code;

	buf_init(&text);
	conf_print(conf, &text);
	code = text.failed || fputs(text.data, stdout) == EOF ||
	    fflush(stdout) == EOF ? EX_IOERR : EX_OK;
	buf_release(&text);
	return code;
}

static int
make_key(const struct conf *conf, struct buf *why)
{
	if (ident_key_create(conf->key_file, why) != STATUS_OK)
		return complain(why, EX_CANTCREAT);
	printf("%s: made a new key; keep a copy: without it the store is "
	    "worth nothing\n", conf->key_file);
	return EX_OK;
}

static struct log *
open_log(const struct conf *conf)
{
	static const char *const levels[] = {
		[LOG_LEVEL_ERROR] = "error", [LOG_LEVEL_WARNING] = "warning",
		[LOG_LEVEL_INFO] = "info", [LOG_LEVEL_DEBUG] = "debug"
	};
	enum log_level level = LOG_LEVEL_INFO;
	size_t i;

	for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (strcmp(levels[i], conf->log_level) == 0)
			level = (enum log_level)i;
	return log_open(strcmp(conf->log_target, "syslog") == 0 ?
	    LOG_TARGET_SYSLOG : LOG_TARGET_STDERR, level);
}

/*
 * libmilter waits for these in a thread of its own; a thread that has them
 * unblocked would be ended by their default action.
 */
static void
block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* Everything that is open, in the order it is opened. */
struct daemon {
	struct conf		*conf;
	struct ident_key	 key;
	struct log		*log;
	struct store		*store;
	struct gate		 gate;
	bool			 gate_is_open;
	bool			 milter_is_open;
	struct api		*api;
	struct clockwork	*clockwork;
};

static enum status
start_store(struct daemon *daemon, struct buf *why)
{
	struct store_options options = {
		.directory = daemon->conf->store_directory,
		.cache = daemon->conf->store_cache,
		.log = daemon->log
	};
	enum status status;

	status = store_open(&daemon->store, &options, why);
	if (status == STATUS_OK)
		status = gate_open(&daemon->gate, daemon->store, &daemon->key,
		    daemon->conf, daemon->log, clock_system(), why);
	daemon->gate_is_open = status == STATUS_OK;
	return status;
}

static enum status
start(struct daemon *daemon, struct buf *why)
{
	enum status status;

	daemon->log = open_log(daemon->conf);
	if (daemon->log == NULL) {
		buf_add_text(why, "out of memory");
		return STATUS_NO_MEMORY;
	}
	status = start_store(daemon, why);
	if (status == STATUS_OK) {
		status = milter_open(&daemon->gate, why);
		daemon->milter_is_open = status == STATUS_OK;
	}
	if (status == STATUS_OK)
		status = api_start(&daemon->api, &daemon->gate, why);
	if (status != STATUS_OK)
		return status;
	daemon->clockwork = clockwork_start(&daemon->gate, TICK);
	if (daemon->clockwork == NULL) {
		buf_add_text(why, "cannot start the clockwork's thread");
		return STATUS_NO_MEMORY;
	}
	return STATUS_OK;
}

static void
stop(struct daemon *daemon)
{
	clockwork_stop(daemon->clockwork);
	api_stop(daemon->api);
	if (daemon->milter_is_open)
		milter_close(&daemon->gate);
	if (daemon->gate_is_open)
		gate_close(&daemon->gate);
	store_close(daemon->store);
	log_close(daemon->log);
	ident_key_wipe(&daemon->key);
}

static int
serve(struct conf *conf, struct buf *why)
{
	struct daemon daemon = { .conf = conf };
	enum status status;
	int code = EX_OK;

	if (ident_key_load(conf->key_file, &daemon.key, why) != STATUS_OK)
		return complain(why, EX_CONFIG);
	block_signals();
	mime_library_init();
	status = start(&daemon, why);
	if (status == STATUS_OK) {
		log_write(daemon.log, LOG_LEVEL_INFO, "started: version %s, "
		    "milter at %s", REPLYGATE_VERSION, conf->milter_socket);
		status = milter_serve();
		log_write(daemon.log, LOG_LEVEL_INFO, "stopped");
		code = status == STATUS_OK ? EX_OK : EX_UNAVAILABLE;
	} else
		code = complain(why, EX_UNAVAILABLE);
	stop(&daemon);
	return code;
}

int
main(int argc, char **argv)
{
	struct options options;
	struct conf *conf;
	struct buf why;
	int code;

	parse_options(argc, argv, &options);
	buf_init(&why);
	if (ident_library_init() != STATUS_OK) {
		buf_add_text(&why, "libsodium cannot be initialised");
		code = complain(&why, EX_SOFTWARE);
	} else if (conf_load(options.path, &conf, &why) != STATUS_OK)
		code = complain(&why, EX_CONFIG);
	else {
		switch (options.task) {
		case TASK_CHECK:
			code = print_conf(conf);
			break;
		case TASK_MAKE_KEY:
			code = make_key(conf, &why);
			break;
		default:
			code = serve(conf, &why);
			break;
		}
		conf_unref(conf);
	}
	buf_release(&why);
	return code;
}
