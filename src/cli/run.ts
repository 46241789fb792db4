import { Command, CommanderError } from 'commander'
import { isSluiceError, type SluiceError } from '../foundation/index.ts'
import { addBacktest } from './commands/backtest.ts'
import { addBench } from './commands/bench.ts'
import { addCompact } from './commands/compact.ts'
import { addCompress } from './commands/compress.ts'
import { addDemo } from './commands/demo.ts'
import { addDoctor } from './commands/doctor.ts'
import { addErase } from './commands/erase.ts'
import { addEvaluate } from './commands/evaluate.ts'
import { addExplain } from './commands/explain.ts'
import { addExport } from './commands/export.ts'
import { addImport } from './commands/import.ts'
import { addInit } from './commands/init.ts'
import { addLists } from './commands/lists.ts'
import { addPredict } from './commands/predict.ts'
import { addReplay } from './commands/replay.ts'
import { addSeal } from './commands/seal.ts'
import { addServe } from './commands/serve.ts'
import { addTrain } from './commands/train.ts'
import { printError, say, WorkFailed } from './output.ts'
import { packageVersion } from './package-version.ts'

/** Codes of errors that are the caller's: wrong use rather than failed work. */
const WRONG_USE: ReadonlySet<string> = new Set([
  'INVALID_ARGUMENT',
  'INVALID_APPLICATION',
  'APPLICATION_NOT_FOUND',
  'UNKNOWN_SYSTEM',
  'FILE_NOT_FOUND',
  'LIMIT_EXCEEDED',
  'NOT_FOUND',
])

/**
 * Runs the command line.
 *
 * @param args - without the program's name
 * @returns the exit code: 0 done, 1 the work failed or a quality gate did not hold, 2 wrong use
 */
export async function run(args: readonly string[]): Promise<number> {
  const program = new Command('sluice')
    .description('A machine-learning system engine: events in, models trained on them, explained decisions out.')
    .version(packageVersion())
    // Options of a command are its own, such as the --version of evaluate.
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp({ sortSubcommands: false })
    .showHelpAfterError('(run with --help for the options and examples)')
  for (const add of [addDemo, addInit, addImport, addTrain, addEvaluate, addCompress, addPredict, addServe])
    add(program)
  for (const add of [
    addReplay,
    addBacktest,
    addLists,
    addExplain,
    addExport,
    addErase,
    addCompact,
    addSeal,
    addDoctor,
    addBench,
  ])
    add(program)
  program.addHelpText('after', EXAMPLES)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return 0
  } catch (error) {
    return exitCode(error, args.includes('--json'))
  }
}

const EXAMPLES = `
Examples:
  sluice demo                                  a generated world, trained, served with its console
  sluice init my-videos --system video         an application of your own
  sluice import events.ndjson.gz --app my-videos/application.ts
  sluice train --app my-videos/application.ts
  sluice serve --app my-videos/application.ts

Exit codes: 0 done, 1 the work failed or a quality gate did not hold, 2 wrong use.`

function exitCode(error: unknown, json: boolean): number {
  // Commander has written its own message by now; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof WorkFailed) {
    say(`sluice: ${error.message}`)
    if (json) printError({ code: 'WORK_FAILED', message: error.message })
    return error.exitCode
  }
  if (isSluiceError(error)) {
    const { code, message, details } = error
    say(`sluice: ${code}: ${messageWithList(error)}`)
    if (json) printError({ code, message, details })
    return WRONG_USE.has(code) ? 2 : 1
  }
  say(`sluice: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  if (json) printError({ code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) })
  return 1
}

/** The message, with several faults in a list instead of one after the other. */
function messageWithList({ message, details }: SluiceError): string {
  if (!Array.isArray(details) || details.length < 2 || !message.endsWith(details.join('; '))) return message
  const head = message.slice(0, message.length - details.join('; ').length).trimEnd()
  return [head, ...details.map((fault) => `  - ${String(fault)}`)].join('\n')
}
