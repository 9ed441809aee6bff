/* Live objects, iteration, keyword arguments and callbacks of the floor. */
#include "floor.h"

/* ---- live objects: externals; what JavaScript collected is given back at the next attach ---- */

static PyObject **dead;
static size_t dead_count, dead_room;

static void finalize_live(napi_env env, void *data, void *hint) {
  if (dead_count == dead_room) {
    dead_room = dead_room ? 2 * dead_room : 1024;
    dead = PyMem_RawRealloc(dead, dead_room * sizeof *dead);
  }
  dead[dead_count++] = data;
}

void release_dead(void) {
  while (dead_count) Py_DECREF(dead[--dead_count]);
}

napi_value js_live(napi_env env, PyObject *object) {
  napi_value value;
  napi_create_external(env, Py_NewRef(object), finalize_live, NULL, &value);
  return value;
}

/* next(iterator): its next item, or undefined. */
napi_value next_item(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument, value = NULL;
  void *iterator;
  napi_get_cb_info(env, info, &count, &argument, NULL, NULL);
  napi_get_value_external(env, argument, &iterator);
  PyEval_RestoreThread(main_state);
  PyObject *item = PyIter_Next(iterator);
  if (item) value = take(env, item);
  else if (PyErr_Occurred()) value = fail_python(env);
  PyEval_SaveThread();
  return value;
}

/* ---- keyword arguments: the properties of the last argument ---- */

napi_value call_with_keywords(napi_env env, napi_callback_info info) {
  size_t count = NAPI_MAX_ARGUMENTS;
  napi_value arguments[NAPI_MAX_ARGUMENTS], names;
  PyObject *stack[NAPI_MAX_ARGUMENTS * 2];
  uint32_t named;
  Bound *bound;
  napi_get_cb_info(env, info, &count, arguments, NULL, (void **)&bound);
  napi_value keywords = arguments[count - 1];
  PyEval_RestoreThread(main_state);
  napi_get_all_property_names(env, keywords, napi_key_own_only, napi_key_enumerable | napi_key_skip_symbols,
                              napi_key_numbers_to_strings, &names);
  napi_get_array_length(env, names, &named);
  stack[0] = bound->object;
  for (size_t index = 0; index + 1 < count; index++) stack[index + 1] = to_py(env, arguments[index]);
  PyObject *tuple = PyTuple_New(named);
  for (uint32_t index = 0; index < named; index++) {
    napi_value name, item;
    napi_get_element(env, names, index, &name);
    napi_get_property(env, keywords, name, &item);
    PyTuple_SET_ITEM(tuple, index, to_py(env, name));
    stack[count + index] = to_py(env, item);
  }
  PyObject *result = PyObject_VectorcallMethod(bound->name, stack, count | PY_VECTORCALL_ARGUMENTS_OFFSET, tuple);
  for (size_t index = 1; index < count + named; index++) Py_DECREF(stack[index]);
  Py_DECREF(tuple);
  napi_value value = take(env, result);
  PyEval_SaveThread();
  return value;
}

/* ---- callbacks: a Python callable over a JavaScript function ---- */

typedef struct {
  PyObject_HEAD
  napi_env env;
  napi_ref function;
  vectorcallfunc vectorcall;
} Function;

static PyObject *call_function(PyObject *self, PyObject *const *arguments, size_t flags, PyObject *names) {
  Function *function = (Function *)self;
  napi_env env = function->env;
  size_t count = (size_t)PyVectorcall_NARGS(flags);
  napi_value values[NAPI_MAX_ARGUMENTS], callee, receiver, result;
  napi_handle_scope scope;
  if (count > NAPI_MAX_ARGUMENTS || names) return PyErr_Format(PyExc_TypeError, "the floor takes few positional arguments");
  napi_open_handle_scope(env, &scope);
  for (size_t index = 0; index < count; index++) values[index] = to_js(env, arguments[index]);
  napi_get_reference_value(env, function->function, &callee);
  napi_get_undefined(env, &receiver);
  PyThreadState *state = PyEval_SaveThread();
  napi_status status = napi_call_function(env, receiver, callee, count, values, &result);
  PyEval_RestoreThread(state);
  PyObject *answer =
      status == napi_ok ? to_py(env, result) : PyErr_Format(PyExc_RuntimeError, "the floor's callback threw");
  napi_close_handle_scope(env, scope);
  return answer;
}

static void delete_function(PyObject *self) {
  napi_delete_reference(((Function *)self)->env, ((Function *)self)->function);
  PyObject_Free(self);
}

static PyTypeObject function_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "floor.Function",
    .tp_basicsize = sizeof(Function),
    .tp_dealloc = delete_function,
    .tp_call = PyVectorcall_Call,
    .tp_vectorcall_offset = offsetof(Function, vectorcall),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL,
};

PyObject *py_function(napi_env env, napi_value value) {
  Function *function = PyObject_New(Function, &function_type);
  function->env = env;
  function->vectorcall = call_function;
  napi_create_reference(env, value, 1, &function->function);
  return (PyObject *)function;
}

void objects_start(void) { PyType_Ready(&function_type); }
