/*
 * What the MTA shows us.
 */
#include "gate/wiring.h"

#include <string.h>

void
wiring_init(struct wiring *wiring)
{
	memset(wiring, 0, sizeof(*wiring));
	pthread_mutex_init(&wiring->lock, NULL);
}

void
wiring_release(struct wiring *wiring)
{
	pthread_mutex_destroy(&wiring->lock);
}

static void
add_one(_Atomic uint64_t *figure)
{
	atomic_fetch_add_explicit(figure, 1, memory_order_relaxed);
}

void
wiring_begin(struct wiring *wiring)
{
	add_one(&wiring->begun);
}

static bool
is_local(const struct conf *conf, const struct addr *addr)
{
	const char *domain = addr_domain(addr);

	return addr->length > 0 &&
	    conf_is_local_domain(conf, domain, strlen(domain));
}

static bool
is_to_us(const struct conf *conf, const struct message *message)
{
	const char *recipient = NULL;
	struct addr addr;

	while ((recipient = message_next_recipient(message, recipient)) !=
	    NULL)
		if (addr_parse(recipient, strlen(recipient), &addr) ==
		    STATUS_OK && is_local(conf, &addr))
			return true;
	return false;
}

static void
note_nameless(struct wiring *wiring, const struct message *message)
{
	add_one(&wiring->nameless);
	pthread_mutex_lock(&wiring->lock);
	memcpy(wiring->last, message->queue_id, sizeof(wiring->last));
	pthread_mutex_unlock(&wiring->lock);
}

/* The MTA's, or a notice of ours: it proves nothing of port 25. */
static bool
is_own_report(const struct message *message)
{
	return message->internal && message->sender.length == 0;
}

/*
 * What is not outbound and comes from one of our addresses is internal mail
 * when one of us gets it, else somebody's outreach that is nobody's.
 */
static void
note_other(struct wiring *wiring, const struct conf *conf,
    const struct message *message)
{
	bool to_us = is_to_us(conf, message);

	if (is_local(conf, &message->sender)) {
		if (!to_us && message->recipient_count > 0)
			note_nameless(wiring, message);
	} else if (to_us && !is_own_report(message))
		add_one(&wiring->arrived);
}

void
wiring_note(struct wiring *wiring, const struct conf *conf,
    const struct message *message, bool outbound, bool whole)
{
	if (whole && message->queue_id[0] == '\0')
		add_one(&wiring->unnumbered);
	if (!outbound)
		note_other(wiring, conf, message);
	else if (message->login.length > 0)
		add_one(&wiring->logins);
	else
		add_one(&wiring->hosts);
}

void
wiring_last(struct wiring *wiring, char id[MESSAGE_QUEUE_ID_SIZE])
{
	pthread_mutex_lock(&wiring->lock);
	memcpy(id, wiring->last, MESSAGE_QUEUE_ID_SIZE);
	pthread_mutex_unlock(&wiring->lock);
}
