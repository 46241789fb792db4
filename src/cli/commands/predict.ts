import type { Command } from 'commander'
import { type BatchPage, type LiveSystem, predictBatch } from '../../serving/index.ts'
import { printResult, say, withProgress } from '../output.ts'
import { readInput } from '../read-input.ts'
import { positiveNumber, type SharedOptions, withSharedOptions } from '../shared-options.ts'
import { systemName, withReader } from '../with-reader.ts'
import { openOutput, writeLines } from '../write-lines.ts'

interface PredictCommandOptions extends SharedOptions {
  readonly system?: string
  readonly users?: string
  readonly limit?: number
  readonly out?: string
}

const HELP = `
Writes NDJSON, a line a subject: {"subject", "asOf", "model", "items": [{"id", "score", "source"}]}, by the code that
serves, as of the newest event of the log. With --json standard output has one document instead, {"pages": [...]}; with
--out it has the number of pages.

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

function predictCommand(options: PredictCommandOptions): Promise<void> {
  const { limit, out, json } = options
  return withReader(options, async (application, reader) => {
    const system = systemName(application, options.system)
    const live = reader.live(system)
    const subjects = options.users === undefined ? knownSubjects(live) : readSubjects(options.users)
    if (subjects.length === 0) say('predict: nobody to predict for; import events, or name subjects with --users')
    const at = live.state.newestMs
    const pages = predictBatch(live, subjects, { at, ...(limit === undefined ? {} : { limit }) })
    if (out !== undefined) {
      const written = await withProgress('predicting', async (update) =>
        writeLines(await openOutput('predict', out), pages, (done) => update(done, subjects.length)),
      )
      if (json) printResult(json, { system, pages: written, out }, () => '')
      else say(`${written} pages in ${out}`)
    } else if (json) {
      const list: BatchPage[] = []
      for await (const page of pages) list.push(page)
      printResult(json, { system, pages: list }, () => '')
    } else {
      await writeLines(process.stdout, pages)
    }
  })
}

function knownSubjects({ state, system }: LiveSystem): string[] {
  const keys = state.attributes.keys(system.subject)
  return Array.from({ length: keys.size }, (_, key) => keys.name(key))
}

function readSubjects(file: string): string[] {
  return readInput('users', file)
    .split(/\r?\n/)
    .filter((line) => line !== '')
}
