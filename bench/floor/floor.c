/*
 * The floor: what raw Node-API and CPython's full C-API cost for the work that the bridge's rows do, and nothing more. No safety, no
 * object model, one interpreter. Containers are converted element by element, the straightforward way.
 *
 * Every call attaches the thread state and detaches it again, as the bridge does. Built by bench/floor/build.mjs for one
 * CPython and loaded after its libpython, whose symbols it leaves undefined.
 */
#include "floor.h"

PyThreadState *main_state;

/* ---- errors ---- */

napi_value fail(napi_env env, const char *message) {
  PyErr_Clear();
  napi_throw_error(env, NULL, message);
  return NULL;
}

napi_value fail_python(napi_env env) {
  if (PyErr_Occurred()) PyErr_Print();
  return fail(env, "the floor's Python call raised an exception");
}

/* ---- Python to JavaScript; every function borrows its argument ---- */

static napi_value js_int(napi_env env, PyObject *object) {
  int overflow;
  long long number = PyLong_AsLongLongAndOverflow(object, &overflow);
  napi_value value = NULL;
  if (overflow || number > SAFE_INTEGER || number < -SAFE_INTEGER) return fail(env, "the floor knows safe integers only");
  if (number == (int32_t)number) napi_create_int32(env, (int32_t)number, &value);
  else napi_create_double(env, (double)number, &value);
  return value;
}

static napi_value js_str(napi_env env, PyObject *object) {
  napi_value value = NULL;
  size_t length = (size_t)PyUnicode_GET_LENGTH(object);
  switch (PyUnicode_KIND(object)) {
    case PyUnicode_1BYTE_KIND:
      napi_create_string_latin1(env, (const char *)PyUnicode_1BYTE_DATA(object), length, &value);
      break;
    case PyUnicode_2BYTE_KIND:
      napi_create_string_utf16(env, (const char16_t *)PyUnicode_2BYTE_DATA(object), length, &value);
      break;
    default: {
      Py_ssize_t size;
      const char *text = PyUnicode_AsUTF8AndSize(object, &size);
      napi_create_string_utf8(env, text, (size_t)size, &value);
    }
  }
  return value;
}

static napi_value js_list(napi_env env, PyObject *list) {
  napi_value array;
  Py_ssize_t length = PyList_GET_SIZE(list);
  napi_create_array_with_length(env, (size_t)length, &array);
  for (Py_ssize_t index = 0; index < length; index++) {
    napi_value item = to_js(env, PyList_GET_ITEM(list, index));
    if (item == NULL) return NULL;
    napi_set_element(env, array, (uint32_t)index, item);
  }
  return array;
}

static napi_value js_dict(napi_env env, PyObject *dict) {
  napi_value object;
  PyObject *key, *item;
  Py_ssize_t position = 0;
  napi_create_object(env, &object);
  while (PyDict_Next(dict, &position, &key, &item)) {
    napi_value name = to_js(env, key), value = to_js(env, item);
    if (name == NULL || value == NULL) return NULL;
    napi_set_property(env, object, name, value);
  }
  return object;
}

static napi_value js_bytes(napi_env env, PyObject *bytes) {
  napi_value buffer;
  napi_create_buffer_copy(env, (size_t)PyBytes_GET_SIZE(bytes), PyBytes_AS_STRING(bytes), NULL, &buffer);
  return buffer;
}

napi_value to_js(napi_env env, PyObject *object) {
  napi_value value = NULL;
  PyTypeObject *type = Py_TYPE(object);
  if (type == &PyUnicode_Type) return js_str(env, object);
  if (type == &PyLong_Type) return js_int(env, object);
  if (object == Py_None) napi_get_null(env, &value);
  else if (type == &PyBool_Type) napi_get_boolean(env, object == Py_True, &value);
  else if (type == &PyFloat_Type) napi_create_double(env, PyFloat_AS_DOUBLE(object), &value);
  else if (type == &PyList_Type) return js_list(env, object);
  else if (type == &PyDict_Type) return js_dict(env, object);
  else if (type == &PyBytes_Type) return js_bytes(env, object);
  else return js_live(env, object);
  return value;
}

/* ---- JavaScript to Python; every function returns a new reference ---- */

static PyObject *py_number(napi_env env, napi_value value) {
  double number;
  napi_get_value_double(env, value, &number);
  if (number >= -SAFE_INTEGER && number <= SAFE_INTEGER && number == (double)(long long)number)
    return PyLong_FromLongLong((long long)number);
  return PyFloat_FromDouble(number);
}

static PyObject *py_str(napi_env env, napi_value value) {
  char small[256];
  size_t length;
  napi_get_value_string_utf8(env, value, small, sizeof small, &length);
  /* A full buffer may have cut the text off. */
  if (length < sizeof small - 4) return PyUnicode_FromStringAndSize(small, (Py_ssize_t)length);
  napi_get_value_string_utf8(env, value, NULL, 0, &length);
  char *text = PyMem_RawMalloc(length + 1);
  napi_get_value_string_utf8(env, value, text, length + 1, &length);
  PyObject *str = PyUnicode_FromStringAndSize(text, (Py_ssize_t)length);
  PyMem_RawFree(text);
  return str;
}

static PyObject *py_list(napi_env env, napi_value array) {
  uint32_t length;
  napi_get_array_length(env, array, &length);
  PyObject *list = PyList_New(length);
  for (uint32_t index = 0; index < length; index++) {
    napi_value item;
    napi_get_element(env, array, index, &item);
    PyList_SET_ITEM(list, index, to_py(env, item));
  }
  return list;
}

static PyObject *py_dict(napi_env env, napi_value object) {
  napi_value names;
  uint32_t length;
  napi_get_all_property_names(env, object, napi_key_own_only, napi_key_enumerable | napi_key_skip_symbols,
                              napi_key_numbers_to_strings, &names);
  napi_get_array_length(env, names, &length);
  PyObject *dict = PyDict_New();
  for (uint32_t index = 0; index < length; index++) {
    napi_value name, item;
    napi_get_element(env, names, index, &name);
    napi_get_property(env, object, name, &item);
    PyObject *key = py_str(env, name), *value = to_py(env, item);
    PyDict_SetItem(dict, key, value);
    Py_DECREF(key);
    Py_DECREF(value);
  }
  return dict;
}

static PyObject *py_object(napi_env env, napi_value value) {
  bool is_array, is_buffer;
  napi_is_array(env, value, &is_array);
  if (is_array) return py_list(env, value);
  napi_is_buffer(env, value, &is_buffer);
  if (!is_buffer) return py_dict(env, value);
  void *data;
  size_t length;
  napi_get_buffer_info(env, value, &data, &length);
  return PyBytes_FromStringAndSize(data, (Py_ssize_t)length);
}

PyObject *to_py(napi_env env, napi_value value) {
  napi_valuetype type;
  napi_typeof(env, value, &type);
  switch (type) {
    case napi_number: return py_number(env, value);
    case napi_string: return py_str(env, value);
    case napi_object: return py_object(env, value);
    case napi_function: return py_function(env, value);
    case napi_external: {
      void *object;
      napi_get_value_external(env, value, &object);
      return Py_NewRef((PyObject *)object);
    }
    case napi_boolean: {
      bool is_true;
      napi_get_value_bool(env, value, &is_true);
      return PyBool_FromLong(is_true);
    }
    default: Py_RETURN_NONE;
  }
}

/* ---- what the drivers call ---- */

napi_value take(napi_env env, PyObject *result) {
  if (result == NULL) return fail_python(env);
  napi_value value = to_js(env, result);
  Py_DECREF(result);
  return value;
}

static napi_value call_method(napi_env env, napi_callback_info info) {
  size_t count = NAPI_MAX_ARGUMENTS;
  napi_value arguments[NAPI_MAX_ARGUMENTS];
  Bound *bound;
  napi_get_cb_info(env, info, &count, arguments, NULL, (void **)&bound);
  PyEval_RestoreThread(main_state);
  release_dead();
  PyObject *stack[NAPI_MAX_ARGUMENTS + 1] = {bound->object};
  for (size_t index = 0; index < count; index++) stack[index + 1] = to_py(env, arguments[index]);
  PyObject *result =
      PyObject_VectorcallMethod(bound->name, stack, (count + 1) | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
  for (size_t index = 0; index < count; index++) Py_DECREF(stack[index + 1]);
  napi_value value = take(env, result);
  PyEval_SaveThread();
  return value;
}

static napi_value get_attribute(napi_env env, napi_callback_info info) {
  Bound *bound;
  size_t none = 0;
  napi_get_cb_info(env, info, &none, NULL, NULL, (void **)&bound);
  PyEval_RestoreThread(main_state);
  napi_value value = take(env, PyObject_GetAttr(bound->object, bound->name));
  PyEval_SaveThread();
  return value;
}

/* Imports by a name that JavaScript gives, and hands out the JavaScript object that stands for the module. */
static napi_value import_loaded(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument, value = NULL;
  Bound *bound;
  napi_get_cb_info(env, info, &count, &argument, NULL, (void **)&bound);
  PyEval_RestoreThread(main_state);
  PyObject *name = py_str(env, argument);
  PyObject *module = PyImport_ImportModuleLevelObject(name, NULL, NULL, NULL, 0);
  Py_DECREF(name);
  if (module == bound->object) napi_get_reference_value(env, bound->module, &value);
  else value = fail_python(env);
  Py_XDECREF(module);
  PyEval_SaveThread();
  return value;
}

static napi_value function_of(napi_env env, napi_callback callback, Bound *bound) {
  napi_value function;
  napi_create_function(env, NULL, 0, callback, bound, &function);
  return function;
}

static Bound *new_bound(PyObject *object, const char *name) {
  Bound *bound = PyMem_RawCalloc(1, sizeof *bound);
  bound->object = Py_NewRef(object);
  bound->name = PyUnicode_InternFromString(name);
  return bound;
}

/* method(object, name), attribute(object, name): the function that does it. */
static napi_value bind(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2];
  napi_callback callback;
  PyObject *object;
  char name[256];
  napi_get_cb_info(env, info, &count, arguments, NULL, (void **)&callback);
  napi_get_value_external(env, arguments[0], (void **)&object);
  napi_get_value_string_utf8(env, arguments[1], name, sizeof name, NULL);
  PyEval_RestoreThread(main_state);
  Bound *bound = new_bound(object, name);
  PyEval_SaveThread();
  return function_of(env, callback, bound);
}

static PyObject *import_by(napi_env env, napi_value name) {
  PyObject *text = py_str(env, name);
  PyObject *module = PyImport_Import(text);
  Py_DECREF(text);
  return module;
}

/* instance(module, class): a new object of the class, as an external. */
static napi_value instance(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2], value = NULL;
  char name[256];
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
  napi_get_value_string_utf8(env, arguments[1], name, sizeof name, NULL);
  PyEval_RestoreThread(main_state);
  PyObject *module = import_by(env, arguments[0]);
  PyObject *object = module ? PyObject_CallMethod(module, name, NULL) : NULL;
  if (object) napi_create_external(env, object, NULL, NULL, &value);
  else fail_python(env);
  Py_XDECREF(module);
  PyEval_SaveThread();
  return value;
}

/* importer(module, token): the function that imports it and answers `token`, an object, when it is still the same. */
static napi_value importer(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2], value = NULL;
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
  PyEval_RestoreThread(main_state);
  PyObject *module = import_by(env, arguments[0]);
  if (module) {
    Bound *bound = new_bound(module, "");
    napi_create_reference(env, arguments[1], 1, &bound->module);
    value = function_of(env, import_loaded, bound);
  } else fail_python(env);
  PyEval_SaveThread();
  return value;
}

/* start(executable, folders): starts Python as that executable would, with the folders on sys.path. */
static napi_value start(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2], value = NULL;
  char executable[4096];
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
  napi_get_value_string_utf8(env, arguments[0], executable, sizeof executable, NULL);
  PyConfig config;
  PyConfig_InitPythonConfig(&config);
  config.install_signal_handlers = 0;
  config.parse_argv = 0;
  PyConfig_SetBytesString(&config, &config.program_name, executable);
  PyStatus status = Py_InitializeFromConfig(&config);
  PyConfig_Clear(&config);
  if (PyStatus_Exception(status)) return fail(env, status.err_msg);
  PyObject *folders = to_py(env, arguments[1]);
  PyList_SetSlice(PySys_GetObject("path"), 0, 0, folders);
  Py_DECREF(folders);
  napi_create_string_utf8(env, Py_GetVersion(), NAPI_AUTO_LENGTH, &value);
  objects_start();
  main_state = PyEval_SaveThread();
  return value;
}

static void export_function(napi_env env, napi_value exports, const char *name, napi_callback callback, void *data) {
  napi_value function;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, data, &function);
  napi_set_named_property(env, exports, name, function);
}

NAPI_MODULE_INIT() {
  export_function(env, exports, "start", start, NULL);
  export_function(env, exports, "instance", instance, NULL);
  export_function(env, exports, "importer", importer, NULL);
  export_function(env, exports, "method", bind, (void *)call_method);
  export_function(env, exports, "keywords", bind, (void *)call_with_keywords);
  export_function(env, exports, "async", bind, (void *)call_async);
  export_function(env, exports, "next", next_item, NULL);
  export_function(env, exports, "attribute", bind, (void *)get_attribute);
  return exports;
}
