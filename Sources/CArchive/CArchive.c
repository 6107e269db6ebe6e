#define _GNU_SOURCE
#include "CArchive.h"

#include <archive.h>
#include <archive_entry.h>
#include <dlfcn.h>
#include <errno.h>
#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>

// Every function of the library that is used, by its own prototype.
#define EACH_FUNCTION(X)                                                                                              \
  X(archive_write_new) X(archive_write_add_filter_gzip) X(archive_write_set_format_pax_restricted)                     \
  X(archive_write_set_options) X(archive_write_open_filename) X(archive_write_header) X(archive_write_data)            \
  X(archive_write_close) X(archive_write_free) X(archive_read_new) X(archive_read_support_filter_gzip)                 \
  X(archive_read_support_format_tar) X(archive_read_open_filename) X(archive_read_next_header) X(archive_read_data)    \
  X(archive_read_free) X(archive_error_string) X(archive_errno) X(archive_entry_new) X(archive_entry_free)             \
  X(archive_entry_set_pathname) X(archive_entry_set_size) X(archive_entry_set_filetype) X(archive_entry_set_perm)      \
  X(archive_entry_set_mtime) X(archive_entry_pathname) X(archive_entry_size) X(archive_entry_filetype)                 \
  X(archive_entry_mtime) X(archive_entry_perm) X(archive_entry_hardlink) X(archive_entry_symlink)                      \
  X(archive_entry_set_symlink)

#define DECLARE(name) static __typeof__(name) *p_##name;
EACH_FUNCTION(DECLARE)

static pthread_mutex_t load_lock = PTHREAD_MUTEX_INITIALIZER;
static int loaded;
static char load_error[256];

static int load_all(void *library) {
#define LOAD(name)                                                    \
  *(void **)&p_##name = dlsym(library, #name);                        \
  if (!p_##name) {                                                    \
    snprintf(load_error, sizeof load_error, "it has no %s", #name);   \
    return -1;                                                        \
  }
  EACH_FUNCTION(LOAD)
  return 0;
}

int rp_archive_load(void) {
  pthread_mutex_lock(&load_lock);
  if (!loaded) {
    void *library = dlopen("libarchive.so.13", RTLD_NOW | RTLD_LOCAL);
    if (!library)
      snprintf(load_error, sizeof load_error, "%s", dlerror());
    else
      loaded = load_all(library) == 0;
  }
  int result = loaded ? 0 : -1;
  pthread_mutex_unlock(&load_lock);
  return result;
}

const char *rp_archive_load_error(void) { return load_error; }

// Names are UTF-8 whatever the program's locale is: the library asks the thread's. 0 where the system has none for that.
static locale_t utf8;
static pthread_once_t utf8_once = PTHREAD_ONCE_INIT;
static void make_utf8(void) { utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0); }
static locale_t enter_utf8(void) {
  pthread_once(&utf8_once, make_utf8);
  return utf8 ? uselocale(utf8) : (locale_t)0;
}
static void leave_utf8(locale_t before) {
  if (before) uselocale(before);
}

void *rp_archive_write_open(const char *path) {
  struct archive *archive = p_archive_write_new();
  if (!archive) return NULL;
  p_archive_write_add_filter_gzip(archive);
  p_archive_write_set_format_pax_restricted(archive);
  // The same run gives the same archive: no time stamp of the compression itself.
  p_archive_write_set_options(archive, "gzip:!timestamp,gzip:compression-level=6");
  p_archive_write_open_filename(archive, path);
  return archive;
}

int rp_archive_write_failed(void *archive) { return p_archive_error_string(archive) ? -1 : 0; }

int rp_archive_write_entry(void *archive, const struct rp_archive_entry *entry) {
  struct archive_entry *header = p_archive_entry_new();
  if (!header) return -1;
  int folder = entry->kind == RP_ARCHIVE_FOLDER;
  int link = entry->kind == RP_ARCHIVE_LINK;
  p_archive_entry_set_pathname(header, entry->name);
  p_archive_entry_set_filetype(header, folder ? AE_IFDIR : link ? AE_IFLNK : AE_IFREG);
  p_archive_entry_set_perm(header, folder || link || entry->executable ? 0755 : 0644);
  p_archive_entry_set_size(header, folder || link ? 0 : entry->size);
  if (link) p_archive_entry_set_symlink(header, entry->target);
  p_archive_entry_set_mtime(header, entry->modified, 0);
  locale_t before = enter_utf8();
  int result = p_archive_write_header(archive, header);
  leave_utf8(before);
  p_archive_entry_free(header);
  // A warning says that a name is no UTF-8 and stands there as it is.
  return result >= ARCHIVE_WARN ? 0 : -1;
}

int rp_archive_write_bytes(void *archive, const void *bytes, size_t count) {
  return p_archive_write_data(archive, bytes, count) == (la_ssize_t)count ? 0 : -1;
}

int rp_archive_write_finish(void *archive) { return p_archive_write_close(archive) == ARCHIVE_OK ? 0 : -1; }

void rp_archive_write_free(void *archive) { p_archive_write_free(archive); }

void *rp_archive_read_open(const char *path) {
  struct archive *archive = p_archive_read_new();
  if (!archive) return NULL;
  p_archive_read_support_filter_gzip(archive);
  p_archive_read_support_format_tar(archive);
  p_archive_read_open_filename(archive, path, 1 << 16);
  return archive;
}

int rp_archive_read_next(void *archive, struct rp_archive_entry *entry) {
  struct archive_entry *header;
  locale_t before = enter_utf8();
  int result = p_archive_read_next_header(archive, &header);
  leave_utf8(before);
  if (result == ARCHIVE_EOF) return 0;
  if (result != ARCHIVE_OK) return -1;
  int link = p_archive_entry_hardlink(header) != NULL || p_archive_entry_symlink(header) != NULL;
  __LA_MODE_T type = p_archive_entry_filetype(header);
  entry->name = p_archive_entry_pathname(header);
  entry->kind = link ? RP_ARCHIVE_OTHER : type == AE_IFREG ? RP_ARCHIVE_FILE : type == AE_IFDIR ? RP_ARCHIVE_FOLDER : RP_ARCHIVE_OTHER;
  entry->size = p_archive_entry_size(header);
  entry->modified = p_archive_entry_mtime(header);
  entry->executable = (p_archive_entry_perm(header) & 0111) != 0;
  entry->target = NULL;
  return 1;
}

ssize_t rp_archive_read_bytes(void *archive, void *bytes, size_t capacity) {
  ssize_t count = p_archive_read_data(archive, bytes, capacity);
  return count < 0 ? -1 : count;
}

void rp_archive_read_free(void *archive) { p_archive_read_free(archive); }

const char *rp_archive_error(void *archive) {
  const char *words = p_archive_error_string(archive);
  return words ? words : "it ends too early";
}

int rp_archive_errno(void *archive) {
  int code = p_archive_errno(archive);
  // Its own codes: negative, and two that it borrows for errors of the caller and of the format.
  return code > 0 && code != EINVAL && code != EILSEQ ? code : 0;
}
