/*
 * The administrators' door: libmicrohttpd around api_verbs.c.
 *
 * A request's life: libmicrohttpd calls `handle` once when the header has been
 * read, then with each piece of the body, then without one; only then is it
 * answered, since an answer before the body is read drops the connection.
 * `completed` is called last, however it ended.
 *
 * A few threads of libmicrohttpd's serve; `lock` covers `in_hand`, which lets
 * api_stop wait for answers on their way.
 */
#include "front/api.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "front/api_socket.h"
#include "front/api_tcp.h"
#include "front/api_verbs.h"
#include "front/version.h"

#define SERVER_NAME	"replygate/" REPLYGATE_VERSION

#define THREADS		4
#define CONNECTIONS_MAX	64
#define READERS_MAX	16	/* connections for metrics, by TCP */
#define READER_THREADS	1
#define IDLE_SECONDS	30	/* a silent connection is closed */
#define STOP_SECONDS	5	/* api_stop waits for answers on their way */

/* So much of a body that is too long is read to answer 413; past it no more. */
#define DRAIN_MAX	(16 * API_BODY_MAX)

/* Who comes in, and what they may ask. */
struct door {
	struct api		*api;
	struct MHD_Daemon	*daemon;
	void			(*answer)(const struct api_request *,
				    struct api_answer *);
};

struct api {
	struct gate		*gate;
	struct door		 control;
	struct door		 metrics;	/* by TCP; no daemon: none */
	struct api_socket	 socket;
	struct log_limit	 fault;
	pthread_mutex_t		 lock;
	pthread_cond_t		 idle;		/* in_hand fell to 0 */
	unsigned		 in_hand;
};

/* One request while it arrives. */
struct arrival {
	struct buf	body;
	size_t		received;	/* past API_BODY_MAX: not kept */
};

static void
count_in_hand(struct api *api, int change)
{
	pthread_mutex_lock(&api->lock);
	api->in_hand += (unsigned)change;
	if (api->in_hand == 0)
		pthread_cond_broadcast(&api->idle);
	pthread_mutex_unlock(&api->lock);
}

static enum MHD_Result
arrive(struct api *api, void **slot)
{
	struct arrival *arrival = calloc(1, sizeof(*arrival));

	if (arrival == NULL)
		return MHD_NO;
	buf_init(&arrival->body);
	*slot = arrival;
	count_in_hand(api, 1);
	return MHD_YES;
}

static enum MHD_Result
collect(struct arrival *arrival, const char *bytes, size_t *length)
{
	if (arrival->received > DRAIN_MAX)
		return MHD_NO;
	arrival->received += *length;
	if (arrival->received <= API_BODY_MAX)
		buf_add(&arrival->body, bytes, *length);
	*length = 0;
	return MHD_YES;
}

static const char *
lookup_argument(void *context, const char *name)
{
	return MHD_lookup_connection_value(context, MHD_GET_ARGUMENT_KIND,
	    name);
}

static enum MHD_Result
queue_answer(struct MHD_Connection *connection, struct api_answer *answer)
{
	struct MHD_Response *response;
	enum MHD_Result result = MHD_NO;

	response = MHD_create_response_from_buffer(answer->body.length,
	    answer->body.data, MHD_RESPMEM_MUST_COPY);
	if (response == NULL)
		return MHD_NO;
	if (MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
	    answer->type != NULL ? answer->type : "application/json") ==
	    MHD_YES &&
	    MHD_add_response_header(response, MHD_HTTP_HEADER_SERVER,
	    SERVER_NAME) == MHD_YES &&
	    (answer->allow == NULL || MHD_add_response_header(response,
	    MHD_HTTP_HEADER_ALLOW, answer->allow) == MHD_YES))
		result = MHD_queue_response(connection, answer->code, response);
	MHD_destroy_response(response);
	return result;
}

static int
connection_fd(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info;

	info = MHD_get_connection_info(connection,
	    MHD_CONNECTION_INFO_CONNECTION_FD);
	return info != NULL ? (int)info->connect_fd : -1;
}

static enum MHD_Result
reply(const struct door *door, struct MHD_Connection *connection,
    const char *method, const char *path, const struct arrival *arrival)
{
	struct api_request request = {
		.gate = door->api->gate,
		.method = method,
		.path = path,
		.argument = lookup_argument,
		.context = connection,
		.body = arrival->body.data,
		.length = arrival->body.length,
		.fd = connection_fd(connection),
		.accept = MHD_lookup_connection_value(connection,
		    MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT),
	};
	struct api_answer answer = { .code = 0 };
	enum MHD_Result result;

	if (arrival->received > API_BODY_MAX) {
		buf_init(&answer.body);
		api_answer_error(&answer, 413, "the body is too long; expected "
		    "at most %zu bytes", API_BODY_MAX);
	} else if (arrival->body.failed) {
		buf_init(&answer.body);
		api_answer_error(&answer, 503, "out of memory");
	} else
		door->answer(&request, &answer);
	result = queue_answer(connection, &answer);
	api_answer_release(&answer);
	return result;
}

static enum MHD_Result
handle(void *context, struct MHD_Connection *connection, const char *path,
    const char *method, const char *version, const char *bytes, size_t *length,
    void **slot)
{
	const struct door *door = context;

	(void)version;
	if (*slot == NULL)
		return arrive(door->api, slot);
	if (*length > 0)
		return collect(*slot, bytes, length);
	return reply(door, connection, method, path, *slot);
}

static void
completed(void *context, struct MHD_Connection *connection, void **slot,
    enum MHD_RequestTerminationCode code)
{
	const struct door *door = context;
	struct arrival *arrival = *slot;

	(void)connection;
	(void)code;
	if (arrival == NULL)
		return;
	*slot = NULL;
	buf_release(&arrival->body);
	free(arrival);
	count_in_hand(door->api, -1);
}

static void __attribute__((format(printf, 2, 0)))
log_fault(void *context, const char *format, va_list ap)
{
	struct api *api = context;
	char text[256];

	vsnprintf(text, sizeof(text), format, ap);
	text[strcspn(text, "\n")] = '\0';
	log_limited(api->gate->log, &api->fault, CLOCK_SECOND,
	    LOG_LEVEL_WARNING, "event=api-fault text=\"%s\"", text);
}

/*
 * By poll(2): with epoll, the library's choice, MHD_quiesce_daemon and a thread
 * that a client wakes just then both take the socket out of the set, and the
 * library ends the process for the one that comes second (0.9.75).
 *
 * The descriptor stays the caller's when it fails.
 */
static bool
serve(struct door *door, int fd, unsigned connections, unsigned threads)
{
	door->daemon = MHD_start_daemon(
	    MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_ERROR_LOG,
	    0, NULL, NULL, handle, door,
	    MHD_OPTION_EXTERNAL_LOGGER, log_fault, door->api,
	    MHD_OPTION_LISTEN_SOCKET, (MHD_socket)fd,
	    MHD_OPTION_NOTIFY_COMPLETED, completed, door,
	    MHD_OPTION_CONNECTION_LIMIT, connections,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
	    MHD_OPTION_THREAD_POOL_SIZE, threads,
	    MHD_OPTION_END);
	return door->daemon != NULL;
}

static enum status
open_control(struct api *api, const struct conf *conf, struct buf *why)
{
	enum status status;

	status = api_socket_open(&api->socket, conf->control_socket,
	    conf->control_socket_mode, why);
	if (status != STATUS_OK)
		return status;
	status = socket_give(api->socket.path, conf->control_socket_group,
	    why);
	api->control.answer = api_answer_request;
	if (status == STATUS_OK && !serve(&api->control, api->socket.fd,
	    CONNECTIONS_MAX, THREADS)) {
		buf_printf(why, "%s: the HTTP server does not start: %s",
		    api->socket.path, strerror(errno));
		status = STATUS_UNAVAILABLE;
	}
	if (status != STATUS_OK) {
		api_socket_unlink(&api->socket);
		close(api->socket.fd);
	}
	return status;
}

static enum status
open_metrics(struct api *api, const struct conf *conf, struct buf *why)
{
	enum status status;
	int fd;

	if (conf->metrics_listen[0] == '\0')
		return STATUS_OK;
	status = api_tcp_listen(conf->metrics_listen, &fd, why);
	if (status != STATUS_OK)
		return status;
	api->metrics.answer = api_answer_reader;
	if (serve(&api->metrics, fd, READERS_MAX, READER_THREADS))
		return STATUS_OK;
	buf_printf(why, "metrics_listen: the HTTP server does not start: %s",
	    strerror(errno));
	close(fd);
	return STATUS_UNAVAILABLE;
}

static struct api *
api_new(struct gate *gate)
{
	struct api *api = calloc(1, sizeof(*api));

	if (api == NULL)
		return NULL;
	api->gate = gate;
	api->control.api = api->metrics.api = api;
	pthread_mutex_init(&api->lock, NULL);
	pthread_cond_init(&api->idle, NULL);
	return api;
}

static void
api_free(struct api *api)
{
	pthread_cond_destroy(&api->idle);
	pthread_mutex_destroy(&api->lock);
	free(api);
}

enum status
api_start(struct api **result, struct gate *gate, struct buf *why)
{
	struct conf *conf = gate_conf(gate);
	struct api *api = api_new(gate);
	enum status status = STATUS_NO_MEMORY;

	*result = NULL;
	if (api == NULL) {
		buf_add_text(why, "out of memory");
		goto out;
	}
	status = open_control(api, conf, why);
	if (status == STATUS_OK && (status = open_metrics(api, conf, why)) !=
	    STATUS_OK) {
		api_stop(api);
		goto out;
	}
	if (status == STATUS_OK)
		*result = api;
	else
		api_free(api);
out:
	conf_unref(conf);
	return status;
}

static void
wait_until_idle(struct api *api)
{
	struct timespec deadline;

	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_sec += STOP_SECONDS;
	pthread_mutex_lock(&api->lock);
	while (api->in_hand > 0)
		if (pthread_cond_timedwait(&api->idle, &api->lock,
		    &deadline) != 0)
			break;
	pthread_mutex_unlock(&api->lock);
}

/* Nobody new; -1: the door was never open. */
static MHD_socket
close_door(const struct door *door)
{
	return door->daemon != NULL ? MHD_quiesce_daemon(door->daemon) :
	    MHD_INVALID_SOCKET;
}

static void
end_door(struct door *door, MHD_socket fd)
{
	if (door->daemon != NULL)
		MHD_stop_daemon(door->daemon);
	if (fd != MHD_INVALID_SOCKET)
		close(fd);
}

void
api_stop(struct api *api)
{
	MHD_socket control, metrics;

	if (api == NULL)
		return;
	api_socket_unlink(&api->socket);
	control = close_door(&api->control);
	metrics = close_door(&api->metrics);
	wait_until_idle(api);
	end_door(&api->control, control);
	end_door(&api->metrics, metrics);
	api_free(api);
}
