/** Which processor a binary is for, from its first bytes. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { machinesOf } from '#dist/discovery/machine'
import { elf, machO, pe } from './trees'

function universal(...cpus: number[]): Uint8Array {
  const bytes = new Uint8Array(256)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, 0xcafebabe)
  view.setUint32(4, cpus.length)
  cpus.forEach((cpu, index) => {
    view.setUint32(8 + index * 20, cpu)
  })
  return bytes
}

const rows: [name: string, head: Uint8Array, machines: string[] | undefined][] = [
  ['ELF x64', elf(62), ['x64']],
  ['ELF arm64', elf(183), ['arm64']],
  ['ELF big-endian s390x', elf(22, { little: false }), ['s390x']],
  ['ELF ia32', elf(3, { wide: false }), ['ia32']],
  ['ELF x32, 32 bits on x64', elf(62, { wide: false }), ['unknown']],
  ['ELF of another world', elf(9999), ['unknown']],
  ['Mach-O x64', machO(), ['x64']],
  ['Mach-O arm64', machO(0x0100000c), ['arm64']],
  ['universal Mach-O', universal(0x01000007, 0x0100000c), ['x64', 'arm64']],
  [
    'universal Mach-O that lies about its length',
    universal(...Array(8).fill(0x01000007)).fill(0xff, 4, 8),
    Array(8).fill('x64'),
  ],
  ['PE x64', pe(), ['x64']],
  ['PE arm64', pe(0xaa64), ['arm64']],
  ['PE whose header is out of reach', pe().fill(0xff, 0x3c, 0x40), undefined],
  ['nothing', new Uint8Array(), undefined],
  ['a truncated ELF', elf().subarray(0, 20), undefined],
  ['text', new TextEncoder().encode('#!/bin/sh\n'.repeat(20)), undefined],
]

for (const [name, head, machines] of rows) {
  test(name, () => assert.deepEqual(machinesOf(head), machines))
}

test('Node itself is for its own processor', () => {
  assert.ok(machinesOf(readFileSync(process.execPath).subarray(0, 1024))?.includes(process.arch))
})
