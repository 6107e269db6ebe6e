#define _GNU_SOURCE
#include "CSupport.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <nss.h>
#include <spawn.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

int rp_pipe_cloexec(int fds[2]) { return pipe2(fds, O_CLOEXEC); }

int rp_set_pipe_size(int fd, int bytes) { return fcntl(fd, F_SETPIPE_SZ, bytes); }

int rp_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int rp_pidfd_signal(int pidfd, int signal) { return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0); }

int rp_spawn_close_from(posix_spawn_file_actions_t *actions, int first) {
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

int rp_spawn_chdir(posix_spawn_file_actions_t *actions, const char *path) {
  return posix_spawn_file_actions_addchdir_np(actions, path);
}

short rp_spawn_flag_setsid(void) { return POSIX_SPAWN_SETSID; }

int rp_raise_open_files(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
  int before = limit.rlim_cur > 65536 ? 65536 : (int)limit.rlim_cur;
  rlim_t wanted = limit.rlim_max > 65536 ? 65536 : limit.rlim_max;
  if (limit.rlim_cur >= wanted) return before;
  limit.rlim_cur = wanted;
  return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? before : -1;
}

int rp_set_open_files(int count) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
  limit.rlim_cur = limit.rlim_max < (rlim_t)count ? limit.rlim_max : (rlim_t)count;
  return setrlimit(RLIMIT_NOFILE, &limit);
}

int rp_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

int rp_await_child(pid_t pid) {
  siginfo_t info;
  while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

pid_t rp_peek_child(void) {
  siginfo_t info;
  info.si_pid = 0;
  if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0) return errno == ECHILD ? -1 : 0;
  return info.si_pid;
}

static int signal_pipe_writer = -1;

// All that is safe inside a signal handler: one write, errno kept.
static void note_signal(int signal) {
  int saved = errno;
  unsigned char byte = (unsigned char)signal;
  ssize_t ignored = write(signal_pipe_writer, &byte, 1);
  (void)ignored;
  errno = saved;
}

int rp_catch_signals(const int *signals, int count) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
  signal_pipe_writer = ends[1];
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = note_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (int index = 0; index < count; index++) {
    if (sigaction(signals[index], &action, NULL) != 0) return -1;
  }
  return ends[0];
}

int rp_poll(struct pollfd *sources, size_t count, int64_t microseconds) {
  struct timespec limit = {.tv_sec = microseconds / 1000000, .tv_nsec = microseconds % 1000000 * 1000};
  return ppoll(sources, count, &limit, NULL);
}

const void *rp_find(const void *hay, size_t length, const void *needle, size_t needle_length) {
  return memmem(hay, length, needle, needle_length);
}

const void *rp_find_line_end(const void *hay, size_t length) {
  const char *newline = memchr(hay, '\n', length);
  const char *carriage_return = memchr(hay, '\r', newline ? (size_t)(newline - (const char *)hay) : length);
  return carriage_return ? carriage_return : newline;
}

// In a static executable the resolver would load plug-ins that nsswitch.conf names, built for another C library: only what is linked in is used.
void rp_prepare_resolver(void) {
  if (getauxval(AT_BASE) == 0) __nss_configure_lookup("hosts", "files dns");
}

int rp_resolve_without_plugins(void) { return __nss_configure_lookup("hosts", "files dns"); }

int rp_power_off(void) {
  sync();
  return reboot(RB_POWER_OFF);
}

uint32_t rp_file_system_kind(const char *path) {
  struct statfs facts;
  return statfs(path, &facts) == 0 ? (uint32_t)facts.f_type : 0;
}

void rp_limit_heaps(int count) { mallopt(M_ARENA_MAX, count); }

int rp_notify_of_changes(int directory) {
  sigset_t change;
  sigemptyset(&change);
  sigaddset(&change, SIGIO);
  // The signal goes to this thread, which never takes it: it stays pending, once however often it is sent, until it is read.
  struct f_owner_ex owner = {.type = F_OWNER_TID, .pid = gettid()};
  int error = pthread_sigmask(SIG_BLOCK, &change, NULL);
  if (error != 0) {
    errno = error;
    return -1;
  }
  int notifier = signalfd(-1, &change, SFD_CLOEXEC | SFD_NONBLOCK);
  if (notifier < 0) return -1;
  if (fcntl(directory, F_SETOWN_EX, &owner) == 0 && fcntl(directory, F_NOTIFY, DN_MODIFY | DN_CREATE | DN_RENAME | DN_MULTISHOT) == 0) return notifier;
  error = errno;
  close(notifier);
  errno = error;
  return -1;
}

void rp_take_notice(int notifier) {
  struct signalfd_siginfo notice;
  while (read(notifier, &notice, sizeof notice) > 0) {}
}
