import { type Command, InvalidArgumentError } from 'commander'
import type { CompactResult } from '../../data/index.ts'
import { type Duration, durationMs, isSluiceError } from '../../foundation/index.ts'
import { compactDirectory, endlessReaders, type Retention } from '../../serving/index.ts'
import { loadApplication } from '../load-application.ts'
import { printResult, say } from '../output.ts'
import { type SharedOptions, withSharedOptions } from '../shared-options.ts'

const HELP = `
Writes the log anew: small batches are put together, and with --retention what is older is dropped. Ages are counted
from the newest event of the log. Types are events of the schema, $decision and $quarantine; attributes have no age. A
retention shorter than a window of the application's features is refused. Offsets stay; decisions of before can no
longer be made again to the byte when something was dropped. No server may run on the directory.

Examples:
  sluice compact --app application.ts
  sluice compact --app application.ts --retention 'watch=90d,impression=30d,$decision=30d,$quarantine=30d'`

export function addCompact(program: Command): void {
  withSharedOptions(
    program.command('compact').description('put the log together, and drop what is older than it may be'),
  )
    .option('--retention <ages>', 'how old records may become by type, such as watch=90d,$decision=30d', parseRetention)
    .addHelpText('after', HELP)
    .action(compactCommand)
}

async function compactCommand({ app, dir, json, retention = {} }: SharedOptions & { retention?: Retention }) {
  const application = await loadApplication(app)
  say('compacting: the log is written anew')
  const result = await compactDirectory(application, { directory: dir, clock: Date.now, retention })
  printResult(json, result, () => resultText(result))
  const endless = endlessReaders(application, Object.keys(result.byType))
  if (endless.length > 0)
    say(`note: these look back without an end, and forget what was dropped: ${endless.join(', ')}`)
}

function resultText({ removed, byType, quarantineRemoved, ...sizes }: CompactResult): string {
  const { batchesBefore, batchesAfter, bytesBefore, bytesAfter } = sizes
  const types = Object.entries(byType).map(([type, count]) => `${type} ${count}`)
  return [
    `${removed} records dropped${types.length > 0 ? ` (${types.join(', ')})` : ''}, ${quarantineRemoved} quarantined inputs`,
    `${batchesBefore} batches are ${batchesAfter}, ${bytesBefore} bytes are ${bytesAfter}`,
    ...(removed > 0 ? ['decisions of before are no longer comparable: sluice replay counts them apart'] : []),
  ].join('\n')
}

/** Reads `watch=90d,$decision=30d`. */
function parseRetention(text: string): Retention {
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [type = '', age = ''] = part.trim().split('=')
      try {
        durationMs(age as Duration)
      } catch (error) {
        if (isSluiceError(error)) throw new InvalidArgumentError(`expected type=age such as watch=90d, got ${part}`)
        throw error
      }
      if (type === '') throw new InvalidArgumentError(`expected type=age such as watch=90d, got ${part}`)
      return [type, age as Duration]
    }),
  )
}
