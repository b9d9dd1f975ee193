/**
 * A little addon that catches standard error while TensorFlow is loaded; `backend/quiet.ts` says why. It is C, of N-API alone, and is
 * compiled beside tfjs-node's addon.
 */

export const STDERR_ADDON_SOURCE = `
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <node_api.h>

static int kept = -1;  /* the real standard error, while another stands in its place */
static FILE* caught;

/* begin(): boolean */
static napi_value Begin(napi_env env, napi_callback_info info) {
  int ok = kept < 0 && (caught = tmpfile()) != NULL;
  if (ok) {
    fflush(stderr);
    kept = fcntl(2, F_DUPFD_CLOEXEC, 3);
    ok = kept >= 0 && dup2(fileno(caught), 2) >= 0;
    if (!ok) { if (kept >= 0) close(kept); kept = -1; fclose(caught); }
  }
  napi_value result;
  napi_get_boolean(env, ok, &result);
  return result;
}

/* end(): string */
static napi_value End(napi_env env, napi_callback_info info) {
  napi_value result = NULL;
  if (kept >= 0) {
    fflush(stderr);
    dup2(kept, 2);
    close(kept);
    kept = -1;
    long size = lseek(fileno(caught), 0, SEEK_END);
    char* text = size > 0 ? malloc(size) : NULL;
    ssize_t got = text ? pread(fileno(caught), text, size, 0) : 0;
    napi_create_string_utf8(env, text ? text : "", got > 0 ? got : 0, &result);
    free(text);
    fclose(caught);
  } else {
    napi_create_string_utf8(env, "", 0, &result);
  }
  return result;
}

static napi_value Init(napi_env env, napi_value exports) {
  napi_value begin, end;
  napi_create_function(env, "begin", NAPI_AUTO_LENGTH, Begin, NULL, &begin);
  napi_create_function(env, "end", NAPI_AUTO_LENGTH, End, NULL, &end);
  napi_set_named_property(env, exports, "begin", begin);
  napi_set_named_property(env, exports, "end", end);
  return exports;
}

NAPI_MODULE(NODE_GYP_MODULE_NAME, Init)
`;
