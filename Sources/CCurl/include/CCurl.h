#ifndef RUNPILOT_CCURL_H
#define RUNPILOT_CCURL_H
// libcurl, loaded on first use: linked, it brings thirty libraries and costs every command four milliseconds.
// Its variadic functions, which Swift cannot call, have one function here for each type of argument.
#include <curl/curl.h>
#include <stdint.h>

/// Loads the library and prepares it. 0, or -1 with the reason in rp_curl_load_error. No other function may be called before it.
int rp_curl_load(void);
const char *rp_curl_load_error(void);
/// Such as 0x075801 for 7.88.1.
unsigned rp_curl_version(void);

/// A callback that moves bytes: CURLOPT_WRITEFUNCTION, CURLOPT_HEADERFUNCTION, CURLOPT_READFUNCTION.
typedef size_t (*rp_curl_move)(char *, size_t, size_t, void *);
typedef int (*rp_curl_seek)(void *, curl_off_t, int);
typedef int (*rp_curl_ready)(void *, char *, char *, int, int);
typedef int (*rp_curl_opened)(void *, curl_socket_t, curlsocktype);
typedef int (*rp_curl_closing)(void *, curl_socket_t);

CURL *rp_curl_easy_init(void);
void rp_curl_easy_reset(CURL *easy);
void rp_curl_easy_cleanup(CURL *easy);
CURLcode rp_curl_easy_pause(CURL *easy, int what);
CURLcode rp_curl_set_long(CURL *easy, CURLoption option, long value);
CURLcode rp_curl_set_size(CURL *easy, CURLoption option, int64_t value);
CURLcode rp_curl_set_text(CURL *easy, CURLoption option, const char *value);
CURLcode rp_curl_set_pointer(CURL *easy, CURLoption option, void *value);
CURLcode rp_curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value);
CURLcode rp_curl_set_move(CURL *easy, CURLoption option, rp_curl_move value);
CURLcode rp_curl_set_seek(CURL *easy, rp_curl_seek value);
CURLcode rp_curl_set_ready(CURL *easy, rp_curl_ready value);
/// Two functions that are told of sockets, and what they are called with, which has to outlive every connection.
CURLcode rp_curl_set_sockets(CURL *easy, rp_curl_opened opened, rp_curl_closing closing, void *context);
long rp_curl_get_long(CURL *easy, CURLINFO info);
const char *rp_curl_strerror(CURLcode code);

struct curl_slist *rp_curl_list_append(struct curl_slist *list, const char *line);
void rp_curl_list_free(struct curl_slist *list);

CURLM *rp_curl_multi_init(void);
void rp_curl_multi_cleanup(CURLM *multi);
CURLMcode rp_curl_multi_set_long(CURLM *multi, CURLMoption option, long value);
CURLMcode rp_curl_multi_add(CURLM *multi, CURL *easy);
CURLMcode rp_curl_multi_remove(CURLM *multi, CURL *easy);
/// Does what can be done without waiting.
CURLMcode rp_curl_multi_perform(CURLM *multi);
/// Waits until something can be done, somebody calls rp_curl_multi_wakeup, or the time is over.
CURLMcode rp_curl_multi_poll(CURLM *multi, int milliseconds);
CURLMcode rp_curl_multi_wakeup(CURLM *multi);
/// The next transfer that has ended, with its result; NULL when there is none.
CURL *rp_curl_multi_next_done(CURLM *multi, CURLcode *result);

#endif
