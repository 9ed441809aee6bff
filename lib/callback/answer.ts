import type { Encoder } from '../codec/encode'

/** What an operation answers when it is not simply a value: how to write it. */
export class Answer {
  constructor(readonly write: (encoder: Encoder) => void) {}
}

export const ABSENT = new Answer((encoder) => encoder.absent())
