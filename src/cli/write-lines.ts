import { open } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { WorkFailed } from './output.ts'

/** Opens a file that `--out` names. `command` is for the message. */
export async function openOutput(command: string, file: string): Promise<Writable> {
  try {
    return (await open(file, 'w')).createWriteStream()
  } catch (error) {
    const got = (error as Error).message
    throw new WorkFailed(`${command}: expected to write ${file}, got ${got}; name another with --out`)
  }
}

/** Writes a line of JSON a value, no faster than they are taken, and says how many. */
export async function writeLines(
  to: Writable,
  values: AsyncIterable<unknown>,
  onLine: (done: number) => void = () => undefined,
): Promise<number> {
  let done = 0
  async function* lines() {
    for await (const value of values) {
      onLine(++done)
      yield `${JSON.stringify(value)}\n`
    }
  }
  await pipeline(lines, to, { end: to !== process.stdout })
  return done
}
