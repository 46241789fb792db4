import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import { openSealedExports, sealedFolder } from '../../adapters/duckdb/index.ts'
import { parseSubject } from '../../data/index.ts'
import { type ErasureReceipt, eraseFromDirectory } from '../../serving/index.ts'
import { loadApplication } from '../load-application.ts'
import { printResult, say, WorkFailed } from '../output.ts'
import { type SharedOptions, withSharedOptions } from '../shared-options.ts'

/** An id below this length is found by chance. */
const TELLING_BYTES = 6

const HELP = `
Removes a person or thing from the log with its decisions and quarantine, from the state, the snapshot and sealed files;
marks the models that learnt from it, and prints the receipt, which names nobody and is kept in receipts.ndjson. On a
terminal it asks first. While a server runs on the directory, the server has to erase: DELETE /v1/subjects/user/42.

Examples:
  sluice erase user:42 --app application.ts
  sluice erase user:42 --app application.ts --yes --json`

export function addErase(program: Command): void {
  withSharedOptions(program.command('erase').description('erase a person or thing from everything that is held'))
    .argument('<subject>', 'an entity and a key, such as user:42')
    .option('--yes', 'do not ask', false)
    .addHelpText('after', HELP)
    .action(eraseCommand)
}

async function eraseCommand(text: string, { app, dir, json, yes }: SharedOptions & { yes: boolean }): Promise<void> {
  const subject = parseSubject(text)
  const application = await loadApplication(app)
  if (!yes && process.stdin.isTTY && process.stderr.isTTY) await confirm(`erase ${text} from ${dir} for good? [y/N] `)
  say('erasing: the log is written anew')
  const sealed = openSealedExports(sealedFolder(dir))
  const receipt = await eraseFromDirectory(application, { directory: dir, clock: Date.now, sealed }, subject)
  printResult(json, receipt, () => receiptText(receipt))
  const isTelling = Buffer.byteLength(subject.id) >= TELLING_BYTES
  if (receipt.scan.wholeOccurrences > 0 && isTelling) say(leftOver(receipt))
  if (receipt.scan.occurrences > 0 && !isTelling)
    say(`note: ${text} is short, so its ${receipt.scan.occurrences} occurrences in other bytes say nothing`)
}

async function confirm(question: string): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    if (/^y(es)?$/i.test((await terminal.question(question)).trim())) return
  } finally {
    terminal.close()
  }
  throw new WorkFailed('erase: expected yes, got another answer; nothing was changed')
}

function leftOver({ scan }: ErasureReceipt): string {
  return `note: the id still stands ${scan.wholeOccurrences} times in the files, in what does not name it as a subject, such as a text, another entity or a model; docs/privacy.md says where to look`
}

function receiptText({ receipt, at, records, quarantine, sealed, models, scan }: ErasureReceipt): string {
  const total = Object.values(records).reduce((sum, count) => sum + count, 0)
  const byType = Object.entries(records).map(([type, count]) => `${type} ${count}`)
  return [
    `receipt ${receipt} of ${new Date(at).toISOString()}`,
    `${total} records erased${byType.length > 0 ? ` (${byType.join(', ')})` : ''}, ${quarantine} quarantined inputs`,
    ...(sealed.files > 0 ? [`${sealed.rows} rows of ${sealed.files} sealed files erased`] : []),
    ...models.map(
      ({ system, version, records: seen }) =>
        `${system} ${version} learnt from ${seen} of them: run sluice train to replace it`,
    ),
    `${scan.files} files, ${scan.bytes} bytes looked through: the id occurs ${scan.occurrences} times`,
  ].join('\n')
}
