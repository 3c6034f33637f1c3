/*
 * HTTP to the daemon by libcurl: CURLOPT_UNIX_SOCKET_PATH, one handle for all
 * requests of a run, so that an import keeps its connection.
 *
 * The environment must not lead us elsewhere (http_proxy, .netrc, redirects):
 * none of that is on.
 */
#include "front/ctl_http.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "front/version.h"

#define CONNECT_SECONDS	10L
#define ANSWER_SECONDS	300L	/* a batch on a busy, slow disk */
#define PATIENT_SECONDS	86400L	/* a backup of a large store */

#define SERVER_FIELD	"Server: replygate/"

struct ctl_http {
	CURL			*curl;
	struct curl_slist	*fields;
	char			*socket;
	bool			 library;
};

void
ctl_http_answer_init(struct ctl_http_answer *answer)
{
	memset(answer, 0, sizeof(*answer));
	buf_init(&answer->body);
}

void
ctl_http_answer_release(struct ctl_http_answer *answer)
{
	buf_release(&answer->body);
}

static size_t
take_body(char *bytes, size_t size, size_t count, void *context)
{
	struct ctl_http_answer *answer = context;

	buf_add(&answer->body, bytes, size * count);
	return answer->body.failed ? 0 : size * count;
}

/* Server: replygate/0.1.0 */
static size_t
take_field(char *bytes, size_t size, size_t count, void *context)
{
	const size_t name = sizeof(SERVER_FIELD) - 1;
	struct ctl_http_answer *answer = context;
	size_t length = size * count, i;

	if (length < name || strncasecmp(bytes, SERVER_FIELD, name) != 0)
		return length;
	for (i = 0; i < CTL_HTTP_VERSION_SIZE - 1 && name + i < length; i++) {
		if (bytes[name + i] <= ' ' || bytes[name + i] > '~')
			break;
		answer->version[i] = bytes[name + i];
	}
	answer->version[i] = '\0';
	return length;
}

static int
ask_give_up(void *context, curl_off_t down_total, curl_off_t down,
    curl_off_t up_total, curl_off_t up)
{
	const struct ctl_http_request *request = context;

	(void)down_total;
	(void)down;
	(void)up_total;
	(void)up;
	return request->give_up != NULL && request->give_up();
}

struct ctl_http *
ctl_http_new(const char *socket)
{
	struct ctl_http *http = calloc(1, sizeof(*http));

	if (http == NULL)
		return NULL;
	http->library = curl_global_init(CURL_GLOBAL_NOTHING) == CURLE_OK;
	if (http->library)
		http->curl = curl_easy_init();
	http->socket = strdup(socket);
	/* Without "Expect:" libcurl asks leave before a large body. */
	http->fields = curl_slist_append(NULL, "Expect:");
	if (http->curl == NULL || http->socket == NULL ||
	    http->fields == NULL) {
		ctl_http_free(http);
		return NULL;
	}
	return http;
}

void
ctl_http_free(struct ctl_http *http)
{
	if (http == NULL)
		return;
	curl_slist_free_all(http->fields);
	free(http->socket);
	curl_easy_cleanup(http->curl);
	if (http->library)
		curl_global_cleanup();
	free(http);
}

static void
set_request(struct ctl_http *http, const struct ctl_http_request *request)
{
	CURL *curl = http->curl;

	if (request->body != NULL) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)request->length);
	} else
		curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, http->fields);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, request);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, ask_give_up);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, request->patient ?
	    PATIENT_SECONDS : ANSWER_SECONDS);
}

static void
set_answer(struct ctl_http *http, struct ctl_http_answer *answer)
{
	curl_easy_setopt(http->curl, CURLOPT_WRITEDATA, answer);
	curl_easy_setopt(http->curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(http->curl, CURLOPT_HEADERDATA, answer);
	curl_easy_setopt(http->curl, CURLOPT_HEADERFUNCTION, take_field);
}

static CURLcode
set_connection(struct ctl_http *http, const char *target)
{
	struct buf url;
	CURLcode code;

	curl_easy_setopt(http->curl, CURLOPT_PROXY, "");
	curl_easy_setopt(http->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(http->curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	curl_easy_setopt(http->curl, CURLOPT_USERAGENT,
	    "replygatectl/" REPLYGATE_VERSION);
	buf_init(&url);
	buf_printf(&url, "http://localhost%s", target);
	code = url.failed ? CURLE_OUT_OF_MEMORY :
	    curl_easy_setopt(http->curl, CURLOPT_URL, url.data);
	if (code == CURLE_OK)
		code = curl_easy_setopt(http->curl, CURLOPT_UNIX_SOCKET_PATH,
		    http->socket);
	buf_release(&url);
	return code;
}

static enum status
not_reached(const struct ctl_http *http, long error, struct buf *why)
{
	if (error == ENOENT || error == ECONNREFUSED || error == 0)
		buf_printf(why, "%s: no daemon is listening there (start "
		    "replygate, or name its socket with -s)", http->socket);
	else if (error == EACCES || error == EPERM)
		buf_printf(why, "%s: no right to the socket (be root, or in "
		    "the group that ls -l shows for it)", http->socket);
	else
		buf_printf(why, "%s: %s", http->socket, strerror((int)error));
	return STATUS_UNAVAILABLE;
}

/* libcurl's codes, as far as they tell cases apart. */
static enum status
translate(const struct ctl_http *http, CURLcode code, struct buf *why)
{
	long error = 0;

	switch (code) {
	case CURLE_OK:
		return STATUS_OK;
	case CURLE_COULDNT_CONNECT:
		curl_easy_getinfo(http->curl, CURLINFO_OS_ERRNO, &error);
		return not_reached(http, error, why);
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_WEIRD_SERVER_REPLY:
		buf_printf(why, "%s: something that is no replygate answers "
		    "there", http->socket);
		return STATUS_UNAVAILABLE;
	case CURLE_ABORTED_BY_CALLBACK:
		buf_add_text(why, "interrupted");
		return STATUS_UNCERTAIN;
	case CURLE_OUT_OF_MEMORY:
		buf_add_text(why, "out of memory");
		return STATUS_NO_MEMORY;
	default:
		buf_printf(why, "%s: no answer: %s", http->socket,
		    curl_easy_strerror(code));
		return STATUS_UNCERTAIN;
	}
}

enum status
ctl_http_ask(struct ctl_http *http, const struct ctl_http_request *request,
    struct ctl_http_answer *answer, struct buf *why)
{
	const size_t room = sizeof(((struct sockaddr_un *)0)->sun_path);
	CURLcode code;

	buf_clear(&answer->body);
	answer->version[0] = '\0';
	answer->code = 0;
	if (strlen(http->socket) >= room) {
		buf_printf(why, "%s: too long for a socket's path; expected at "
		    "most %zu bytes", http->socket, room - 1);
		return STATUS_UNAVAILABLE;
	}
	code = set_connection(http, request->target);
	if (code == CURLE_OK) {
		set_request(http, request);
		set_answer(http, answer);
		code = curl_easy_perform(http->curl);
		curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE,
		    &answer->code);
	}
	return translate(http, code, why);
}
