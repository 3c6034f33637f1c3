/* The version, in one place. */
#ifndef FRONT_VERSION_H
#define FRONT_VERSION_H

#define REPLYGATE_VERSION	"0.1.0"

#endif
