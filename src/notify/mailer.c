/*
 * SMTP by libcurl: what is asked of it, and what its answers mean.
 *
 * libcurl tells a refusal of the mail from trouble with the server only by
 * pieces: its own code says at which step it gave up, the server's last reply
 * whether for good, and whether the mail's bytes were taken says if that reply
 * was to the mail or to our greeting.  result_of puts them together.
 *
 * The environment's proxies are for web browsers, and not asked.
 */
#include "notify/mailer.h"

#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#define CONNECT_SECONDS	30L
/* For each reply, the last one's too, which CURLOPT_TIMEOUT leaves alone. */
#define REPLY_SECONDS	120L
#define ASKED_MAX	10	/* times, behind the mail's end */
#define REPLY_MAX	400	/* bytes of the server's words we repeat */

struct sending {
	const struct mailer_mail *mail;
	size_t			  taken;	/* bytes of it */
	bool			  whole;	/* its end was taken too */
	const atomic_bool	 *stop;
	unsigned		  asked;	/* to stop, meanwhile */
	char			  reply[REPLY_MAX + 1];	/* the last one */
};

enum status
mailer_library_init(void)
{
	return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ?
	    STATUS_OK : STATUS_UNAVAILABLE;
}

static size_t
give_bytes(char *bytes, size_t size, size_t count, void *context)
{
	struct sending *sending = context;
	size_t length = sending->mail->length - sending->taken;

	if (length > size * count)
		length = size * count;
	if (length > 0)
		memcpy(bytes, sending->mail->data + sending->taken, length);
	sending->taken += length;
	sending->whole = length == 0;
	return length;
}

/* A line of the server's; its answer to QUIT says nothing of the mail. */
static size_t
hear_reply(char *line, size_t size, size_t count, void *context)
{
	struct sending *sending = context;
	size_t length = size * count;

	while (length > 0 && (line[length - 1] == '\n' ||
	    line[length - 1] == '\r'))
		length--;
	if (length > REPLY_MAX)
		length = REPLY_MAX;
	if (length >= 3 && memcmp(line, "221", 3) == 0)
		return size * count;
	memcpy(sending->reply, line, length);
	sending->reply[length] = '\0';
	return size * count;
}

/*
 * Asked about once a second.  A mail that was given whole may have been taken:
 * the answer is waited for a while, or it would be sent twice.
 */
static int
look_for_stop(void *context, curl_off_t unused1, curl_off_t unused2,
    curl_off_t unused3, curl_off_t unused4)
{
	struct sending *sending = context;

	(void)unused1;
	(void)unused2;
	(void)unused3;
	(void)unused4;
	if (sending->stop == NULL || !atomic_load(sending->stop))
		return 0;
	return !sending->whole || ++sending->asked > ASKED_MAX;
}

static CURLcode
set_server(CURL *curl, const struct mailer_server *server)
{
	struct buf url;
	CURLcode code = CURLE_OUT_OF_MEMORY;

	buf_init(&url);
	buf_printf(&url, "%s/%s", server->url,
	    server->name != NULL ? server->name : "");
	if (!url.failed)
		code = curl_easy_setopt(curl, CURLOPT_URL, url.data);
	buf_release(&url);
	return code;
}

/* These alone: the system's are not asked beside them. */
static CURLcode
set_authorities(CURL *curl, const char *file)
{
	CURLcode code = curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);

	return code != CURLE_OK ? code : curl_easy_setopt(curl,
	    CURLOPT_CAINFO, file);
}

/* "try" asks for no certificate, as mail servers among themselves do. */
static CURLcode
set_safety(CURL *curl, const struct mailer_server *server)
{
	bool check = server->tls == CONF_TLS_REQUIRE ||
	    strncmp(server->url, "smtps:", 6) == 0;
	long use = server->tls == CONF_TLS_NEVER ? CURLUSESSL_NONE :
	    check ? CURLUSESSL_ALL : CURLUSESSL_TRY;
	CURLcode code;

	code = curl_easy_setopt(curl, CURLOPT_USE_SSL, use);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER,
		    check ? 1L : 0L);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST,
		    check ? 2L : 0L);
	if (code == CURLE_OK && server->ca_file != NULL)
		code = set_authorities(curl, server->ca_file);
	if (code != CURLE_OK || server->user == NULL ||
	    server->user[0] == '\0')
		return code;
	code = curl_easy_setopt(curl, CURLOPT_USERNAME, server->user);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_SASL_IR, 1L);
	return code != CURLE_OK ? code : curl_easy_setopt(curl,
	    CURLOPT_PASSWORD, server->password);
}

/* Left out, CURLOPT_MAIL_FROM is "<>". */
static CURLcode
set_mail(CURL *curl, struct curl_slist *to, struct sending *sending)
{
	CURLcode code;

	code = curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_READFUNCTION,
		    give_bytes);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_READDATA, sending);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION,
		    hear_reply);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_HEADERDATA, sending);
	return code;
}

static CURLcode
set_patience(CURL *curl, const struct mailer_server *server,
    struct sending *sending)
{
	long seconds = server->patience;
	CURLcode code;

	code = curl_easy_setopt(curl, CURLOPT_TIMEOUT, seconds);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT,
		    seconds < CONNECT_SECONDS ? seconds : CONNECT_SECONDS);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT,
		    seconds < REPLY_SECONDS ? seconds : REPLY_SECONDS);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_PROXY, "");
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION,
		    look_for_stop);
	return code != CURLE_OK ? code : curl_easy_setopt(curl,
	    CURLOPT_XFERINFODATA, sending);
}

/* The number it begins with. */
static long
reply_code(const struct sending *sending)
{
	return strspn(sending->reply, "0123456789") == 3 ?
	    strtol(sending->reply, NULL, 10) : 0;
}

/*
 * To MAIL, RCPT or DATA, and yet of us: it closes, or wants a login or TLS
 * (RFC 5321 section 3.8, RFC 4954, RFC 3207).  454 is not among these: there it
 * is Postfix's word for an address it does not relay to.
 */
static bool
is_about_us(long reply)
{
	return reply == 421 || reply == 530;
}

static enum mailer_result
result_of(CURLcode code, long reply, const struct sending *sending)
{
	bool about_mail = sending->taken > 0 || sending->whole ||
	    code == CURLE_SEND_ERROR;

	if (code == CURLE_OK)
		return MAILER_SENT;
	if (code == CURLE_ABORTED_BY_CALLBACK)
		return MAILER_STOPPED;
	if (code == CURLE_LOGIN_DENIED || is_about_us(reply) || !about_mail)
		return MAILER_UNREACHABLE;
	return reply >= 500 && reply < 600 ? MAILER_REFUSED : MAILER_LATER;
}

static void
explain(CURLcode code, long reply, const struct sending *sending,
    struct buf *why)
{
	if (code == CURLE_OK || reply >= 400)
		buf_add_text(why, sending->reply);
	else
		buf_add_text(why, curl_easy_strerror(code));
}

enum mailer_result
mailer_send(const struct mailer_server *server,
    const struct mailer_mail *mail, const atomic_bool *stop, struct buf *why)
{
	struct sending sending = { .mail = mail, .stop = stop };
	struct curl_slist *to = curl_slist_append(NULL, mail->to);
	CURL *curl = curl_easy_init();
	CURLcode code = CURLE_OUT_OF_MEMORY;
	long reply;

	if (curl != NULL && to != NULL)
		code = set_server(curl, server);
	if (code == CURLE_OK)
		code = set_safety(curl, server);
	if (code == CURLE_OK)
		code = set_mail(curl, to, &sending);
	if (code == CURLE_OK)
		code = set_patience(curl, server, &sending);
	if (code == CURLE_OK)
		code = curl_easy_perform(curl);
	reply = reply_code(&sending);
	explain(code, reply, &sending, why);
	curl_easy_cleanup(curl);
	curl_slist_free_all(to);
	return result_of(code, reply, &sending);
}

/* Without a mail libcurl sends a command when it has greeted. */
static CURLcode
set_greeting(CURL *curl, struct sending *sending)
{
	CURLcode code;

	code = curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "NOOP");
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION,
		    hear_reply);
	return code != CURLE_OK ? code : curl_easy_setopt(curl,
	    CURLOPT_HEADERDATA, sending);
}

bool
mailer_greet(const struct mailer_server *server, struct buf *why)
{
	struct sending sending = { .stop = NULL };
	CURL *curl = curl_easy_init();
	CURLcode code = CURLE_OUT_OF_MEMORY;

	if (curl != NULL)
		code = set_server(curl, server);
	if (code == CURLE_OK)
		code = set_safety(curl, server);
	if (code == CURLE_OK)
		code = set_greeting(curl, &sending);
	if (code == CURLE_OK)
		code = set_patience(curl, server, &sending);
	if (code == CURLE_OK)
		code = curl_easy_perform(curl);
	explain(code, reply_code(&sending), &sending, why);
	curl_easy_cleanup(curl);
	return code == CURLE_OK;
}
