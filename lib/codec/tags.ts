/**
 * The flat encoding: how values cross between JavaScript and Python.
 *
 * A message is a stream of 32-bit words, a stream of doubles, text, and blobs (byte sequences). Every value starts with a
 * tag word: the tag in its low four bits, a 28-bit payload above. `native/core/src/convert/tags.rs` holds the same
 * numbers; a test compares the two files.
 *
 * Text travels apart from the words: JavaScript → Python as one string (UTF-16 units, cut by the lengths in the words);
 * Python → JavaScript as two series of chunks, Latin-1 (`STR`) and UTF-16 (`WIDE`), each string within one chunk.
 *
 * LIST, DICT, MAP, SET, DATE and BYTES are shareable: each takes the next index, in order of first appearance
 * (a container before its children), and BACK refers to it. This is the identity cache of a conversion.
 *
 * | tag    | payload             | followed by                                   | Python → JavaScript | JavaScript → Python |
 * |--------|---------------------|-----------------------------------------------|---------------------|---------------------|
 * | INT    | signed 28-bit value |                                               | number              | int                 |
 * | CONST  | a `Const`           |                                               | null, true, false   | None, True, False   |
 * | FLOAT  |                     | one double                                    | number              | float               |
 * | INT53  |                     | one double, integral, at most 2⁵³ − 1 in size  | number              | int                 |
 * | BIGINT | sign + (words << 1) | that many words of magnitude, lowest first    | bigint              | int                 |
 * | STR    | length              | text (Latin-1 from Python, UTF-16 to Python)  | string              | str                 |
 * | WIDE   | length              | UTF-16 text (from Python only)                | string              |                     |
 * | LIST   | length              | values                                        | Array               | list                |
 * | DICT   | length              | pairs: key, value; a key is STR or WIDE, or INT: its number (`Core.keyNumber`) | Object              | dict                |
 * |        | a shape + `SHAPED`  | the values alone, in the order of the shape's keys (`Core.shapeNumber`)        | Object              | dict                |
 * | MAP    | length              | pairs: value, value                           | Map                 | dict                |
 * | SET    | length              | values                                        | Set                 | set                 |
 * | BACK   | index               |                                               | the same value      | the same object     |
 * | OBJECT | `Flag` bits         | two words: the reference id, low and high     | live object         | the object itself   |
 * | DATE   |                     | one double: milliseconds since the epoch      | Date                | aware datetime      |
 * | BYTES  | a `Format`          | the next blob                                 | Buffer              | bytes or memoryview |
 * | EXT    | an `Ext`            | see `Ext`                                     |                     |                     |
 */
export const TAG_BITS = 4
export const TAG_MASK = 15

export const Tag = {
  INT: 0,
  CONST: 1,
  FLOAT: 2,
  INT53: 3,
  BIGINT: 4,
  STR: 5,
  WIDE: 6,
  LIST: 7,
  DICT: 8,
  MAP: 9,
  SET: 10,
  BACK: 11,
  OBJECT: 12,
  DATE: 13,
  BYTES: 14,
  EXT: 15,
} as const

/** In the payload of a DICT: the rest is the number of a shape, and only values follow. */
export const SHAPED = 2 ** 27

export const Const = { NONE: 0, TRUE: 1, FALSE: 2, ABSENT: 3 } as const

/** What a Python object can do, read from its type when it is handed out. */
export const Flag = {
  CALLABLE: 1,
  CLASS: 2,
  ITERABLE: 4,
  ITERATOR: 8,
  ASYNC_ITERABLE: 16,
  AWAITABLE: 32,
  MODULE: 64,
} as const

/** Besides the flags: JavaScript defined the class of the object. */
export const DERIVED = 128

/** Above the flags, from this bit on: the exponent of the power of two below the memory in bytes that Python keeps for the object, where that is large; else 0. */
export const WEIGHT_SHIFT = 8

/** The element format of a BYTES value sent to Python: `bytes`, or a memoryview of that struct format. */
export const Format = {
  BYTES: 0,
  INT8: 1,
  UINT8: 2,
  INT16: 3,
  UINT16: 4,
  INT32: 5,
  UINT32: 6,
  INT64: 7,
  UINT64: 8,
  FLOAT16: 9,
  FLOAT32: 10,
  FLOAT64: 11,
} as const

export const Ext = {
  /** A JavaScript value by reference. Words: its id, its `JsKind`. */
  JSREF: 0,
  /** Arguments. Words: positional count, keyword count; then the values; then pairs: STR or WIDE, value. */
  ARGS: 1,
  /** A Python exception (as a result). OBJECT (the exception), STR its qualified type, STR its message, STR its traceback text; then its cause: a RAISED, a THROWN or CONST NONE; then its notes: LIST of STR; where a SyntaxError is: LIST of filename, lineno, offset, text, end_lineno, end_offset, else CONST NONE; and the exceptions of a group: LIST (no shareable one) of RAISED and THROWN, else CONST NONE. */
  RAISED: 2,
  /** A JavaScript value that was thrown. Then the value, CONST ABSENT for undefined; then the stack frames that it has passed on the side the message comes from, innermost first: LIST of LISTs of name, file, line. */
  THROWN: 3,
  /** A reference that was released before this use (as a result). Words: the id, low and high. */
  RELEASED: 4,
  /** Misuse, to be thrown (as a result). Word: a `Misuse`; then STR the message. */
  MISUSE: 5,
  /** A reference of another interpreter was used (as a result). Words: the id, low and high. */
  FOREIGN: 6,
  /** The end of an iteration. Then the value of StopIteration. */
  STOP: 7,
  /** A method by name. From Python, as the result of getattr: the attribute is bound to the very object it was read from (nothing follows). To Python: words: the object's id, low and high; then STR the name. */
  METHOD: 8,
  /** An object that JavaScript has a converter for (from Python only). Word: the converter's number; then OBJECT. */
  CUSTOM: 9,
} as const

/** What a JSREF is, in the lowest four bits of its kind; `javascript.py` has a class for each. */
export const JsKind = {
  OBJECT: 0,
  FUNCTION: 1,
  PROMISE: 2,
  ERROR: 3,
  /** Only the answer of `Dispatch.ITER` and `KEYS`. */
  ITERATOR: 5,
  /** Only the answer of `Dispatch.ASYNC_ITER`. */
  ASYNC_ITERATOR: 6,
  CLASS: 7,
  /** Only by `py.ref()`, like the next four: they would go by value. */
  ARRAY: 8,
  TYPED_ARRAY: 9,
  MAP: 10,
  SET: 11,
  DICT: 12,
} as const

/** The bits of a `JsKind`. */
export const KIND_BITS = 15
/** Above kind and traits: the number of the object's class, as `Core.addClass` has it; 0 for none. */
export const CLASS_SHIFT = 12

/** What an object can do besides, in the bits above. */
export const JsTrait = {
  ITERABLE: 16,
  ASYNC_ITERABLE: 32,
  THENABLE: 64,
  /** It has a `length` or a `size`. */
  SIZED: 128,
  DISPOSABLE: 256,
  ASYNC_DISPOSABLE: 512,
  /** It has a `valueOf` or `Symbol.toPrimitive` of its own. */
  VALUED: 1024,
} as const

export const Misuse = { ERROR: 0, RANGE_ERROR: 1, TYPE_ERROR: 2 } as const

/** How deep containers may nest, in both directions; deeper is a RangeError. */
export const MAX_DEPTH = 1200

/** Operations of `Core.run`; the arguments are the positional values of one ARGS message. */
export const Op = {
  /** (callable, args: list, kwargs: dict of str keys) → the result. Live objects inside stay themselves. */
  CALL: 0,
  /** (object, name, args: list, kwargs: dict) → the result of the method. */
  CALL_METHOD: 1,
  /** The whole ARGS message after its first value is passed to that callable: (callable, ...args, **kwargs). */
  APPLY: 2,
  /** (object, name) → the attribute, CONST ABSENT, or METHOD. */
  GETATTR: 3,
  /** (object, name, value) → None */
  SETATTR: 4,
  /** (object, name) → None; AttributeError when absent. */
  DELATTR: 5,
  /** (object, name) → bool; only AttributeError means false. */
  HASATTR: 6,
  /** (object, name) → bool; looks at the type and the instance dictionary, runs no Python code of the object's. */
  STATIC_HAS: 7,
  /** (object) → list of str */
  DIR: 8,
  /** (object) → str(object) */
  STR: 9,
  /** (object) → repr(object) */
  REPR: 10,
  /** (object) → float(object) */
  FLOAT: 11,
  /** (object) → the qualified name of its type, 'builtins.' left out */
  PYTYPE: 12,
  /** (object) → its value: subclasses of the by-value types convert like their base; ABSENT if it has none */
  VALUE: 13,
  /** (object) → a live iterator */
  ITER: 14,
  /** (iterator) → the next value, or STOP */
  NEXT: 15,
  /** (object, class) → isinstance */
  ISINSTANCE: 16,
  /** (name) → the module, as importlib.import_module gives it (the submodule, not its top package) */
  IMPORT: 17,
  /** (module or name) → True */
  RELOAD: 18,
  /** (code, globals or None) → None; globals is a live dict, a dict by value, or None for __main__ */
  EXEC: 19,
  /** (code, globals or None) → the value */
  EVAL: 20,
  /** (absolute folder) → bool: whether it was added to the front of sys.path */
  ADD_SYSPATH: 21,
  /** (object) → the object, by reference even where it would convert by value */
  REF: 22,
  /** (iterator) → None; closes a generator, leaves any other iterator alone */
  CLOSE: 23,
  /** (iterator, value) → the next value, or STOP; sends the value where the iterator takes values */
  SEND: 24,
  /** (iterator, thrown, frames) → the next value, or STOP; raises there what JavaScript threw */
  THROW: 25,
  /** (context manager) → what __enter__ gives */
  ENTER: 26,
  /** (context manager, whether something was thrown, what, frames) → bool: whether __exit__ suppresses it */
  EXIT: 27,
  /** (name, ...arguments) → what protocols.py makes of them: operators, built-in types, conversions */
  OPERATE: 28,
  /** ('eval' or 'exec', the literal parts joined by NUL, ...values) → the value of the template */
  TEMPLATE: 29,
  /** (name, args: list) → what that function of native/core/src/output/output.py returns */
  OUTPUT: 30,
  /** (number, class or its qualified name, whether on) → None; from now on objects of the class go as CUSTOM to this environment */
  CONVERTER: 31,
  /** (name, base, members: list, JavaScript class) → the Python class of a JavaScript class; see subclass.py */
  DERIVE: 32,
  /** (name, args: list) → what that function of native/core/src/callback/subclass.py returns */
  SUBCLASS: 33,
  /** (ids: list) → list of bool: whether nothing but JavaScript refers to the objects */
  UNSHARED: 34,
  /** (name, args: list) → what that function of native/core/src/callback/node.py returns */
  NODE: 35,
} as const

/** Added to an `Op`: its result goes by reference, whatever it is. */
export const LIVE = 256
/** Operations of `Core.submit` alone. There, CALL, CALL_METHOD, APPLY and EVAL await a result that can be awaited. */
export const AsyncOp = {
  /** (awaitable) → its result, of the asyncio loop */
  AWAIT: 100,
  /** (async iterator) → its next value, or STOP */
  ANEXT: 101,
  /** (async iterator) → None; closes an async generator, leaves any other iterator alone */
  ACLOSE: 102,
  /** (settle, true, value) → settle(true, value); (settle, false, thrown, frames) → settle(false, the exception); no worker of its own waits for it */
  SETTLE: 103,
  /** (async context manager) → list: what __aenter__ gives; what is to be awaited for the end, which gives False when what was thrown went through; and the settle that ends the body, for SETTLE, which also takes (settle, null, null): cancel */
  ENTER_ASYNC: 104,
  /** (async iterable) → a live async iterator */
  AITER: 105,
  /** ('exec' or 'eval', code, globals or None) → None or the value; the code may await at its top level */
  RUN: 106,
} as const

/** Operations of the dispatcher that Python calls; the arguments follow as an ARGS message. */
export const Dispatch = {
  /** ref(...args, kwargs) */
  CALL: 0,
  /** ref[name] for a string name; ABSENT when `name in ref` is false */
  GET: 1,
  /** ref[name] = value */
  SET: 2,
  /** delete ref[name] */
  DELETE: 3,
  /** what console.log shows, or its own toString(); never throws */
  REPR: 4,
  /** ref[Symbol.iterator]() → the iterator by reference (JSREF) */
  ITER: 5,
  /** iterator.next() → the value, or STOP with the return value */
  NEXT: 6,
  /** own and inherited property names, as a list (for dir()) */
  DIR: 7,
  /** (settle): settle(true, value) or settle(false, reason) is called when the promise settles */
  THEN: 8,
  /** new ref(...args) */
  NEW: 9,
  /** ref[key] for an item: an index or key; a Map's get; ABSENT when there is none */
  GET_ITEM: 10,
  SET_ITEM: 11,
  DELETE_ITEM: 12,
  /** length or size → int, or ABSENT */
  LENGTH: 13,
  /** key in ref: a Set's or Map's has, an iterable's contents, an object's keys */
  CONTAINS: 14,
  /** Another copy of this library was loaded in the thread, and is the one that Python talks to from now on. Nothing follows. */
  DISCONNECT: 15,
  /** nothing: JavaScript answers */
  PING: 16,
  /** the parameters of a function as [name, 'required' | 'optional' | 'rest'] pairs, or ABSENT */
  SIGNATURE: 17,
  /** value instanceof ref */
  INSTANCE_OF: 18,
  /** whether a class extends ref */
  SUBCLASS_OF: 19,
  /** ref[Symbol.dispose]() */
  DISPOSE: 20,
  /** ref[Symbol.asyncDispose]() → a promise */
  ASYNC_DISPOSE: 21,
  /** ref[Symbol.asyncIterator]() → the async iterator by reference */
  ASYNC_ITER: 22,
  /** asyncIterator.next() → a promise of [done, value] */
  ASYNC_NEXT: 23,
  /** iterator.return() → a promise of an async iterator, else None */
  RETURN: 24,
  /** the number that valueOf() or Symbol.toPrimitive gives, or ABSENT */
  PRIMITIVE: 25,
  /** (start, count, items) → None; ref.splice(start, count, ...items) */
  SPLICE: 26,
  /** the keys of a Map, or the own enumerable names of an object → an iterator by reference */
  KEYS: 27,
  /** takes all items out */
  CLEAR: 28,
  /** (value) → None; ref.add(value) */
  ADD: 29,
  /** (value): iterator.next(value) → [done, value] */
  SEND: 30,
  /** (exception): iterator.throw(error) → [done, value]; without a throw method, the iteration ends and the error is thrown */
  THROW: 31,
} as const
