#ifndef RUNPILOT_CSUPPORT_H
#define RUNPILOT_CSUPPORT_H
// What Swift cannot import from glibc: calls behind _GNU_SOURCE, variadic calls, and macros.
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// pipe2(2) with O_CLOEXEC. 0, or -1 with errno.
int rp_pipe_cloexec(int fds[2]);
/// F_SETPIPE_SZ. The new size, or -1 with errno (EPERM above the user's limit).
int rp_set_pipe_size(int fd, int bytes);
/// pidfd_open(2). A descriptor with close-on-exec, or -1 with errno.
int rp_pidfd_open(pid_t pid);
/// pidfd_send_signal(2). 0, or -1 with errno.
int rp_pidfd_signal(int pidfd, int signal);
/// posix_spawn file action: closes every descriptor from `first` up in the child.
int rp_spawn_close_from(posix_spawn_file_actions_t *actions, int first);
/// posix_spawn file action: changes the child's working directory.
int rp_spawn_chdir(posix_spawn_file_actions_t *actions, const char *path);
/// POSIX_SPAWN_SETSID, which Glibc's module map leaves out.
short rp_spawn_flag_setsid(void);
/// Makes this process adopt the orphans among its descendants (PR_SET_CHILD_SUBREAPER). 0, or -1 with errno.
int rp_become_subreaper(void);
/// Blocks until a child may be reaped, without reaping it (waitid with WNOWAIT). 0, or an errno.
int rp_await_child(pid_t pid);
/// A child that may be reaped now, without reaping it; 0 when there is none; -1 when this process has no child at all.
pid_t rp_peek_child(void);
/// Catches signals by writing their number as one byte to a pipe, whose reading end this returns; -1 with errno. Once a process.
int rp_catch_signals(const int *signals, int count);
/// ppoll(2): poll(2) with a limit in microseconds. How many are ready, or -1 with errno.
int rp_poll(struct pollfd *sources, size_t count, int64_t microseconds);
/// Directory change notification (F_NOTIFY of fcntl(2)), for the calling thread alone: a descriptor that is readable once a file in the directory behind
/// `directory` is written, made or renamed, until that is closed. Blocks SIGIO in this thread. -1 with errno when the kernel or the file system has none.
int rp_notify_of_changes(int directory);
/// Takes what such a descriptor tells, so that it becomes readable anew.
void rp_take_notice(int notifier);
/// memmem(3): the first `needle` in `hay`, or null.
const void *rp_find(const void *hay, size_t length, const void *needle, size_t needle_length);
/// The first newline or carriage return in `hay`, or null.
const void *rp_find_line_end(const void *hay, size_t length);
/// Makes name look-ups safe in a static executable; does nothing in any other.
void rp_prepare_resolver(void);

/// Resolves host names by /etc/hosts and DNS alone (__nss_configure_lookup): what a static executable can do without the machine's libraries. 0, or -1.
int rp_resolve_without_plugins(void);
/// Writes what is unwritten and turns the machine off (reboot(2)): for a machine whose own shutdown did not work. -1 with errno when that is not allowed.
int rp_power_off(void);
/// The kind of file system that a path lies on (f_type of statfs(2)); 0 when that cannot be told.
uint32_t rp_file_system_kind(const char *path);
/// Raises how many files this process may have open to what its user may have (RLIMIT_NOFILE), 65,536 at most. How many it was, or -1 with errno.
int rp_raise_open_files(void);
/// Sets how many files this process may have open. 0, or -1 with errno.
int rp_set_open_files(int count);
/// The most heaps that the threads of this process share (M_ARENA_MAX): fewer keep less of what was freed.
void rp_limit_heaps(int count);

#endif
