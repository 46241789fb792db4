/** The work was done as asked and its result is a failure, such as a gate that does not hold. */
export class WorkFailed extends Error {
  override readonly name = 'WorkFailed'
  readonly exitCode: number

  constructor(message: string, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

let isPrinted = false

/** A result for the caller: one JSON document with `--json`, else text for people. Only this goes to standard output. */
export function printResult(json: boolean, value: unknown, text: () => string): void {
  isPrinted = true
  process.stdout.write(json ? `${JSON.stringify(value, undefined, 2)}\n` : `${text()}\n`)
}

/** What went wrong, for programs: in the place of the result, unless that is printed already. */
export function printError(error: { code: string; message: string; details?: unknown }): void {
  if (!isPrinted) printResult(true, { error }, () => '')
}

/** Says on standard error what is going on. */
export function say(message: string): void {
  process.stderr.write(`${message}\n`)
}

const WIDTH = 30
const FRAME_MS = 80

/** Runs work with a bar on standard error, which is gone at its end; what is not a terminal gets none. */
export async function withProgress<Result>(
  label: string,
  work: (update: (done: number, total: number) => void) => Result | Promise<Result>,
): Promise<Result> {
  const { isTTY } = process.stderr
  let shownAt = 0
  try {
    return await work((done, total) => {
      const now = performance.now()
      if (!isTTY || now - shownAt < FRAME_MS) return
      shownAt = now
      const share = total > 0 ? Math.min(1, done / total) : 0
      const bar = '█'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '░')
      process.stderr.write(`\r\x1b[2K${label} ${bar} ${(share * 100).toFixed(0).padStart(3)} %`)
    })
  } finally {
    if (isTTY) process.stderr.write('\r\x1b[2K')
  }
}

/** Rows as a table with aligned columns; numbers to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, column) => Math.max(name.length, ...rows.map((row) => (row[column] ?? '').length)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
  return [line(header), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n').trimEnd()
}

/** An estimate with its interval, such as `0.412 (0.401 to 0.424)`. */
export function interval(value: { estimate: number; low: number; high: number } | null | undefined): string {
  if (!value) return 'not defined'
  return `${value.estimate.toFixed(4)} (${value.low.toFixed(4)} to ${value.high.toFixed(4)})`
}
