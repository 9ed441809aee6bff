/** Which processor a library is built for, read from its first bytes, so that a wrong one is an error of ours and not of dlopen's. */

/** Enough for the DOS stub in front of a PE header and for the table of a universal Mach-O file. */
export const HEAD_LENGTH = 1024

// Numbers: elf.h (EM_*), mach/machine.h (CPU_TYPE_*), winnt.h (IMAGE_FILE_MACHINE_*). Names: Node's process.arch.
const ELF: Record<number, string> = {
  3: 'ia32',
  8: 'mips',
  21: 'ppc64',
  22: 's390x',
  40: 'arm',
  62: 'x64',
  183: 'arm64',
  243: 'riscv64',
  258: 'loong64',
}
const MACH_O: Record<number, string> = { 16777223: 'x64', 16777228: 'arm64' }
const PE: Record<number, string> = { 332: 'ia32', 34404: 'x64', 43620: 'arm64' }

/** The `process.arch` names that a binary serves; undefined when the bytes are no binary at all. */
export function machinesOf(head: Uint8Array): string[] | undefined {
  if (head.length < 64) return undefined
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  switch (view.getUint32(0)) {
    case 0x7f454c46:
      return elf(view)
    case 0xcffaedfe:
      return named(MACH_O, view.getUint32(4, true))
    case 0xcafebabe:
      return universal(view)
  }
  return view.getUint16(0) === 0x4d5a ? portable(view) : undefined
}

function elf(view: DataView): string[] {
  const wide = view.getUint8(4) === 2
  const littleEndian = view.getUint8(5) === 1
  const name = ELF[view.getUint16(18, littleEndian)]
  // A 32-bit file for a 64-bit machine (x32, riscv32) cannot be loaded by a 64-bit Node.
  const narrow = name === 'ia32' || name === 'arm' || name === 'mips'
  if (name === undefined || wide === narrow) return ['unknown']
  return [name]
}

function universal(view: DataView): string[] {
  const count = Math.min(view.getUint32(4), 8)
  const names: string[] = []
  for (let at = 8; at < 8 + count * 20; at += 20) names.push(...named(MACH_O, view.getUint32(at)))
  return names
}

function portable(view: DataView): string[] | undefined {
  const at = view.getUint32(0x3c, true)
  if (at + 6 > view.byteLength || view.getUint32(at) !== 0x50450000) return undefined
  return named(PE, view.getUint16(at + 4, true))
}

function named(table: Record<number, string>, machine: number): string[] {
  return [table[machine] ?? 'unknown']
}
