/*
 * What message.c and message_header.c share: the fields that mail servers add
 * on top.
 */
#ifndef MAIL_MESSAGE_RESULT_H
#define MAIL_MESSAGE_RESULT_H

struct message;

/* An Authentication-Results field. */
void message_result_take(struct message *, const char *value);

/* A Received field. */
void message_result_hop(struct message *, const char *value);

void message_result_release(struct message *);

#endif
