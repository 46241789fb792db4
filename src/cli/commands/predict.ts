import { once } from 'node:events'
import { createWriteStream, existsSync, readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { SluiceError } from '../../foundation/index.ts'
import { type LiveSystem, openReader, predictBatch } from '../../serving/index.ts'
import { loadApplication } from '../load-application.ts'
import { progressBar, say } from '../output.ts'
import { positiveNumber, type SharedOptions, withSharedOptions } from '../shared-options.ts'

interface PredictCommandOptions extends SharedOptions {
  readonly system?: string
  readonly users?: string
  readonly limit?: number
  readonly out?: string
}

const HELP = `
Writes NDJSON, a line a subject: {"subject", "asOf", "model", "items": [{"id", "score", "source"}]}, by the code that
serves, as of the newest event of the log.

Examples:
  sluice predict --app application.ts --out pages.ndjson
  sluice predict --app application.ts --users users.txt --limit 50`

export function addPredict(program: Command): void {
  withSharedOptions(program.command('predict').description('pages for many subjects at once, as NDJSON'))
    .option('--system <name>', 'one system; the first when absent')
    .option('--users <file>', 'subjects, one a line; everyone the log knows when absent')
    .option('--limit <number>', 'items a page', positiveNumber)
    .option('--out <file>', 'file to write; standard output when absent')
    .addHelpText('after', HELP)
    .action(predictCommand)
}

async function predictCommand(options: PredictCommandOptions): Promise<void> {
  const application = await loadApplication(options.app)
  const reader = openReader(application, { directory: options.dir, clock: Date.now })
  const out = options.out === undefined ? process.stdout : createWriteStream(options.out)
  const bar = progressBar('predicting')
  try {
    const live = reader.live(options.system ?? Object.keys(application.systems)[0] ?? '')
    const subjects = options.users === undefined ? knownSubjects(live) : readSubjects(options.users)
    const { limit } = options
    const at = live.state.newestMs
    let done = 0
    for await (const page of predictBatch(live, subjects, { at, ...(limit === undefined ? {} : { limit }) })) {
      if (!out.write(`${JSON.stringify(page)}\n`)) await once(out, 'drain')
      bar.update(++done, subjects.length)
    }
    bar.end()
    if (options.out !== undefined) say(`${done} pages in ${options.out}`)
  } finally {
    if (out !== process.stdout) {
      out.end()
      await once(out, 'close')
    }
    await reader.close()
  }
}

function knownSubjects({ state, system }: LiveSystem): string[] {
  const keys = state.attributes.keys(system.subject)
  return Array.from({ length: keys.size }, (_, key) => keys.name(key))
}

function readSubjects(file: string): string[] {
  if (!existsSync(file))
    throw new SluiceError('FILE_NOT_FOUND', `users: expected a file of ids, got no file at ${file}`)
  return readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '')
}
