/**
 * `node scripts/run.mjs bench/contexts-memory.mjs [CYCLES]`: what a context that was made and deleted leaves behind, beside what the same costs in CPython itself: a plain python that makes and ends
 * sub-interpreters by the C-API, without any of ours (it needs cc and CPython's headers; Linux). Resident memory is read after each tenth of the cycles; the slope is taken after the first third, when caches are full.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Python } from 'python-ts'

const CYCLES = Number(process.argv[2] ?? 1000)
const WORK =
  'import json, threading\nclass Own:\n    def __init__(self): self.me = self\nx = [Own() for _ in range(100)]'

/** What python-ts runs in a context that ends and has threading: compiled each time, as there. */
const ENDING = `\ndef end(names):\n    exec(compile(${JSON.stringify(
  readFileSync(new URL('../native/core/src/lifecycle/ending.py', import.meta.url), 'utf8'),
)}, 'ending', 'exec'), names)\n    names['shut_down'](5.0)\nend({})\ndel end\n`

/** The same by the bare C-API, in a python of its own. ctypes calls one C function, since it must not run while another interpreter is current. */
const CYCLE = `
#include <Python.h>
int cycle(int own, const char *work) {
    PyThreadState *outer = PyThreadState_Get(), *state = NULL;
#if PY_VERSION_HEX >= 0x030C0000
    PyInterpreterConfig config = {0, 0, 0, 1, 1, 1, PyInterpreterConfig_OWN_GIL};
    if (own) Py_NewInterpreterFromConfig(&state, &config);
    else
#endif
    state = Py_NewInterpreter();
    int result = PyRun_SimpleString(work);
    Py_EndInterpreter(state);
    PyThreadState_Swap(outer);
    return result;
}
`
const BARE = `
import ctypes, json, os, subprocess, sys, sysconfig, tempfile
kind, cycles, work, source = sys.argv[1], int(sys.argv[2]), sys.argv[3].encode(), sys.argv[4]
with tempfile.TemporaryDirectory() as folder:
    file, library = os.path.join(folder, 'cycle.c'), os.path.join(folder, 'cycle.so')
    with open(file, 'w') as text: text.write(source)
    include = '-I' + sysconfig.get_path('include')
    subprocess.run(['cc', '-O1', '-shared', '-fPIC', include, file, '-o', library], check=True)
    cycle = ctypes.PyDLL(library).cycle
samples = []
for index in range(1, cycles + 1):
    assert cycle(int(kind == 'own'), work) == 0
    if index % max(1, cycles // 10) == 0:
        with open('/proc/self/statm') as file: pages = int(file.read().split()[1])
        samples.append([index, pages * os.sysconf('SC_PAGE_SIZE')])
print(json.dumps(samples))
`

const resident = () => Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[1]) * 4096

const py = new Python()
const executable = py.eval('__import__("sys").executable')
const version = py.eval('__import__("sys").version.split()[0]')
const kinds = py.eval('__import__("sys").version_info >= (3, 12)') ? ['own', 'shared'] : ['shared']

console.log(`CPython ${version}, Node ${process.version}, ${CYCLES} cycles\n`)
console.log('kB left by each context\n')
console.log(
  '| GIL | python-ts | CPython alone | CPython alone, running ending.py too |\n|---|---:|---:|---:|',
)
for (const kind of kinds) {
  const runs = [ours(kind), cpython(kind, WORK), cpython(kind, WORK + ENDING)]
  console.log(`| ${kind} | ${runs.map((samples) => (slope(samples) / 1024).toFixed(1)).join(' | ')} |`)
}

function ours(gil) {
  const samples = []
  for (let index = 1; index <= CYCLES; index++) {
    const context = new Python({ context: { gil } })
    context.exec(WORK)
    context.delete()
    if (index % Math.max(1, Math.floor(CYCLES / 10)) === 0) samples.push([index, resident()])
  }
  return samples
}

function cpython(kind, work) {
  const args = ['-c', BARE, kind, String(CYCLES), work, CYCLE]
  return JSON.parse(execFileSync(executable, args, { encoding: 'utf8' }))
}

/** Bytes a cycle, by least squares over the last two thirds. */
function slope(samples) {
  const late = samples.slice(Math.floor(samples.length / 3))
  const mean = (index) => late.reduce((sum, sample) => sum + sample[index], 0) / late.length
  const [x, y] = [mean(0), mean(1)]
  const above = late.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0)
  return above / late.reduce((sum, [a]) => sum + (a - x) ** 2, 0)
}
