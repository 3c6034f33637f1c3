/*
 * The daemon: options, and the order of start and stop.
 *
 *	configuration, judge    nothing is touched before they are right
 *	launch (launch.c)       background, pid file, no root's rights any more
 *	parent (parent.c)       forks the child that serves
 *	key, store, gate        the store is ours alone, the key fits it
 *	milter socket, API      both sockets exist
 *	clockwork, courier, then serve   until the parent says stop
 *
 * and backwards at the end: the milter finishes the messages in hand before
 * anything they need goes away.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/log.h"
#include "front/api.h"
#include "front/deaf.h"
#include "front/heartbeat.h"
#include "front/launch.h"
#include "front/milter.h"
#include "front/parent.h"
#include "front/reload.h"
#include "front/version.h"
#include "gate/clockwork.h"
#include "gate/gate.h"
#include "mail/mime.h"

/* How often the clockwork looks at the time, and the courier at the outbox. */
#define TICK	(10 * CLOCK_SECOND)
#define ROUND	CLOCK_SECOND

enum task {
	TASK_SERVE,
	TASK_CHECK,		/* -n */
	TASK_MAKE_KEY		/* -K */
};

struct options {
	struct launch_options	launch;
	enum task		task;
};

static void
usage(FILE *to)
{
	fprintf(to, "usage: replygate [-d] [-f file] [-p file] [-u user]\n"
	    "       replygate -n | -K [-f file] [-u user]\n"
	    "       replygate -V\n");
}

static void
parse_options(int argc, char **argv, struct options *options)
{
	int letter;

	memset(options, 0, sizeof(*options));
	options->launch.conf_path = REPLYGATE_CONF;
	while ((letter = getopt(argc, argv, "df:np:u:KVh")) != -1) {
		switch (letter) {
		case 'd':
			options->launch.detach = true;
			break;
		case 'f':
			options->launch.conf_path = optarg;
			break;
		case 'n':
			options->task = TASK_CHECK;
			break;
		case 'p':
			options->launch.pid_path = optarg;
			break;
		case 'u':
			options->launch.user = optarg;
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

/* Root makes it for whom it will become. */
static int
make_key(const struct conf *conf, const char *user, struct buf *why)
{
	struct identity identity;

	if (launch_check(conf, user, &identity, why) != STATUS_OK)
		return complain(why, EX_CONFIG);
	identity.changes = geteuid() == 0 && identity.name[0] != '\0';
	if (ident_key_create(conf->key_file, why) != STATUS_OK ||
	    identity_give(&identity, conf->key_file, why) != STATUS_OK)
		return complain(why, EX_CANTCREAT);
	printf("%s: made a new key; keep a copy: without it the store is "
	    "worth nothing\n", conf->key_file);
	return EX_OK;
}

static struct log *
open_log(const struct conf *conf)
{
	return log_open(strcmp(conf->log_target, "syslog") == 0 ?
	    LOG_TARGET_SYSLOG : LOG_TARGET_STDERR,
	    log_level_find(conf->log_level));
}

/* Everything that is open, in the order it is opened. */
struct daemon {
	const char		*path;		/* of the configuration */
	const struct launch_options *launch;
	struct conf		*conf;
	struct judge		*judge;
	struct desk		*desk;
	struct log		*log;
	struct ident_key	 key;
	struct store		*store;
	struct gate		 gate;
	bool			 gate_is_open;
	bool			 milter_is_open;
	struct api		*api;
	struct clockwork	*clockwork;
	struct courier		*courier;
	struct heartbeat	*heartbeat;
	struct parent_child	*child;
	struct gate_watcher	 watcher;
	pthread_t		 listener;
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
	if (status == STATUS_OK)
		gate_set_conf(&daemon->gate, conf_ref(daemon->conf),
		    judge_ref(daemon->judge));
	if (status == STATUS_OK)
		gate_set_desk(&daemon->gate, desk_ref(daemon->desk));
	return status;
}

/*
 * The parent's words, on a thread of their own.  It may be cancelled while
 * it waits for one, never while it acts on one.
 */
static void *
listen_to_parent(void *argument)
{
	struct daemon *daemon = argument;
	enum parent_word word;
	int ignored;

	do {
		word = parent_listen(daemon->child);
		pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &ignored);
		if (word == PARENT_GONE)
			_exit(EX_SOFTWARE);
		if (word == PARENT_RELOAD)
			(void)reload_conf(&daemon->gate, daemon->path, NULL);
		else
			milter_stop();
		pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &ignored);
	} while (word != PARENT_STOP);
	return NULL;
}

/*
 * The parent is told of reloads: for the service manager, and to have what is
 * in use ready for another child.
 */
static void
reload_begun(void *context)
{
	struct daemon *daemon = context;

	parent_tell(daemon->child, PARENT_NEWS_RELOADING, "reloading");
}

static void
reload_ended(void *context, const char *why)
{
	struct daemon *daemon = context;
	struct buf text;

	if (why == NULL) {
		parent_tell(daemon->child, PARENT_NEWS_RELOADED, "reloaded");
		return;
	}
	buf_init(&text);
	buf_printf(&text, "reload failed, nothing is changed: %s", why);
	parent_tell(daemon->child, PARENT_NEWS_KEPT, text.data);
	buf_release(&text);
}

static void
watch_reloads(struct daemon *daemon)
{
	daemon->watcher.context = daemon;
	daemon->watcher.begun = reload_begun;
	daemon->watcher.ended = reload_ended;
	daemon->gate.watcher = &daemon->watcher;
}

static bool
start_courier(struct daemon *daemon)
{
	if (mailer_library_init() != STATUS_OK)
		return false;
	daemon->courier = gate_courier_new(&daemon->gate);
	return daemon->courier != NULL &&
	    courier_start(daemon->courier, ROUND) == STATUS_OK;
}

static enum status
start_threads(struct daemon *daemon, struct buf *why)
{
	daemon->clockwork = clockwork_start(&daemon->gate, TICK);
	if (daemon->clockwork != NULL && start_courier(daemon) &&
	    heartbeat_start(&daemon->heartbeat, &daemon->gate,
	    daemon->child) == STATUS_OK &&
	    pthread_create(&daemon->listener, NULL, listen_to_parent,
	    daemon) == 0)
		return STATUS_OK;
	buf_add_text(why, "cannot start a thread");
	return STATUS_NO_MEMORY;
}

static enum status
start(struct daemon *daemon, struct buf *why)
{
	enum status status;

	status = start_store(daemon, why);
	if (status != STATUS_OK)
		return status;
	watch_reloads(daemon);
	status = milter_open(&daemon->gate, why);
	if (status != STATUS_OK)
		return status;
	daemon->milter_is_open = true;
	status = api_start(&daemon->api, &daemon->gate, why);
	if (status != STATUS_OK)
		return status;
	return start_threads(daemon, why);
}

static void
stop(struct daemon *daemon)
{
	heartbeat_stop(daemon->heartbeat);
	courier_stop(daemon->courier);
	courier_free(daemon->courier);
	clockwork_stop(daemon->clockwork);
	api_stop(daemon->api);
	if (daemon->milter_is_open)
		milter_close();
	if (daemon->gate_is_open)
		gate_close(&daemon->gate);
	store_close(daemon->store);
	ident_key_wipe(&daemon->key);
}

static int
serve_mail(struct daemon *daemon)
{
	enum status status;

	log_write(daemon->log, LOG_LEVEL_INFO, "started: version %s, "
	    "milter at %s", REPLYGATE_VERSION, daemon->conf->milter_socket);
	launch_served(daemon->launch);
	parent_ready(daemon->child);
	status = milter_serve();
	pthread_cancel(daemon->listener);
	pthread_join(daemon->listener, NULL);
	log_write(daemon->log, LOG_LEVEL_INFO, "stopped");
	return status == STATUS_OK ? EX_OK : EX_UNAVAILABLE;
}

/*
 * A child that takes over from a crashed one starts with the file as it
 * is now; if that is wrong, with what was in use last: see keep_up.
 */
static void
read_conf_again(struct daemon *daemon)
{
	struct buf why;

	buf_init(&why);
	if (reload_renew(daemon->path, &daemon->conf, &daemon->judge,
	    &daemon->desk, &why) != STATUS_OK)
		log_write(daemon->log, LOG_LEVEL_ERROR, "%s; starting with "
		    "the configuration read before", why.data);
	log_set_level(daemon->log, log_level_find(daemon->conf->log_level));
	buf_release(&why);
}

/* In the parent, when the child has taken the file into use. */
static void
keep_up(void *context)
{
	struct daemon *daemon = context;
	struct buf why;

	buf_init(&why);
	/* Was it spoilt within the moment, the next reload will tell. */
	(void)reload_renew(daemon->path, &daemon->conf, &daemon->judge,
	    &daemon->desk, &why);
	log_set_level(daemon->log, log_level_find(daemon->conf->log_level));
	buf_release(&why);
}

static int
serve(void *context, struct parent_child *child)
{
	struct daemon *daemon = context;
	struct buf why;
	int code;

	daemon->child = child;
	buf_init(&why);
	deaf_begin();
	read_conf_again(daemon);
	if (ident_key_load(daemon->conf->key_file, &daemon->key, &why) !=
	    STATUS_OK)
		code = complain(&why, EX_CONFIG);
	else if (start(daemon, &why) != STATUS_OK)
		code = complain(&why, EX_UNAVAILABLE);
	else
		code = serve_mail(daemon);
	stop(daemon);
	desk_unref(daemon->desk);
	judge_unref(daemon->judge);
	conf_unref(daemon->conf);
	buf_release(&why);
	return code;
}

static int
run_parent(struct daemon *daemon, struct buf *why)
{
	const struct parent_work work = { serve, keep_up, daemon };
	int code;

	daemon->log = open_log(daemon->conf);
	if (daemon->log == NULL) {
		buf_add_text(why, "out of memory");
		return complain(why, EX_OSERR);
	}
	code = parent_run(daemon->log, &work);
	log_close(daemon->log);
	return code;
}

static int
run_daemon(const struct launch_options *options, struct conf *conf,
    struct judge *judge, struct desk *desk, struct buf *why)
{
	struct daemon daemon = {
		.path = options->conf_path, .launch = options,
		.conf = conf_ref(conf), .judge = judge_ref(judge),
		.desk = desk_ref(desk)
	};
	struct launch launch;
	int code;

	code = launch_begin(&launch, options, conf, why);
	if (code != EX_OK)
		code = complain(why, code);
	else {
		code = run_parent(&daemon, why);
		launch_end(&launch);
	}
	desk_unref(daemon.desk);
	judge_unref(daemon.judge);
	conf_unref(daemon.conf);
	return code;
}

static int
run(const struct options *options, struct buf *why)
{
	const struct launch_options *launch = &options->launch;
	struct judge *judge = NULL;
	struct desk *desk = NULL;
	struct conf *conf;
	enum status status;
	int code;

	/* a key is made before there is all the rest */
	if (options->task == TASK_MAKE_KEY)
		status = conf_load(launch->conf_path, &conf, why);
	else
		status = reload_read(launch->conf_path, &conf, &judge, &desk,
		    why);
	if (status != STATUS_OK)
		return complain(why, EX_CONFIG);
	if (options->task == TASK_MAKE_KEY)
		code = make_key(conf, launch->user, why);
	else if (options->task == TASK_CHECK)
		code = launch_check(conf, launch->user, NULL, why) ==
		    STATUS_OK ? print_conf(conf) : complain(why, EX_CONFIG);
	else
		code = run_daemon(launch, conf, judge, desk, why);
	desk_unref(desk);
	judge_unref(judge);
	conf_unref(conf);
	return code;
}

int
main(int argc, char **argv)
{
	struct options options;
	struct buf why;
	int code;

	parse_options(argc, argv, &options);
	buf_init(&why);
	if (ident_library_init() != STATUS_OK) {
		buf_add_text(&why, "libsodium cannot be initialised");
		code = complain(&why, EX_SOFTWARE);
	} else {
		mime_library_init();
		code = run(&options, &why);
	}
	buf_release(&why);
	return code;
}
