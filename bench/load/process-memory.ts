import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Resident bytes of a process, as the kernel counts them. */
export interface ResidentMemory {
  readonly resident: number
  /** What the process allocated: heaps, buffers, stacks. */
  readonly anonymous: number
  /** Pages of mapped files, such as the log; the kernel takes them back when others need room. */
  readonly files: number
}

/** @remarks Linux only. */
export function residentMemory(pid: number): ResidentMemory {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8')
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? Number.NaN) * 1024
  return { resident: bytes('VmRSS'), anonymous: bytes('RssAnon'), files: bytes('RssFile') }
}

/** Bytes of all files below a folder. */
export function bytesBelow(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce(
      (sum, { parentPath, name }) => sum + (statSync(join(parentPath, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    )
}
