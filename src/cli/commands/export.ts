import type { Command } from 'commander'
import { parseSubject } from '../../data/index.ts'
import { type ExportLine, exportSubject } from '../../serving/index.ts'
import { printResult, say } from '../output.ts'
import { type SharedOptions, withSharedOptions } from '../shared-options.ts'
import { withReader } from '../with-reader.ts'
import { openOutput, writeLines } from '../write-lines.ts'

const HELP = `
Writes NDJSON; "kind" tells what a line is: what the export is, attributes, every record that names the subject with
its offset, quarantined inputs, what the state has of it, the models that learnt from its records, and the end with the
number of lines. May run beside a server. With --json standard output has one document instead, {"lines": [...]}.

Examples:
  sluice export user:42 --app application.ts --out user-42.ndjson
  sluice export user:42 --app application.ts | jq 'select(.kind == "record") | .record'`

export function addExport(program: Command): void {
  withSharedOptions(program.command('export').description('everything that is held about a person or thing'))
    .argument('<subject>', 'an entity and a key, such as user:42')
    .option('--out <file>', 'file to write; standard output when absent')
    .addHelpText('after', HELP)
    .action(exportCommand)
}

function exportCommand(text: string, options: SharedOptions & { out?: string }): Promise<void> {
  const subject = parseSubject(text)
  const { out, json } = options
  return withReader(options, async (application, reader) => {
    const { log, registry } = reader
    const lines = exportSubject({ application, log, registry, state: reader.state(), at: Date.now() }, subject)
    if (out !== undefined) {
      const written = await writeLines(await openOutput('export', out), lines)
      if (json) printResult(json, { ...subject, lines: written, out }, () => '')
      else say(`${written} lines in ${out}`)
    } else if (json) {
      const list: ExportLine[] = []
      for await (const line of lines) list.push(line)
      printResult(json, { ...subject, lines: list }, () => '')
    } else {
      await writeLines(process.stdout, lines)
    }
  })
}
