/*
 * Idents and the key they are made with.  The only file that includes
 * libsodium's header.
 */
#include "base/ident.h"

#include <sodium.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_DIGITS	((size_t)2 * IDENT_KEY_SIZE)
#define KEY_MODE	0600
#define KEY_ADVICE	"make one with: replygate -K"

enum status
ident_library_init(void)
{
	return sodium_init() < 0 ? STATUS_UNAVAILABLE : STATUS_OK;
}

struct ident
ident_make(const struct ident_key *key, enum ident_purpose purpose,
    const void *text, size_t length)
{
	const unsigned char tag = (unsigned char)purpose;
	crypto_generichash_state state;
	struct ident ident;

	crypto_generichash_init(&state, key->bytes, sizeof(key->bytes),
	    sizeof(ident.bytes));
	crypto_generichash_update(&state, &tag, sizeof(tag));
	if (length > 0)
		crypto_generichash_update(&state, text, length);
	crypto_generichash_final(&state, ident.bytes, sizeof(ident.bytes));
	return ident;
}

void
ident_word_key_make(const struct ident_key *key, struct ident_word_key *made)
{
	static const char text[] = "words";
	struct ident ident = ident_make(key, IDENT_WORD_KEY, text,
	    sizeof(text) - 1);

	memcpy(made->bytes, ident.bytes, sizeof(made->bytes));
}

/* The bytes in an order of their own, on machines of any. */
uint64_t
ident_word(const struct ident_word_key *key, const void *bytes, size_t length)
{
	unsigned char h[crypto_shorthash_BYTES];

	/* in one piece, which compilers know; as a loop they do not */
	(void)crypto_shorthash(h, bytes, length, key->bytes);
	return (uint64_t)h[0] << 56 | (uint64_t)h[1] << 48 |
	    (uint64_t)h[2] << 40 | (uint64_t)h[3] << 32 |
	    (uint64_t)h[4] << 24 | (uint64_t)h[5] << 16 |
	    (uint64_t)h[6] << 8 | h[7];
}

bool
ident_equal(const struct ident *a, const struct ident *b)
{
	return ident_compare(a, b) == 0;
}

int
ident_compare(const struct ident *a, const struct ident *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

const char *
ident_format(const struct ident *ident, char text[IDENT_TEXT_SIZE])
{
	return sodium_bin2hex(text, IDENT_TEXT_SIZE, ident->bytes,
	    sizeof(ident->bytes));
}

/* Up to `size` bytes; -1 with errno set. */
static ssize_t
read_all(int fd, char *bytes, size_t size)
{
	size_t length = 0;
	ssize_t n;

	while (length < size) {
		n = read(fd, bytes + length, size - length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		length += (size_t)n;
	}
	return (ssize_t)length;
}

static bool
write_all(int fd, const char *bytes, size_t length)
{
	ssize_t n;

	while (length > 0) {
		n = write(fd, bytes, length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		bytes += n;
		length -= (size_t)n;
	}
	return true;
}

/* Is the open file what a key file has to be, whatever it holds? */
static enum status
check_key_file(int fd, const char *path, struct buf *why)
{
	struct stat facts;

	if (fstat(fd, &facts) != 0) {
		buf_printf(why, "%s: cannot look at the key file: %s", path,
		    strerror(errno));
		return STATUS_UNAVAILABLE;
	}
	if (!S_ISREG(facts.st_mode)) {
		buf_printf(why, "%s: the key file is not a regular file; "
		    KEY_ADVICE, path);
		return STATUS_MALFORMED;
	}
	if ((facts.st_mode & S_IRWXO) != 0) {
		buf_printf(why, "%s: mode %04o lets everybody use the key; "
		    "expected 0600 or 0640: chmod o= %s", path,
		    (unsigned)(facts.st_mode & 07777), path);
		return STATUS_MALFORMED;
	}
	return STATUS_OK;
}

/* 64 digits with or without one newline, and nothing else. */
static bool
parse_key(const char *text, size_t length, struct ident_key *key)
{
	size_t made;

	if (length == KEY_DIGITS + 1 && text[KEY_DIGITS] == '\n')
		length--;
	if (length != KEY_DIGITS)
		return false;
	return sodium_hex2bin(key->bytes, sizeof(key->bytes), text, length,
	    NULL, &made, NULL) == 0 && made == sizeof(key->bytes);
}

enum status
ident_key_load(const char *path, struct ident_key *key, struct buf *why)
{
	char text[KEY_DIGITS + 2];	/* one more, to see what is too long */
	enum status status;
	ssize_t length;
	int fd;

	memset(key, 0, sizeof(*key));
	/* Without O_NONBLOCK a named pipe would hold us here for ever. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		/* A new one would not help whoever may not read it. */
		buf_printf(why, "%s: cannot read the key file: %s; %s", path,
		    strerror(errno), errno == ENOENT ? KEY_ADVICE :
		    "expected a file readable by the user replygate runs as");
		return STATUS_NOT_FOUND;
	}
	status = check_key_file(fd, path, why);
	if (status != STATUS_OK)
		goto out;
	length = read_all(fd, text, sizeof(text));
	if (length < 0) {
		buf_printf(why, "%s: cannot read the key file: %s", path,
		    strerror(errno));
		status = STATUS_UNAVAILABLE;
	} else if (!parse_key(text, (size_t)length, key)) {
		buf_printf(why, "%s: this is no key; expected %zu hexadecimal "
		    "digits and a newline; " KEY_ADVICE, path, KEY_DIGITS);
		ident_key_wipe(key);
		status = STATUS_MALFORMED;
	}
out:
	sodium_memzero(text, sizeof(text));
	close(fd);
	return status;
}

void
ident_key_random(struct ident_key *key)
{
	randombytes_buf(key->bytes, sizeof(key->bytes));
}

/* A key that did not get to the disk whole must not stay behind. */
static enum status
write_key(int fd, const char *path, struct buf *why)
{
	char text[KEY_DIGITS + 2];
	struct ident_key key;
	bool written;

	ident_key_random(&key);
	sodium_bin2hex(text, sizeof(text), key.bytes, sizeof(key.bytes));
	text[KEY_DIGITS] = '\n';
	written = write_all(fd, text, KEY_DIGITS + 1) && fsync(fd) == 0;
	if (!written) {
		buf_printf(why, "%s: cannot write the key file: %s", path,
		    strerror(errno));
		unlink(path);
	}
	ident_key_wipe(&key);
	sodium_memzero(text, sizeof(text));
	return written ? STATUS_OK : STATUS_UNAVAILABLE;
}

enum status
ident_key_create(const char *path, struct buf *why)
{
	enum status status;
	int fd;

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, KEY_MODE);
	if (fd < 0 && errno == EEXIST) {
		buf_printf(why, "%s: there is a file of that name already; a "
		    "store whose key is lost knows nobody any more, so it is "
		    "never overwritten", path);
		return STATUS_CONFLICT;
	}
	if (fd < 0) {
		buf_printf(why, "%s: cannot make the key file: %s", path,
		    strerror(errno));
		return STATUS_UNAVAILABLE;
	}
	status = write_key(fd, path, why);
	close(fd);
	return status;
}

void
ident_key_wipe(struct ident_key *key)
{
	sodium_memzero(key->bytes, sizeof(key->bytes));
}
