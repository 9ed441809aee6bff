/* Tells callgrind, from JavaScript, what to count. Outside valgrind these do nothing. Built by bench/guard/count.mjs. */
#include <node_api.h>
#include <valgrind/callgrind.h>

static napi_value begin(napi_env env, napi_callback_info info) {
  CALLGRIND_START_INSTRUMENTATION;
  CALLGRIND_ZERO_STATS;
  return NULL;
}

/* end(name): writes what was counted since begin() to a file of its own, under that name. */
static napi_value end(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  char name[64];
  napi_get_cb_info(env, info, &count, &argument, NULL, NULL);
  napi_get_value_string_utf8(env, argument, name, sizeof name, NULL);
  CALLGRIND_DUMP_STATS_AT(name);
  CALLGRIND_STOP_INSTRUMENTATION;
  return NULL;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "begin", NAPI_AUTO_LENGTH, begin, NULL, &function);
  napi_set_named_property(env, exports, "begin", function);
  napi_create_function(env, "end", NAPI_AUTO_LENGTH, end, NULL, &function);
  napi_set_named_property(env, exports, "end", function);
  return exports;
}
