#!/bin/sh
# Boots a real systemd over the machine's own files and those of a folder, in namespaces of its own.
# usage: boot-systemd.sh CGROUP STAGE SCRATCH
#
#   CGROUP   an empty cgroup2 folder, made for this
#   STAGE    what is copied over the machine's own root, such as an installed limber
#   SCRATCH  where SCRATCH/init tells the number of the new process 1 as the machine sees it
#
# Nothing that is written in there reaches the machine's disk: the root is an overlay in memory, and
# it goes with its last process. Needs root and cgroup2, and stays in the foreground.
set -eu
cgroup=$1 stage=$2 scratch=$3

if [ -z "${4-}" ]; then
	# The cgroup first, then its namespace, so that it looks like the root from inside.
	echo $$ >"$cgroup/cgroup.procs"
	exec unshare --fork --kill-child --pid --mount --uts --ipc --cgroup --net \
		sh "$0" "$cgroup" "$stage" "$scratch" inside
fi

# The old /proc still tells the number that the machine knows this shell by.
read -r pid _ </proc/self/stat

mount --make-rprivate /
root=$scratch/memory/root
mkdir "$scratch/memory"
mount -t tmpfs -o mode=755 tmpfs "$scratch/memory"
mkdir "$root" "$scratch/memory/upper" "$scratch/memory/work"
mount -t overlay -o "lowerdir=/,upperdir=$scratch/memory/upper,workdir=$scratch/memory/work" \
	overlay "$root"
cd "$root"
cp -a "$stage"/* .

mkdir -p proc sys dev run tmp etc/systemd/system
mount -t proc proc proc
# The kernel's settings belong to the machine.
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 -o nsdelegate cgroup2 sys/fs/cgroup
# States that logind may offer and that put nothing to sleep.
mount -t tmpfs tmpfs sys/power
echo "freeze mem disk" >sys/power/state
echo "s2idle [deep]" >sys/power/mem_sleep
# Without consoles it is logind itself that switches between the sessions of a seat.
mount -t tmpfs tmpfs sys/class/tty
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom tty; do
	: >dev/$device
	mount --bind /dev/$device dev/$device
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount -t tmpfs -o mode=1777 tmpfs dev/shm
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp

# None of the services that the machine has enabled, for the system or for its users.
rm -rf etc/systemd/system/*.wants etc/systemd/user/*.wants
: >etc/fstab
rm -f etc/machine-id
: >etc/machine-id

cat >etc/systemd/system/limber-test.target <<'X'
[Unit]
Description=What the tests of limber need
Requires=basic.target
Wants=systemd-logind.service systemd-user-sessions.service dbus.socket
After=basic.target
AllowIsolate=yes
X
cat >etc/systemd/system/systemd-suspend.service <<'X'
[Unit]
Description=A sleep that keeps everybody awake
DefaultDependencies=no
After=sleep.target
[Service]
Type=oneshot
ExecStart=sleep 2
X
# The tests decide whether there is a notification server, not the bus.
grep -lsr '^Name=org.freedesktop.Notifications$' usr/share/dbus-1/services | xargs -r rm
# A person whose user manager runs from the start, and a desktop for that person to log in to.
chroot . useradd --create-home --shell /bin/sh limber-test
mkdir -p var/lib/systemd/linger
: >var/lib/systemd/linger/limber-test
cat >etc/pam.d/limber-test <<'X'
auth     sufficient pam_permit.so
account  sufficient pam_permit.so
session  required   pam_systemd.so
X
cat >etc/systemd/system/limber-test-login.service <<'X'
[Service]
User=limber-test
PAMName=limber-test
Environment=XDG_SESSION_TYPE=x11 XDG_SESSION_CLASS=user
ExecStart=sleep infinity
X
# Somebody (the part behind the @) at the machine's own seat, in front of a compositor or of text.
for type in wayland tty; do
	cat >etc/systemd/system/limber-test-$type@.service <<-X
	[Service]
	User=%i
	PAMName=limber-test
	Environment=XDG_SESSION_TYPE=$type XDG_SESSION_CLASS=user XDG_SEAT=seat0
	ExecStart=sleep infinity
	X
done

old=run/limber-test # a fresh tmpfs
mkdir $old
pivot_root . $old
exec >"/$old$scratch"/console 2>&1
echo "$pid" >"/$old$scratch"/init
# shellcheck disable=SC2016 # the next shell expands it
# Modules and the clock belong to the machine as well.
exec setpriv --bounding-set=-sys_module,-sys_time,-sys_rawio \
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 container=limber-test "old=/$old" sh -c '
	umount -l "$old"
	exec /lib/systemd/systemd --log-target=console --log-color=no --unit=limber-test.target'
