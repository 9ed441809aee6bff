import { addSink, closeSink, inPython, type Receiver } from './sinks'

/** A record of Python's `logging`. */
export interface LogRecord {
  /** `'WARNING'` */
  level: string
  /** 30 */
  levelNumber: number
  /** The name of the logger; `'root'`. */
  logger: string
  message: string
  file: string
  line: number
  time: Date
  /** The traceback of the exception that was logged. */
  exception?: string
  /** Where it was logged, as `stack_info=True` asks for it. */
  stack?: string
  /** What `extra={…}` adds: JSON's values, and the text of all others. */
  extra?: Record<string, unknown>
}

/** A warning of Python's `warnings`. */
export interface WarningRecord {
  /** The name of its class: `'DeprecationWarning'`. */
  category: string
  message: string
  file: string
  line: number
}

/** Which records to hear of. */
export interface LogOptions {
  /** The lowest level: `'DEBUG'`, 10, … Default: everything. */
  level?: string | number
  /** The logger, with those below it. Default: all. */
  logger?: string
}

/** Hears of the log records of an interpreter, until the function that this returns is called. */
export function hearLog(
  interpreter: number,
  hear: (record: LogRecord) => void,
  options: LogOptions,
): () => void {
  const { level = 0, logger = '' } = options
  const receiver = recordReceiver('onLog()', (record) => {
    hear({ ...record, time: new Date(record.time as number) } as LogRecord)
  })
  const asked = typeof level === 'string' ? level.toUpperCase() : level
  return subscribe(interpreter, receiver, 'open_log', asked, logger)
}

/** Hears of the warnings of an interpreter, until the function that this returns is called. */
export function hearWarnings(interpreter: number, hear: (warning: WarningRecord) => void): () => void {
  const receiver = recordReceiver('onWarning()', (record) => hear(record as unknown as WarningRecord))
  return subscribe(interpreter, receiver, 'open_warnings')
}

/** Opens the sink; what opens it may raise. */
export function subscribe(
  interpreter: number,
  receiver: Receiver,
  open: string,
  ...args: unknown[]
): () => void {
  const sink = addSink(interpreter, receiver)
  try {
    inPython(interpreter, open, sink, ...args)
  } catch (error) {
    closeSink(sink)
    throw error
  }
  return () => closeSink(sink)
}

/** Records come as JSON, one a line; each chunk holds whole ones. */
function recordReceiver(name: string, hear: (record: Record<string, unknown>) => void): Receiver {
  return {
    name,
    receive(data) {
      const errors: unknown[] = []
      for (const line of data.toString('latin1').split('\n').slice(0, -1)) {
        try {
          hear(JSON.parse(line) as Record<string, unknown>)
        } catch (error) {
          errors.push(error)
        }
      }
      if (errors.length > 0) throw errors[0]
    },
    end: () => undefined,
  }
}
