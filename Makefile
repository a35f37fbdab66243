# limber: `make help` lists what there is to make.

VERSION := 0.1.0

# What packagers set. DESTDIR is the root that is installed into, PREFIX where it will be found.
PREFIX ?= /usr/local
DESTDIR ?=
BINDIR ?= $(PREFIX)/bin
LIBEXECDIR ?= $(PREFIX)/libexec/limber
DATADIR ?= $(PREFIX)/share
SHAREDIR ?= $(DATADIR)/limber
ETCDIR ?= /etc/limber
SYSTEMDUSERDIR ?= $(PREFIX)/lib/systemd/user
DBUSSERVICEDIR ?= $(DATADIR)/dbus-1/services
DBUSINTERFACEDIR ?= $(DATADIR)/dbus-1/interfaces
AUTOSTARTDIR ?= /etc/xdg/autostart
MANDIR ?= $(DATADIR)/man
DOCDIR ?= $(DATADIR)/doc/limber

CC ?= cc
CFLAGS ?= -O2 -g
PKG_CONFIG ?= pkg-config
INSTALL ?= install

# Where everything that is made goes: another folder per kind of build, so that they never mix.
BUILD ?= build
# SANITIZE=address,undefined builds with these sanitizers, WERROR=1 turns warnings into errors.
SANITIZE ?=
WERROR ?=
# V=1 shows the commands themselves.
V ?=

# Where check-desktops keeps its root trees, of these suites of Debian; `make clean` leaves them.
TREES ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/limber-trees
SUITES ?= trixie sid

WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
	-Wundef -Wformat=2 $(if $(WERROR),-Werror)
SANITIZERS := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=undefined -fno-omit-frame-pointer)

limber_cppflags := -Idaemon -D_GNU_SOURCE -DLIMBER_VERSION='"$(VERSION)"' -MMD -MP
limber_cflags := -std=gnu17 $(WARNINGS) $(SANITIZERS) -ffunction-sections -fdata-sections
limber_ldflags := $(SANITIZERS) -Wl,--gc-sections -Wl,--as-needed

# $(call pkg,--cflags,MODULES): asked for only when something is compiled.
pkg = $(shell $(PKG_CONFIG) $(1) $(2))
# What a recipe does, in a word.
say = $(if $(V),,@printf '  %-4s %s\n' $(1) $@; )

# What pkg-config calls a library, and what Debian calls its package.
needs_build := libsystemd=libsystemd-dev xcb=libxcb1-dev xcb-sync=libxcb-sync-dev \
	sqlite3=libsqlite3-dev libnotify=libnotify-dev gio-2.0=libglib2.0-dev
needs_tests := cmocka=libcmocka-dev

# What limber does without where it is missing. WAYLAND= and PIPEWIRE= build as if they were.
WAYLAND ?= $(shell $(PKG_CONFIG) --exists wayland-client 2>/dev/null && echo yes)
PIPEWIRE ?= $(shell $(PKG_CONFIG) --exists libpipewire-0.3 2>/dev/null && echo yes)
left_out := $(if $(WAYLAND),$(wildcard daemon/*/wayland-absent.c),\
	$(filter-out %-absent.c,$(wildcard daemon/*/wayland*.c tests/fakes/wayland*.c))) \
	$(if $(PIPEWIRE),client/sense-media-absent.c,\
	client/sense-media.c client/sense-pipewire.c client/sense-graph.c $(wildcard tests/fakes/pipewire*.c))
libraries := libsystemd sqlite3 xcb xcb-sync $(if $(WAYLAND),wayland-client)

layers := base display core coach conf idle quiet session store bus notify sim app
daemon_sources := $(filter-out $(left_out),$(wildcard $(layers:%=daemon/%/*.c)))
daemon_objects := $(daemon_sources:%.c=$(BUILD)/%.o)
daemon_parts := $(filter-out $(BUILD)/daemon/app/main.o,$(daemon_objects))
base_objects := $(filter $(BUILD)/daemon/base/%,$(daemon_objects))
notify_sources := $(wildcard client/notify*.c)
notify_objects := $(notify_sources:%.c=$(BUILD)/%.o)
sense_sources := $(filter-out $(left_out),$(wildcard client/sense*.c))
sense_objects := $(sense_sources:%.c=$(BUILD)/%.o)
client_sources := $(filter-out $(notify_sources) $(wildcard client/sense*.c),$(wildcard client/*.c))
client_objects := $(client_sources:%.c=$(BUILD)/%.o)
unit_sources := $(wildcard tests/unit/test-*.c)
unit_programs := $(unit_sources:%.c=$(BUILD)/%)
helper_sources := $(filter-out $(left_out),$(wildcard tests/fakes/*.c tests/sim/*.c))
helper_programs := $(helper_sources:%.c=$(BUILD)/%)
bench_programs := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/bench/*.c))

.DELETE_ON_ERROR:
.SECONDARY:
.DEFAULT_GOAL := all

.PHONY: all
all: $(BUILD)/limberd $(BUILD)/limber $(BUILD)/limber-notify $(BUILD)/limber-sense ## build the daemon, the client and its helpers

.PHONY: help
help: ## list what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) CC=$(CC) BUILD=$(BUILD) SANITIZE=$(SANITIZE) WERROR=$(WERROR) V=$(V)"
	@echo "  WAYLAND= builds without libwayland-client, as happens by itself where that is missing"
	@echo "  PIPEWIRE= builds without libpipewire, likewise"
	@echo "  TREES=$(TREES) is where check-desktops keeps its trees, SUITES=\"$(SUITES)\" which they are"
	@echo "  JOBS=1 runs one test at a time, CHECK_ALL=1 lets a skipped test fail"

# A library that is not there is told by the name of its package, not by a page of errors.
# iniparser has no pkg-config file before Debian 13.
$(BUILD)/found/%:
	@missing=; \
	command -v $(firstword $(CC)) >/dev/null || missing=' gcc libc6-dev'; \
	command -v $(firstword $(PKG_CONFIG)) >/dev/null || missing="$$missing pkg-config"; \
	for pair in $(needs_$*); do \
		$(PKG_CONFIG) --exists $${pair%=*} 2>/dev/null || missing="$$missing $${pair#*=}"; \
	done; \
	echo '#include <iniparser/iniparser.h>' | $(CC) $(CPPFLAGS) -E - >/dev/null 2>&1 || \
		missing="$$missing libiniparser-dev"; \
	if [ -n "$$missing" ]; then \
		echo "These packages are missing; to install them:" >&2; \
		echo "  apt install$$missing" >&2; \
		exit 1; \
	fi
	@mkdir -p $(@D)
	@touch $@

$(BUILD)/libdaemon.a: $(daemon_parts) $(BUILD)/left-out
	@rm -f $@
	$(call say,AR)$(AR) rcs $@ $(daemon_parts)
	$(if $(WAYLAND),,@echo "Without libwayland-dev limber cannot see input on Wayland desktops other than GNOME, nor full screen on any." >&2)
	$(if $(PIPEWIRE),,@echo "Without libpipewire-0.3-dev limber sees no shared screens, and of calls only those with a camera." >&2)

$(BUILD)/limberd: $(BUILD)/daemon/app/main.o $(BUILD)/libdaemon.a
	$(call say,LD)$(CC) $(limber_ldflags) $(LDFLAGS) -o $@ $^ $(call pkg,--libs,$(libraries)) -liniparser

$(BUILD)/limber: $(client_objects) $(base_objects)
	$(call say,LD)$(CC) $(limber_ldflags) $(LDFLAGS) -o $@ $^ $(call pkg,--libs,libsystemd)

$(BUILD)/limber-notify: $(notify_objects) $(base_objects)
	$(call say,LD)$(CC) $(limber_ldflags) $(LDFLAGS) -o $@ $^ $(call pkg,--libs,libnotify gio-2.0)

$(BUILD)/limber-sense: $(sense_objects) $(base_objects) $(BUILD)/left-out
	$(call say,LD)$(CC) $(limber_ldflags) $(LDFLAGS) -o $@ $(filter %.o,$^) $(if $(PIPEWIRE),$(call pkg,--libs,libpipewire-0.3))

# PipeWire's headers have code in them that our warnings are not for.
$(BUILD)/client/sense-media.o $(BUILD)/client/sense-pipewire.o $(BUILD)/tests/fakes/pipewire-%.o: pkg_cflags = $(patsubst -I%,-isystem %,$(call pkg,--cflags,libpipewire-0.3))

$(notify_objects): pkg_cflags = $(call pkg,--cflags,libnotify gio-2.0)

# Only these know where things will be installed; another PREFIX compiles them anew, and only them.
located_objects := $(addprefix $(BUILD)/,daemon/conf/files.o daemon/notify/program.o \
	tests/unit/test-settings.o)
locations := -DLIMBER_SHAREDIR='"$(SHAREDIR)"' -DLIMBER_ETCDIR='"$(ETCDIR)"' \
	-DLIMBER_LIBEXECDIR='"$(LIBEXECDIR)"'
$(located_objects): limber_cppflags += $(locations)
$(located_objects): $(BUILD)/locations

$(BUILD)/locations: always
	@mkdir -p $(@D)
	@echo "$(locations) $(BINDIR)" | cmp -s - $@ || echo "$(locations) $(BINDIR)" > $@

# Another choice of sources makes another library.
$(BUILD)/left-out: always
	@mkdir -p $(@D)
	@echo "$(left_out)" | cmp -s - $@ || echo "$(left_out)" > $@

.PHONY: always
always:

$(BUILD)/%.o: %.c | $(BUILD)/found/build
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(limber_cppflags) $(CPPFLAGS) $(limber_cflags) $(pkg_cflags) $(CFLAGS) \
		-c -o $@ $<

$(unit_programs:=.o): | $(BUILD)/found/tests

$(BUILD)/tests/unit/test-%: $(BUILD)/tests/unit/test-%.o $(BUILD)/libdaemon.a
	$(call say,LD)$(CC) $(limber_ldflags) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(call pkg,--libs,cmocka $(libraries)) -liniparser

# The parts of the clients that need neither a bus nor PipeWire.
$(BUILD)/tests/unit/test-sense-graph: $(BUILD)/client/sense-graph.o
$(BUILD)/tests/unit/test-sense-camera: $(BUILD)/client/sense-camera.o $(BUILD)/client/sense-holders.o
$(BUILD)/tests/unit/test-guide-walk: $(BUILD)/client/guide-walk.o
$(BUILD)/tests/unit/test-sense-%.o $(BUILD)/tests/unit/test-guide-walk.o: limber_cppflags += -Iclient

$(BUILD)/tests/fakes/pipewire-%: $(BUILD)/tests/fakes/pipewire-%.o
	$(call say,LD)$(CC) $(limber_ldflags) $(LDFLAGS) -o $@ $^ $(call pkg,--libs,libpipewire-0.3)

$(BUILD)/tests/fakes/%: $(BUILD)/tests/fakes/%.o $(BUILD)/libdaemon.a
	$(call say,LD)$(CC) $(limber_ldflags) $(LDFLAGS) -o $@ $^ $(call pkg,--libs,$(libraries)) -liniparser

# Without the daemon's code: it is a second opinion of it.
$(BUILD)/tests/sim/%: $(BUILD)/tests/sim/%.o
	$(call say,LD)$(CC) $(limber_ldflags) $(LDFLAGS) -o $@ $^

$(BUILD)/tests/bench/%: $(BUILD)/tests/bench/%.o
	$(CC) $(limber_ldflags) $(LDFLAGS) -o $@ $^ $(call pkg,--libs,libsystemd)

# One library of the layers below the manager with what libFuzzer needs to know of them; clang only.
fuzz_layers := base core coach sim
fuzz_flags := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
fuzz_library_objects := $(patsubst %.c,$(BUILD)/fuzz/%.o,$(wildcard $(fuzz_layers:%=daemon/%/*.c)))
fuzz_sources := $(wildcard tests/fuzz/fuzz-*.c)
fuzz_programs := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(fuzz_sources))

$(BUILD)/fuzz/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)clang $(limber_cppflags) -std=gnu17 $(WARNINGS) -O1 -g $(fuzz_flags) \
		-fsanitize=fuzzer-no-link -c -o $@ $<

$(BUILD)/fuzz/libfuzzed.a: $(fuzz_library_objects)
	@rm -f $@
	$(call say,AR)$(AR) rcs $@ $^

$(BUILD)/fuzz/fuzz-%: $(BUILD)/fuzz/tests/fuzz/fuzz-%.o $(BUILD)/fuzz/libfuzzed.a
	$(call say,LD)clang $(fuzz_flags) -fsanitize=fuzzer -o $@ $^

.PHONY: fuzz-programs
fuzz-programs: $(fuzz_programs)

.PHONY: tests
tests: $(unit_programs) $(helper_programs)

-include $(daemon_objects:.o=.d) $(client_objects:.o=.d) $(notify_objects:.o=.d) $(sense_objects:.o=.d)
-include $(unit_programs:=.d) $(helper_programs:=.d)
-include $(fuzz_library_objects:.o=.d) $(fuzz_programs:$(BUILD)/fuzz/%=$(BUILD)/fuzz/tests/fuzz/%.d)

## Running it

.PHONY: run
run: ## install what is missing, build, start limberd; without a desktop in a session of its own
	@tests/run-session

## Testing it

.PHONY: test
test: $(unit_programs) ## the unit tests only, in seconds
	@tests/run unit

.PHONY: check
check: ## install what tests need, then run all tests
	@tests/install-needs check
	@+$(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc)) BUILD=$(BUILD) all tests
	@+if command -v clang >/dev/null; then $(MAKE) --no-print-directory BUILD=$(BUILD) fuzz-programs || true; fi
	@BUILD=$(BUILD) tests/run lint unit fuzz bus cli sim desktop

.PHONY: check-desktops
check-desktops: ## make root trees of Debian 13 and sid, once, and test their desktops; needs root
	@tests/install-needs check-desktops
	@for suite in $(SUITES); do tests/trees/make-tree $$suite "$(TREES)/$$suite" || exit 1; done
	@+$(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc)) BUILD=$(BUILD) all tests
	@BUILD=$(BUILD) TREES="$(TREES)" tests/run trees

.PHONY: check-long
check-long: all tests fuzz-programs ## 100 000 random days and people, the second opinion on 1 000, 1 000 kills, minutes of fuzzing
	$(BUILD)/tests/unit/test-scheduler-random 20
	$(BUILD)/tests/unit/test-coach-random 20
	BUILD=$(BUILD) MODEL_DAYS=1000 /usr/bin/python3 -m unittest -v tests/sim/test_model.py
	BUILD=$(BUILD) HISTORY_KILLS=1000 PYTHONPATH=tests /usr/bin/python3 -m unittest -v -k Killed tests/bus/test_history.py
	BUILD=$(BUILD) tests/fuzz/run 300

.PHONY: fuzz
fuzz: fuzz-programs ## feed random bytes to the readers and the core, SECONDS=10 each
	@BUILD=$(BUILD) tests/fuzz/run $(or $(SECONDS),10)

.PHONY: lint
lint: ## what a machine can say about the text: layers, purity, warnings, format
	@BUILD=$(BUILD) tests/run lint

.PHONY: bench
bench: all $(bench_programs) $(BUILD)/tests/fakes/past-years ## measure wake-ups, memory and start-up, and print a table
	@BUILD=$(BUILD) /usr/bin/python3 tests/bench/bench.py

.PHONY: format
format: ## let the formatter settle the layout
	clang-format -i $(wildcard daemon/*/*.[ch] client/*.[ch] tests/*/*.[ch])

## Installing it

man_pages_1 := $(wildcard client/*.1)
man_pages_5 := $(wildcard client/*.5)

$(BUILD)/systemd/%: systemd/% $(BUILD)/locations
	@mkdir -p $(@D)
	sed 's|@BINDIR@|$(BINDIR)|g' $< > $@

made_units := $(addprefix $(BUILD)/systemd/,limberd.service org.limberd.Limber1.service limberd.desktop)

.PHONY: install
install: all $(made_units) ## install under PREFIX, below DESTDIR if given
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBEXECDIR) $(DESTDIR)$(SHAREDIR)/exercises \
		$(DESTDIR)$(SYSTEMDUSERDIR) $(DESTDIR)$(DBUSSERVICEDIR) $(DESTDIR)$(DBUSINTERFACEDIR) \
		$(DESTDIR)$(AUTOSTARTDIR) $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(MANDIR)/man5 $(DESTDIR)$(DOCDIR) \
		$(DESTDIR)$(DATADIR)/bash-completion/completions $(DESTDIR)$(DATADIR)/zsh/site-functions \
		$(DESTDIR)$(DATADIR)/fish/vendor_completions.d
	$(INSTALL) -m 755 $(BUILD)/limberd $(BUILD)/limber $(DESTDIR)$(BINDIR)
	$(INSTALL) -m 755 $(BUILD)/limber-notify $(BUILD)/limber-sense $(DESTDIR)$(LIBEXECDIR)
	$(INSTALL) -m 644 config/limber.conf $(DESTDIR)$(SHAREDIR)
	$(INSTALL) -m 644 config/exercises/*.ini $(DESTDIR)$(SHAREDIR)/exercises
	$(INSTALL) -m 644 $(BUILD)/systemd/limberd.service $(DESTDIR)$(SYSTEMDUSERDIR)
	$(INSTALL) -m 644 $(BUILD)/systemd/org.limberd.Limber1.service $(DESTDIR)$(DBUSSERVICEDIR)
	$(INSTALL) -m 644 $(BUILD)/systemd/limberd.desktop $(DESTDIR)$(AUTOSTARTDIR)
	$(INSTALL) -m 644 daemon/bus/org.limberd.Limber1.xml $(DESTDIR)$(DBUSINTERFACEDIR)
	$(INSTALL) -m 644 $(man_pages_1) $(DESTDIR)$(MANDIR)/man1
	$(INSTALL) -m 644 $(man_pages_5) $(DESTDIR)$(MANDIR)/man5
	$(INSTALL) -m 644 LICENSE README.md $(DESTDIR)$(DOCDIR)
	$(INSTALL) -d $(DESTDIR)$(DOCDIR)/client
	$(INSTALL) -m 644 client/notification.png $(DESTDIR)$(DOCDIR)/client
	$(INSTALL) -m 644 client/completions/limber.bash $(DESTDIR)$(DATADIR)/bash-completion/completions/limber
	$(INSTALL) -m 644 client/completions/_limber $(DESTDIR)$(DATADIR)/zsh/site-functions
	$(INSTALL) -m 644 client/completions/limber.fish $(DESTDIR)$(DATADIR)/fish/vendor_completions.d

# By name and never a whole folder: a packager's LIBEXECDIR may be everybody's.
.PHONY: uninstall
uninstall: ## remove what install put there; settings under /etc and in homes stay
	rm -f $(DESTDIR)$(BINDIR)/limberd $(DESTDIR)$(BINDIR)/limber \
		$(DESTDIR)$(LIBEXECDIR)/limber-notify $(DESTDIR)$(LIBEXECDIR)/limber-sense \
		$(DESTDIR)$(SHAREDIR)/limber.conf \
		$(patsubst config/%,$(DESTDIR)$(SHAREDIR)/%,$(wildcard config/exercises/*.ini)) \
		$(DESTDIR)$(SYSTEMDUSERDIR)/limberd.service $(DESTDIR)$(AUTOSTARTDIR)/limberd.desktop \
		$(DESTDIR)$(DBUSSERVICEDIR)/org.limberd.Limber1.service \
		$(DESTDIR)$(DBUSINTERFACEDIR)/org.limberd.Limber1.xml \
		$(patsubst client/%,$(DESTDIR)$(MANDIR)/man1/%,$(man_pages_1)) \
		$(patsubst client/%,$(DESTDIR)$(MANDIR)/man5/%,$(man_pages_5)) \
		$(DESTDIR)$(DOCDIR)/LICENSE $(DESTDIR)$(DOCDIR)/README.md \
		$(DESTDIR)$(DOCDIR)/client/notification.png \
		$(DESTDIR)$(DATADIR)/bash-completion/completions/limber \
		$(DESTDIR)$(DATADIR)/zsh/site-functions/_limber \
		$(DESTDIR)$(DATADIR)/fish/vendor_completions.d/limber.fish
	rmdir $(DESTDIR)$(SHAREDIR)/exercises $(DESTDIR)$(SHAREDIR) $(DESTDIR)$(LIBEXECDIR) \
		$(DESTDIR)$(DOCDIR)/client $(DESTDIR)$(DOCDIR) 2>/dev/null || true

.PHONY: clean
clean: ## remove everything that was made
	rm -rf $(BUILD)
