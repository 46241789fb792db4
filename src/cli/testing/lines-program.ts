import { run } from '../run.ts'
import type { Outcome } from './run-program.ts'

// Runs the command lines that stand as JSON in its first argument one after the other and prints what each came to:
// starting the program costs more than most of them.
const print = process.stdout.write.bind(process.stdout)
const outcomes: Outcome[] = []
for (const args of JSON.parse(process.argv[2] ?? '[]') as string[][]) {
  const said = { out: '', err: '' }
  process.stdout.write = heard((text) => {
    said.out += text
  })
  process.stderr.write = heard((text) => {
    said.err += text
  })
  outcomes.push({ code: await run(args), ...said })
}
print(JSON.stringify(outcomes))

function heard(hear: (text: string) => void): typeof process.stdout.write {
  return (chunk: string | Uint8Array): boolean => {
    hear(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'))
    return true
  }
}
