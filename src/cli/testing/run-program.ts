import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../main.ts', import.meta.url))
const LINES_PROGRAM = fileURLToPath(new URL('./lines-program.ts', import.meta.url))

/** What a run of the program came to. */
export interface Outcome {
  /** The exit code, or the name of the signal that ended it. */
  readonly code: number | string | null
  readonly out: string
  readonly err: string
}

/** Starts `sluice` with arguments in a folder, as a user's shell does. */
export function startProgram(folder: string, ...args: readonly string[]): ChildProcess {
  return start(PROGRAM, folder, args)
}

function start(program: string, folder: string, args: readonly string[]): ChildProcess {
  const { SLUICE_API_KEY: _, ...env } = process.env
  return spawn(process.execPath, [program, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
}

/** What a started program comes to, once it has ended and all that it said is read. */
export async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  const { stdout, stderr } = child
  const said = Promise.all([stdout ? text(stdout) : '', stderr ? text(stderr) : ''])
  const [code, signal] = await once(child, 'close')
  const [out, err] = await said
  return { code: code ?? signal, out, err }
}

/** Runs `sluice` to its end. */
export function runProgram(folder: string, ...args: readonly string[]): Promise<Outcome> {
  return outcomeOf(startProgram(folder, ...args))
}

/**
 * Runs several command lines in one process, one after the other: for those that end before they have done much. Progress
 * that a finished line prints later counts for the next.
 */
export async function runLines(folder: string, lines: readonly (readonly string[])[]): Promise<Outcome[]> {
  const { code, out, err } = await outcomeOf(start(LINES_PROGRAM, folder, [JSON.stringify(lines)]))
  if (code !== 0) throw new Error(`lines: expected exit code 0, got ${code}: ${err}`)
  return JSON.parse(out) as Outcome[]
}
