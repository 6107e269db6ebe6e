#define _GNU_SOURCE
// The macros of its header check types where a variadic function is called by its own name, and hide it from us.
#define CURL_DISABLE_TYPECHECK
#include "CCurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

// Every function of the library that is used, by its own prototype.
#define EACH_FUNCTION(X)                                                                                              \
  X(curl_global_init) X(curl_version_info) X(curl_easy_init) X(curl_easy_reset) X(curl_easy_cleanup) X(curl_easy_pause) \
  X(curl_easy_setopt) X(curl_easy_getinfo) X(curl_easy_strerror) X(curl_slist_append) X(curl_slist_free_all)           \
  X(curl_multi_init) X(curl_multi_cleanup) X(curl_multi_setopt) X(curl_multi_add_handle) X(curl_multi_remove_handle)   \
  X(curl_multi_perform) X(curl_multi_poll) X(curl_multi_wakeup) X(curl_multi_info_read)

#define DECLARE(name) static __typeof__(name) *p_##name;
EACH_FUNCTION(DECLARE)

// CURLOPT_PREREQFUNCTION, which tells a request that was sent from one that was not, came with 7.80.
#define OLDEST 0x075000

static pthread_mutex_t load_lock = PTHREAD_MUTEX_INITIALIZER;
static int loaded;
static unsigned version;
static char load_error[256];

static int load_all(void *library) {
#define LOAD(name)                                                    \
  *(void **)&p_##name = dlsym(library, #name);                        \
  if (!p_##name) {                                                    \
    snprintf(load_error, sizeof load_error, "it has no %s", #name);   \
    return -1;                                                        \
  }
  EACH_FUNCTION(LOAD)
  version = p_curl_version_info(CURLVERSION_NOW)->version_num;
  if (version < OLDEST) {
    snprintf(load_error, sizeof load_error, "it is version %u.%u, and 7.80 is needed", version >> 16, (version >> 8) & 0xff);
    return -1;
  }
  if (p_curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    snprintf(load_error, sizeof load_error, "it cannot be initialised");
    return -1;
  }
  return 0;
}

int rp_curl_load(void) {
  pthread_mutex_lock(&load_lock);
  if (!loaded) {
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library)
      snprintf(load_error, sizeof load_error, "%s", dlerror());
    else
      loaded = load_all(library) == 0;
  }
  int result = loaded ? 0 : -1;
  pthread_mutex_unlock(&load_lock);
  return result;
}

const char *rp_curl_load_error(void) { return load_error; }
unsigned rp_curl_version(void) { return version; }

CURL *rp_curl_easy_init(void) { return p_curl_easy_init(); }
void rp_curl_easy_reset(CURL *easy) { p_curl_easy_reset(easy); }
void rp_curl_easy_cleanup(CURL *easy) { p_curl_easy_cleanup(easy); }
CURLcode rp_curl_easy_pause(CURL *easy, int what) { return p_curl_easy_pause(easy, what); }
CURLcode rp_curl_set_long(CURL *easy, CURLoption option, long value) { return p_curl_easy_setopt(easy, option, value); }
CURLcode rp_curl_set_size(CURL *easy, CURLoption option, int64_t value) { return p_curl_easy_setopt(easy, option, (curl_off_t)value); }
CURLcode rp_curl_set_text(CURL *easy, CURLoption option, const char *value) { return p_curl_easy_setopt(easy, option, value); }
CURLcode rp_curl_set_pointer(CURL *easy, CURLoption option, void *value) { return p_curl_easy_setopt(easy, option, value); }
CURLcode rp_curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) { return p_curl_easy_setopt(easy, option, value); }
CURLcode rp_curl_set_move(CURL *easy, CURLoption option, rp_curl_move value) { return p_curl_easy_setopt(easy, option, value); }
CURLcode rp_curl_set_seek(CURL *easy, rp_curl_seek value) { return p_curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, value); }
CURLcode rp_curl_set_ready(CURL *easy, rp_curl_ready value) { return p_curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, value); }
const char *rp_curl_strerror(CURLcode code) { return p_curl_easy_strerror(code); }

CURLcode rp_curl_set_sockets(CURL *easy, rp_curl_opened opened, rp_curl_closing closing, void *context) {
  CURLcode code = p_curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, opened);
  if (code == CURLE_OK) code = p_curl_easy_setopt(easy, CURLOPT_SOCKOPTDATA, context);
  if (code == CURLE_OK) code = p_curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, closing);
  return code == CURLE_OK ? p_curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, context) : code;
}

long rp_curl_get_long(CURL *easy, CURLINFO info) {
  long value = 0;
  return p_curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}

struct curl_slist *rp_curl_list_append(struct curl_slist *list, const char *line) { return p_curl_slist_append(list, line); }
void rp_curl_list_free(struct curl_slist *list) { p_curl_slist_free_all(list); }

CURLM *rp_curl_multi_init(void) { return p_curl_multi_init(); }
void rp_curl_multi_cleanup(CURLM *multi) { p_curl_multi_cleanup(multi); }
CURLMcode rp_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) { return p_curl_multi_setopt(multi, option, value); }
CURLMcode rp_curl_multi_add(CURLM *multi, CURL *easy) { return p_curl_multi_add_handle(multi, easy); }
CURLMcode rp_curl_multi_remove(CURLM *multi, CURL *easy) { return p_curl_multi_remove_handle(multi, easy); }
CURLMcode rp_curl_multi_wakeup(CURLM *multi) { return p_curl_multi_wakeup(multi); }

CURLMcode rp_curl_multi_perform(CURLM *multi) {
  int running;
  return p_curl_multi_perform(multi, &running);
}

CURLMcode rp_curl_multi_poll(CURLM *multi, int milliseconds) {
  int ready;
  return p_curl_multi_poll(multi, NULL, 0, milliseconds, &ready);
}

CURL *rp_curl_multi_next_done(CURLM *multi, CURLcode *result) {
  int left;
  CURLMsg *message;
  while ((message = p_curl_multi_info_read(multi, &left))) {
    if (message->msg != CURLMSG_DONE) continue;
    *result = message->data.result;
    return message->easy_handle;
  }
  return NULL;
}
