#ifndef RUNPILOT_CARCHIVE_H
#define RUNPILOT_CARCHIVE_H
// libarchive, loaded on first use: linked, it brings ICU and doubles the start-up of every command.
#include <stdint.h>
#include <sys/types.h>

/// Loads the library. 0, or -1 with the reason in rp_archive_load_error.
int rp_archive_load(void);
const char *rp_archive_load_error(void);

/// What an entry of an archive is.
enum rp_archive_kind { RP_ARCHIVE_FILE = 1, RP_ARCHIVE_FOLDER = 2, RP_ARCHIVE_OTHER = 3, RP_ARCHIVE_LINK = 4 };

/// The header of an entry; `name` lives until the next one is read, and is NULL when it is no text. `target` is for links that are written.
struct rp_archive_entry {
  const char *name;
  int kind;
  int64_t size;
  int64_t modified;
  int executable;
  const char *target;
};

/// Opens a tar.gz for writing. NULL when there is no memory; failures are told by rp_archive_write_failed.
void *rp_archive_write_open(const char *path);
/// 0, or -1 with the reason in rp_archive_error.
int rp_archive_write_failed(void *archive);
int rp_archive_write_entry(void *archive, const struct rp_archive_entry *entry);
int rp_archive_write_bytes(void *archive, const void *bytes, size_t count);
int rp_archive_write_finish(void *archive);
void rp_archive_write_free(void *archive);

/// Opens a tar, gzipped or not, for reading. NULL when there is no memory; failures are told by the first rp_archive_read_next.
void *rp_archive_read_open(const char *path);
/// 1 with the next entry, 0 at the end, -1 on a failure.
int rp_archive_read_next(void *archive, struct rp_archive_entry *entry);
/// The next bytes of the present entry: their number, 0 at its end, -1 on a failure.
ssize_t rp_archive_read_bytes(void *archive, void *bytes, size_t capacity);
void rp_archive_read_free(void *archive);

const char *rp_archive_error(void *archive);
/// The kernel's reason for the last failure; 0 when it was not the kernel's.
int rp_archive_errno(void *archive);

#endif
