/*
 * Asynchronous calls of the floor: one thread that keeps its thread state runs them in turn, and a thread-safe function brings the
 * results back. A result is an int or a short str, copied out while attached.
 */
#include "floor.h"
#include <pthread.h>

typedef struct Job {
  struct Job *next;
  Bound *bound;
  napi_deferred deferred;
  bool is_text, is_failed;
  long long number;
  char text[64];
} Job;

typedef struct {
  pthread_mutex_t lock;
  pthread_cond_t filled;
  Job *first, *last;
} Queue;

static Queue todo = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, NULL, NULL};
static napi_threadsafe_function deliver;

/* Called by the submitting thread: signals only when the worker can be asleep. */
static void put(Queue *queue, Job *job) {
  job->next = NULL;
  pthread_mutex_lock(&queue->lock);
  bool was_empty = queue->first == NULL;
  if (was_empty) queue->first = job;
  else queue->last->next = job;
  queue->last = job;
  pthread_mutex_unlock(&queue->lock);
  if (was_empty) pthread_cond_signal(&queue->filled);
}

static Job *take_all(Queue *queue) {
  pthread_mutex_lock(&queue->lock);
  while (queue->first == NULL) pthread_cond_wait(&queue->filled, &queue->lock);
  Job *jobs = queue->first;
  queue->first = queue->last = NULL;
  pthread_mutex_unlock(&queue->lock);
  return jobs;
}

static void run_job(Job *job) {
  PyObject *result = PyObject_CallMethodNoArgs(job->bound->object, job->bound->name);
  job->is_failed = result == NULL;
  if (result == NULL) return PyErr_Print();
  job->is_text = PyUnicode_CheckExact(result);
  if (job->is_text) strncpy(job->text, PyUnicode_AsUTF8(result), sizeof job->text - 1);
  else job->number = PyLong_AsLongLong(result);
  Py_DECREF(result);
}

/* Attached only while there is work. */
static void *work(void *unused) {
  PyThreadState *state = PyThreadState_New(PyInterpreterState_Main());
  for (;;) {
    Job *job = take_all(&todo);
    PyEval_RestoreThread(state);
    while (job) {
      Job *next = job->next;
      run_job(job);
      napi_call_threadsafe_function(deliver, job, napi_tsfn_nonblocking);
      job = next;
    }
    PyEval_SaveThread();
  }
  return NULL;
}

static void settle(napi_env env, napi_value unused, void *context, void *data) {
  Job *job = data;
  napi_value value;
  if (job->is_text) napi_create_string_utf8(env, job->text, NAPI_AUTO_LENGTH, &value);
  else napi_create_int64(env, job->number, &value);
  if (job->is_failed) napi_reject_deferred(env, job->deferred, value);
  else napi_resolve_deferred(env, job->deferred, value);
  PyMem_RawFree(job);
}

static void start_worker(napi_env env) {
  napi_value name;
  pthread_t thread;
  napi_create_string_utf8(env, "floor", NAPI_AUTO_LENGTH, &name);
  napi_create_threadsafe_function(env, NULL, NULL, name, 0, 1, NULL, NULL, NULL, settle, &deliver);
  pthread_create(&thread, NULL, work, NULL);
  pthread_detach(thread);
}

napi_value call_async(napi_env env, napi_callback_info info) {
  napi_value promise;
  size_t none = 0;
  Job *job = PyMem_RawCalloc(1, sizeof *job);
  napi_get_cb_info(env, info, &none, NULL, NULL, (void **)&job->bound);
  napi_create_promise(env, &job->deferred, &promise);
  if (deliver == NULL) start_worker(env);
  put(&todo, job);
  return promise;
}
