/*
 * Signs of automatic mail: which header fields, with which values, say that
 * no person wrote for us.  One field at a time; what a set of signs means is
 * automatic.c's.  Pure.
 */
#ifndef MAIL_SIGN_H
#define MAIL_SIGN_H

/*
 * The signs (enum message_sign) in one field; 0 for most.  Cheap, since it is
 * asked about every field of every message.
 */
unsigned sign_of_field(const char *name, const char *value);

#endif
