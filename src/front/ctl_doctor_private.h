/*
 * Of main.cf and master.cf: what the files ctl_doctor_postfix.c and
 * ctl_doctor_milters.c share.
 */
#ifndef FRONT_CTL_DOCTOR_PRIVATE_H
#define FRONT_CTL_DOCTOR_PRIVATE_H

#include "front/ctl_doctor.h"

#define DOCTOR_NAME_SIZE	200

struct doctor_mta {
	const struct ctl_doctor_postfix *text;
	struct findings	*findings;
	struct buf	 queue;		/* directory */
	struct buf	 name;		/* our socket, as main.cf has it */
	bool		 chroot_unless_told;
};

/* One of master.cf that takes mail by SMTP. */
struct doctor_service {
	char		 name[DOCTOR_NAME_SIZE];
	char		 type[16];
	bool		 chrooted;
};

/* One of a list of milters: "unix:x", or "{ unix:x, key=value }". */
struct doctor_milter {
	char		 socket[DOCTOR_NAME_SIZE];
	char		 action[32];	/* default_action; "": main.cf's */
};

enum doctor_filtered {
	DOCTOR_FILTERED,
	DOCTOR_ELSEWHERE,	/* by a socket that is not where ours is */
	DOCTOR_NOT,
	DOCTOR_OFF		/* no_milters */
};

/* A word up to one of `ends`, cut to fit; its whole length. */
size_t ctl_doctor_word(char *to, size_t size, const char *from,
    const char *ends);

/* What holds for a service: its own, else main.cf's. */
void ctl_doctor_setting(const struct doctor_mta *,
    const struct doctor_service *, const char *name, struct buf *value);

/* Where a service (NULL: one in no chroot) finds a path. */
void ctl_doctor_path(const struct doctor_mta *, const struct doctor_service *,
    const char *path, struct buf *found);

/* Ours in a list of milters; DOCTOR_NOT leaves *ours as it is. */
enum doctor_filtered ctl_doctor_find(const struct doctor_mta *,
    const struct doctor_service *, const char *list, struct doctor_milter *);

#endif
