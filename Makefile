# replygate: how it is built, tested, installed.  Read by GNU make and by
# BSD make alike, so: no pattern rules, no conditionals.  What differs from
# file to file is written by tests/tools/rules.sh into $(BUILD)/rules.mk at each
# start; new files are found by themselves.
#
# Reading this file needs nothing but make and a shell: what a target needs
# beyond that is installed, or asked for, by tests/setup.sh.

BUILD = build
PREFIX = /usr/local
SYSCONFDIR = /etc
STATEDIR = /var/lib
RUNDIR = /run
MANDIR = $(PREFIX)/share/man
DESTDIR =
RC =

CC = cc
CFLAGS = -O2 -g
LDFLAGS =
SANITIZE =
WERROR =

WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wpointer-arith -Wcast-qual -Wwrite-strings \
	-Wundef -Wvla -Wformat=2 -Wimplicit-fallthrough \
	-Wold-style-definition -Wconversion -Wno-sign-conversion
WERROR_1 = -Werror
VERBOSE =
MTA = postfix
JOBS != getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2
FUZZ_TIME = 600
SOAK_RATE = 1000
SOAK_TIME = 60
BENCH_ROUNDS = 5
BENCH_TIME = 2
BENCH_CASES =
FUZZ =
HUSH_ = @

# _FORTIFY_SOURCE needs an optimiser, and hides from a sanitizer what it
# would have reported.
FORTIFY != case ' $(CFLAGS) $(SANITIZE)' in *' -O0 '*|*' '[a-z]*) ;; \
	*' -O'*) echo '-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2';; esac
SANITIZER != case '$(SANITIZE)' in '') ;; *) echo '-fsanitize=$(SANITIZE) \
	-fno-sanitize-recover=undefined -fno-omit-frame-pointer';; esac
HARDEN = -fstack-protector-strong -fPIE $(FORTIFY)
HARDEN_LINK = -pie -Wl,-z,relro -Wl,-z,now -Wl,--as-needed

# Without pkg-config these stay empty, and $(BUILD)/have says what is missing.
# The libraries' headers are not held to our warnings.
PACKAGES = libconfig libmicrohttpd jansson libcurl gmime-3.0 libsodium libpsl
PACKAGE_CFLAGS != { pkg-config --cflags $(PACKAGES) 2>/dev/null || :; \
	for d in /usr/local/include/db5 /usr/local/include; do \
	[ ! -f $$d/db.h ] || echo -I$$d; done; } | \
	sed 's/-I/-isystem /g' | tr '\n' ' '
PACKAGE_LIBS != { pkg-config --libs $(PACKAGES) 2>/dev/null || :; \
	[ ! -d /usr/local/include/db5 ] || echo -L/usr/local/lib; } | \
	tr '\n' ' '
CHECK_LIBS != pkg-config --libs check 2>/dev/null || echo -lcheck

LANGUAGE = -std=gnu11 -D_GNU_SOURCE -Isrc
DEFINES = -DREPLYGATE_ETC=\"$(SYSCONFDIR)/replygate\" \
	-DREPLYGATE_SHARE=\"$(PREFIX)/share/replygate\" \
	-DREPLYGATE_STATE=\"$(STATEDIR)/replygate\" \
	-DREPLYGATE_RUN=\"$(RUNDIR)/replygate\"
BASE_CFLAGS = $(LANGUAGE) $(WARNINGS) $(PACKAGE_CFLAGS)
ALL_CFLAGS = $(BASE_CFLAGS) $(DEFINES) $(CFLAGS) $(HARDEN) $(SANITIZER) -pthread
ALL_LDFLAGS = $(CFLAGS) $(HARDEN_LINK) $(SANITIZER) -pthread $(LDFLAGS)
LIBS = $(PACKAGE_LIBS) -lmilter -ldb-5.3 -lm

# PROGRAMS, TESTS, OBJECTS and one rule for each of them.
RULES != sh tests/tools/rules.sh '$(BUILD)' \
	'$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(LIBS)'

# It cannot be installed beside Postfix, so it is unpacked.
FETCH_SENDMAIL = sh tests/tools/sendmail.sh '$(BUILD)/sendmail'

all: programs

include $(BUILD)/rules.mk

programs: $(BUILD)/libreplygate.a $(PROGRAMS)
tests: $(PROGRAMS) $(TESTS)

$(BUILD)/have: tests/setup.sh
	@mkdir -p $(BUILD)
	@CC='$(CC)' sh tests/setup.sh -n build
	@touch $(BUILD)/have

help:
	@echo 'make                build/replygate and build/replygatectl'
	@echo 'make bench          what a message costs, beside milters that do'
	@echo '                    nothing; BENCH_ROUNDS=$(BENCH_ROUNDS),'
	@echo '                    BENCH_TIME=$(BENCH_TIME) s, BENCH_CASES="out reply"'
	@echo 'make bench-merge    how mail merge is told from letters, and what it costs'
	@echo 'make run            a private Postfix with replygate, to try it;'
	@echo '                    MTA=sendmail: a private Sendmail'
	@echo 'make check          all tests: check-unit, check-scenario, check-e2e'
	@echo 'make lint           style, floors, static analysis, manuals'
	@echo 'make asan, tsan     unit tests and scenarios under sanitizers'
	@echo 'make fuzz           each fuzz target, or FUZZ=name, for'
	@echo '                    FUZZ_TIME=$(FUZZ_TIME) s'
	@echo 'make soak           $(SOAK_RATE) messages a second for $(SOAK_TIME) s,'
	@echo '                    a reload each second; again with a sanitizer'
	@echo 'make install        under PREFIX=$(PREFIX), DESTDIR honoured;'
	@echo '                    RC=systemd, openrc, freebsd, openbsd or netbsd'
	@echo '                    installs what starts it, too'
	@echo 'make uninstall      leaves a changed replygate.conf where it is'
	@echo 'make dist           a tarball of the source'
	@echo 'make deb            a package for Debian'
	@echo 'make clean          removes $(BUILD)'
	@echo 'CC=clang, CFLAGS=..., BUILD=dir, WERROR=1, VERBOSE=1 as you like'

check:
	@sh tests/setup.sh check
	@$(FETCH_SENDMAIL) || echo 'The tests with Sendmail will be skipped.'
	@$(MAKE) -j $(JOBS) WERROR=1 tests
	@BUILD='$(BUILD)' sh tests/check.sh unit scenario build e2e

check-unit:
	@sh tests/setup.sh unit
	@$(MAKE) -j $(JOBS) WERROR=1 tests
	@BUILD='$(BUILD)' sh tests/check.sh unit

check-scenario:
	@sh tests/setup.sh unit
	@$(MAKE) -j $(JOBS) WERROR=1 tests
	@BUILD='$(BUILD)' sh tests/check.sh scenario

check-e2e:
	@sh tests/setup.sh check
	@$(FETCH_SENDMAIL) || echo 'The tests with Sendmail will be skipped.'
	@$(MAKE) -j $(JOBS) WERROR=1 programs $(BUILD)/soak \
	    $(BUILD)/bench/load $(BUILD)/bench/noop
	@BUILD='$(BUILD)' sh tests/check.sh e2e

lint:
	@sh tests/setup.sh lint
	@BASE_CFLAGS='$(BASE_CFLAGS)' BUILD='$(BUILD)' sh tests/tools/lint.sh

asan:
	@sh tests/setup.sh unit
	@$(MAKE) -j $(JOBS) BUILD=$(BUILD)/asan SANITIZE=address,undefined \
	    CFLAGS='-O1 -g' WERROR=1 tests
	@CK_TIMEOUT_MULTIPLIER=5 BUILD=$(BUILD)/asan sh tests/check.sh unit scenario

tsan:
	@sh tests/setup.sh unit
	@$(MAKE) -j $(JOBS) BUILD=$(BUILD)/tsan SANITIZE=thread \
	    CFLAGS='-O1 -g' WERROR=1 tests
	@CK_TIMEOUT_MULTIPLIER=5 BUILD=$(BUILD)/tsan sh tests/check.sh unit scenario

fuzz:
	@sh tests/setup.sh build
	@$(MAKE) BUILD=$(BUILD)/fuzz CC=clang CFLAGS='-O1 -g' \
	    SANITIZE=fuzzer-no-link,address,undefined \
	    $(BUILD)/fuzz/libreplygate.a
	@BUILD=$(BUILD)/fuzz FLAGS='$(LANGUAGE) $(PACKAGE_CFLAGS)' \
	    LIBS='$(LIBS)' FUZZ_TIME='$(FUZZ_TIME)' FUZZ='$(FUZZ)' \
	    sh tests/tools/fuzz.sh

# What it prints is read by people; the unit tests hold its figures.
bench-merge:
	@sh tests/setup.sh unit
	@$(MAKE) $(BUILD)/libreplygate.a
	@$(CC) $(ALL_CFLAGS) -Itests/unit $(ALL_LDFLAGS) \
	    -o $(BUILD)/bench_merge tests/bench/bench_merge.c \
	    tests/unit/letters.c $(BUILD)/libreplygate.a $(LIBS)
	@$(BUILD)/bench_merge tests/letters

# Twice: as it is, and with what finds each byte that a reload would lose.
soak:
	@sh tests/setup.sh unit
	@$(MAKE) -j $(JOBS) WERROR=1 programs $(BUILD)/soak
	@$(MAKE) -j $(JOBS) BUILD=$(BUILD)/asan SANITIZE=address,undefined \
	    CFLAGS='-O1 -g' WERROR=1 programs $(BUILD)/asan/soak
	@BUILD=$(BUILD) python3 -B tests/soak/run.py \
	    --rate $(SOAK_RATE) --seconds $(SOAK_TIME)
	@BUILD=$(BUILD)/asan python3 -B tests/soak/run.py --any-growth \
	    --rate $(SOAK_RATE) --seconds $(SOAK_TIME)

# What it prints is read by people, too; the load passes whole, or it fails.
bench:
	@sh tests/setup.sh unit
	@$(MAKE) -j $(JOBS) WERROR=1 programs $(BUILD)/bench/load \
	    $(BUILD)/bench/noop
	@BUILD='$(BUILD)' python3 -B tests/bench/run.py \
	    --rounds $(BENCH_ROUNDS) --seconds $(BENCH_TIME) $(BENCH_CASES)

run:
	@sh tests/setup.sh run
	@[ '$(MTA)' != sendmail ] || $(FETCH_SENDMAIL)
	@$(MAKE) programs
	@exec env BUILD='$(BUILD)' MTA='$(MTA)' sh tests/run/run.sh

# What rc.d/install.sh has to know.
PLACES = BUILD='$(BUILD)' DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' \
	SYSCONFDIR='$(SYSCONFDIR)' MANDIR='$(MANDIR)' \
	STATEDIR='$(STATEDIR)' RUNDIR='$(RUNDIR)' RC='$(RC)'

install: programs
	@$(PLACES) sh rc.d/install.sh install

uninstall:
	@$(PLACES) sh rc.d/install.sh uninstall

dist:
	@sh rc.d/dist.sh '$(BUILD)'

deb:
	@sh tests/setup.sh deb
	@sh rc.d/debian/build.sh '$(BUILD)'

clean:
	rm -rf '$(BUILD)'

.PHONY: all programs tests help check check-unit check-scenario check-e2e \
	lint asan tsan fuzz bench bench-merge soak run install uninstall dist deb \
	clean
