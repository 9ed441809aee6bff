/** The types that describe Python modules: what the typings in modules/ are made of, and those of your own plugins. */

/// <reference lib="esnext.disposable" />

/** A Python value in JavaScript: by value, or a live object with whatever attributes Python gives it. */
// biome-ignore lint/suspicious/noExplicitAny: only Python knows the attributes of its objects
export type PyValue = any

/** What can be passed to Python: anything that converts. docs/conversions.md says what arrives. */
export type PyArg = unknown

/** What is a number to Python, or may be. */
export type PyNumber = number | bigint | boolean | PyObject

/** Python's bytes: a Buffer. */
export type PyBytes = typeof globalThis extends { Buffer: { alloc(size: number): infer Bytes } }
  ? Bytes
  : Uint8Array

/** A live Python object. Python may give it more attributes than its type says: those are a PyValue. */
export interface PyObject {
  [name: string]: PyValue
  readonly __class__: PyValue
  /** Releases the reference. */
  [Symbol.dispose](): void
}

/** A live object that `for..of` and spreading iterate. */
export interface PyIterable<T = PyValue> extends PyObject {
  [Symbol.iterator](): Iterator<T>
}

/** A module. */
export interface PyModule extends PyObject {
  __name__: string
}

/** What `kwargs()` makes. */
interface Keywords {
  readonly values: Readonly<Record<string, unknown>>
}

/** A function that takes `Args`, or any arguments that end with `kwargs()`. */
export interface PyFunction<Args extends PyArg[] = PyArg[], Result = PyValue> extends PyObject {
  (...args: Args): Result
  (...args: [...args: PyArg[], kwargs: Keywords]): Result
  /** Python's attribute of this name, if there is one: live objects do not have that of JavaScript functions. */
  name: PyValue
  /** Python's attribute of this name, if there is one: live objects do not have that of JavaScript functions. */
  length: PyValue
}

/** A class: called, with `new` or without, it gives an `Instance`. */
export interface PyClass<Args extends PyArg[] = PyArg[], Instance = PyValue>
  extends PyFunction<Args, Instance> {
  new (...args: Args): Instance
  new (...args: [...args: PyArg[], kwargs: Keywords]): Instance
}

/** What `callOptions()` makes. */
interface Limits {
  readonly signal: unknown
  readonly timeout: number | undefined
}

/** The asynchronous twin of a function: it takes the same arguments, and limits. */
export interface PyTwin<Args extends PyArg[] = PyArg[], Result = PyValue> {
  (...args: Args): Promise<Awaited<Result>>
  (...args: [...args: PyArg[], marker: Keywords | Limits]): Promise<Awaited<Result>>
}

/** Of a function that is known by its last overload alone, the twin takes any arguments. */
type TwinOf<F> =
  F extends PyFunction<infer Args, infer Result>
    ? PyTwin<Args extends [...PyArg[], Keywords] ? PyArg[] : Args, Result>
    : PyTwin

/** The names that a type declares: not the index signature that every live object has. */
type DeclaredNames<T> = keyof { [Name in keyof T as string extends Name ? never : Name]: T[Name] } & string

/** A module (or any live object) with the asynchronous twins of its functions. */
export type PyWithTwins<T> = T & {
  readonly [Name in DeclaredNames<T> as T[Name] extends (...args: never[]) => unknown
    ? `${Name}_async`
    : never]: TwinOf<T[Name]>
}
