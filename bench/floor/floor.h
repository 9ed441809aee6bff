/* What the parts of the floor share. floor.c says what the floor is. */
#ifndef FLOOR_H
#define FLOOR_H
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <node_api.h>
#include <stdbool.h>
#include <string.h>

#define NAPI_MAX_ARGUMENTS 8
#define SAFE_INTEGER 9007199254740991LL

/* The thread state of the JavaScript thread, while it is detached. */
extern PyThreadState *main_state;

/* A bound name: the data of a JavaScript function. It owns its references and lives as long as the process. */
typedef struct {
  PyObject *object;
  PyObject *name;
  napi_ref module;
} Bound;

/* Throws in JavaScript, and returns NULL. */
napi_value fail(napi_env env, const char *message);
napi_value fail_python(napi_env env);

/* Borrows the object; NULL when it threw. */
napi_value to_js(napi_env env, PyObject *object);
/* Returns a new reference. */
PyObject *to_py(napi_env env, napi_value value);
/* to_js, and gives the reference back. */
napi_value take(napi_env env, PyObject *result);

/* objects.c: live objects, iteration, keyword arguments, callbacks. */
void objects_start(void);
napi_value js_live(napi_env env, PyObject *object);
PyObject *py_function(napi_env env, napi_value function);
napi_value call_with_keywords(napi_env env, napi_callback_info info);
napi_value next_item(napi_env env, napi_callback_info info);
/* Gives back the references of live objects that JavaScript collected. */
void release_dead(void);

/* async.c: calls on a thread of its own. */
napi_value call_async(napi_env env, napi_callback_info info);

#endif
