#include <sys/socket.h>
#include <sys/un.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api_fixture.h"
#include "test.h"

void
api_fixture_open_with(struct api_fixture *f, const char *mode,
    const struct engine_ops *engine)
{
	char top[256];
	struct buf why;

	memset(f, 0, sizeof(*f));
	buf_init(&why);
	strcpy(f->directory, "/tmp/replygate-api-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(f->directory));
	snprintf(f->path, sizeof(f->path), "%s/control.sock", f->directory);
	snprintf(top, sizeof(top), "control_socket = \"%s\";\n"
	    "control_socket_mode = \"%s\";", f->path, mode);
	fixture_open_with(&f->fixture, "minimum = 10;", top, engine);
	ck_assert_msg(api_start(&f->api, &f->fixture.gate, &why) == STATUS_OK,
	    "%s", why.data);
	buf_release(&why);
}

void
api_fixture_open(struct api_fixture *f)
{
	api_fixture_open_with(f, "0600", NULL);
}

void
api_fixture_stop(struct api_fixture *f)
{
	api_stop(f->api);
	f->api = NULL;
}

void
api_fixture_close(struct api_fixture *f)
{
	api_fixture_stop(f);
	fixture_close(&f->fixture);
	unlink(f->path);
	ck_assert_msg(rmdir(f->directory) == 0, "%s is not empty",
	    f->directory);
}

int
api_fixture_connect(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_uint_lt(strlen(path), sizeof(address.sun_path));
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (connect(fd, (const struct sockaddr *)&address,
	    sizeof(address)) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

void
api_fixture_send(int fd, const char *bytes, size_t length)
{
	ssize_t sent;

	while (length > 0) {
		sent = send(fd, bytes, length, MSG_NOSIGNAL);
		if (sent <= 0)
			break;
		bytes += sent;
		length -= (size_t)sent;
	}
}

void
api_fixture_read(int fd, struct buf *text)
{
	char bytes[4096];
	ssize_t got;

	while ((got = read(fd, bytes, sizeof(bytes))) > 0)
		buf_add(text, bytes, (size_t)got);
}

int
api_fixture_ask(const struct api_fixture *f, const char *method,
    const char *target, const char *bytes, size_t length, struct buf *body)
{
	struct buf text;
	const char *end;
	int code = 0, fd = api_fixture_connect(f->path);

	ck_assert_msg(fd >= 0, "%s: nobody listens", f->path);
	buf_init(&text);
	buf_printf(&text, "%s %s HTTP/1.1\r\nHost: localhost\r\n"
	    "Connection: close\r\nContent-Length: %zu\r\n\r\n", method, target,
	    length);
	api_fixture_send(fd, text.data, text.length);
	api_fixture_send(fd, bytes, length);
	buf_clear(&text);
	api_fixture_read(fd, &text);
	close(fd);
	buf_clear(body);
	end = strstr(text.data, "\r\n\r\n");
	if (end != NULL && strncmp(text.data, "HTTP/1.1 ", 9) == 0) {
		code = atoi(text.data + 9);
		buf_add_text(body, end + 4);
	}
	buf_release(&text);
	return code;
}

/* Asks, and parses the answer, whose code must be `want`. */
void
api_fixture_requests(const struct api_fixture *f,
    const struct api_asking *requests, int count)
{
	struct buf body;
	int code, i;

	buf_init(&body);
	for (i = 0; i < count; i++) {
		code = api_fixture_ask(f, requests[i].method,
		    requests[i].target, requests[i].body,
		    strlen(requests[i].body), &body);
		ck_assert_msg(code == requests[i].want &&
		    strstr(body.data, requests[i].text) != NULL,
		    "%s: got %d: %s", requests[i].name, code, body.data);
	}
	buf_release(&body);
}

json_t *
api_fixture_json(struct api_fixture *f, const char *method, const char *target,
    const char *bytes, size_t length, int want)
{
	struct buf body;
	json_t *json;
	int code;

	buf_init(&body);
	code = api_fixture_ask(f, method, target, bytes, length, &body);
	ck_assert_msg(code == want, "%s %s: got %d, want %d: %s", method,
	    target, code, want, body.data);
	json = json_loads(body.data, JSON_REJECT_DUPLICATES, NULL);
	ck_assert_msg(json != NULL, "%s %s: no JSON: %s", method, target,
	    body.data);
	buf_release(&body);
	return json;
}

json_t *
api_fixture_get(struct api_fixture *f, const char *target, int want)
{
	return api_fixture_json(f, "GET", target, "", 0, want);
}

json_t *
api_fixture_post(struct api_fixture *f, const char *target, const char *body,
    int want)
{
	return api_fixture_json(f, "POST", target, body, strlen(body), want);
}

void
api_fixture_integer(const json_t *json, const char *key, long long want)
{
	json_int_t got = json_integer_value(json_object_get(json, key));

	ck_assert_msg(got == want, "%s: got %lld, want %lld", key,
	    (long long)got, want);
}

void
api_fixture_text(const json_t *json, const char *key, const char *want)
{
	const char *got = json_string_value(json_object_get(json, key));

	ck_assert_msg(got != NULL ? want != NULL && strcmp(got, want) == 0 :
	    want == NULL && json_is_null(json_object_get(json, key)),
	    "%s: got %s, want %s", key, got != NULL ? got : "no text",
	    want != NULL ? want : "null");
}
