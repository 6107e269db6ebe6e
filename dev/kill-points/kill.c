// Counts what a program writes durably and what it asks of others, and kills it just before or just after one of them: LD_PRELOAD, for tests.
//   KILL_PROGRAM=runpilot     which program; its children of other names are left alone
//   KILL_AT="12 before|after"  the 12th, before or after it; without it nothing is killed
//   KILL_LOG=FILE             gets a line for each
// After a request means: the answer has arrived, and the program has seen nothing of it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static int active, wanted, afterwards, log_fd = -1;
static atomic_int count;
static atomic_int pending_fd = -1;

__attribute__((constructor)) static void begin(void) {
  const char *program = getenv("KILL_PROGRAM"), *at = getenv("KILL_AT"), *path = getenv("KILL_LOG");
  if (!program || strcmp(program_invocation_short_name, program)) return;
  active = 1;
  if (at) { wanted = atoi(at); afterwards = strstr(at, "after") != NULL; }
  if (path) log_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}
static void note(int number, const char *what, const char *detail, int length) {
  char line[600];
  int size = snprintf(line, sizeof line, "%d %s %.*s\n", number, what, length > 400 ? 400 : length, detail);
  if (log_fd >= 0) { ssize_t ignored = write(log_fd, line, size); (void)ignored; }
}
static void die(void) { kill(getpid(), SIGKILL); for (;;) pause(); }

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
static int enter(const char *what, const char *detail) {
  if (!active) return 0;
  int number = atomic_fetch_add(&count, 1) + 1;
  note(number, what, detail, strlen(detail));
  if (number == wanted && !afterwards) die();
  return number;
}
static void leave(int number) { if (number && number == wanted && afterwards) die(); }

static const char *name_of(int fd, char *buffer, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, buffer, size - 1);
  buffer[length > 0 ? length : 0] = 0;
  return buffer;
}
int fsync(int fd) { REAL(fsync); char n[300]; int p = enter("fsync", name_of(fd, n, sizeof n)); int r = real(fd); leave(p); return r; }
int fdatasync(int fd) { REAL(fdatasync); char n[300]; int p = enter("fdatasync", name_of(fd, n, sizeof n)); int r = real(fd); leave(p); return r; }
int rename(const char *a, const char *b) { REAL(rename); int p = enter("rename", b); int r = real(a, b); leave(p); return r; }
int renameat(int d, const char *a, int e, const char *b) { REAL(renameat); int p = enter("rename", b); int r = real(d, a, e, b); leave(p); return r; }
int renameat2(int d, const char *a, int e, const char *b, unsigned f) { REAL(renameat2); int p = enter("rename", b); int r = real(d, a, e, b, f); leave(p); return r; }
int link(const char *a, const char *b) { REAL(link); int p = enter("link", b); int r = real(a, b); leave(p); return r; }

static int is_request(const void *bytes, size_t size) {
  static const char *methods[] = {"GET /", "PUT /", "POST /", "HEAD /", "DELETE /"};
  for (size_t i = 0; i < 5; i++) if (size > strlen(methods[i]) && !memcmp(bytes, methods[i], strlen(methods[i]))) return 1;
  return 0;
}
static void asking(int fd, const void *bytes, size_t size) {
  if (!active || !is_request(bytes, size)) return;
  const char *end = memchr(bytes, '\r', size);
  char line[300];
  snprintf(line, sizeof line, "%.*s", (int)(end ? end - (const char *)bytes : 0), (const char *)bytes);
  int number = enter("request", line);
  if (number == wanted && afterwards) pending_fd = fd;
}
static void answered(int fd, const void *bytes, ssize_t size) {
  if (active && size > 0 && pending_fd == fd && memcmp(bytes, "HTTP/1.1 100", size < 12 ? size : 12)) die();
}
ssize_t send(int fd, const void *b, size_t n, int f) { REAL(send); asking(fd, b, n); return real(fd, b, n, f); }
ssize_t write(int fd, const void *b, size_t n) { REAL(write); if (fd != log_fd) asking(fd, b, n); return real(fd, b, n); }
ssize_t recv(int fd, void *b, size_t n, int f) { REAL(recv); ssize_t r = real(fd, b, n, f); if (!(f & MSG_PEEK)) answered(fd, b, r); return r; }
ssize_t read(int fd, void *b, size_t n) { REAL(read); ssize_t r = real(fd, b, n); answered(fd, b, r); return r; }
