import { Command, CommanderError } from 'commander'
import { isSluiceError, type SluiceError } from '../foundation/index.ts'
import { addBench } from './commands/bench.ts'
import { addDemo } from './commands/demo.ts'
import { addDoctor } from './commands/doctor.ts'
import { addEvaluate } from './commands/evaluate.ts'
import { addExplain } from './commands/explain.ts'
import { addImport } from './commands/import.ts'
import { addInit } from './commands/init.ts'
import { addPredict } from './commands/predict.ts'
import { addReplay } from './commands/replay.ts'
import { addServe } from './commands/serve.ts'
import { addTrain } from './commands/train.ts'
import { WorkFailed } from './output.ts'
import { packageVersion } from './package-version.ts'

/** Codes of errors that are the caller's: wrong use rather than failed work. */
const WRONG_USE: ReadonlySet<string> = new Set([
  'INVALID_ARGUMENT',
  'INVALID_APPLICATION',
  'APPLICATION_NOT_FOUND',
  'UNKNOWN_SYSTEM',
  'FILE_NOT_FOUND',
  'LIMIT_EXCEEDED',
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
    .exitOverride()
    .configureHelp({ sortSubcommands: false })
    .showHelpAfterError('(run with --help for the options and examples)')
  for (const add of [addDemo, addInit, addImport, addTrain, addEvaluate, addPredict, addServe]) add(program)
  for (const add of [addReplay, addExplain, addDoctor, addBench]) add(program)
  program.addHelpText('after', EXAMPLES)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return 0
  } catch (error) {
    return exitCode(error)
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

function exitCode(error: unknown): number {
  // Commander has written its own message by now; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof WorkFailed) {
    process.stderr.write(`sluice: ${error.message}\n`)
    return 1
  }
  if (isSluiceError(error)) {
    process.stderr.write(`sluice: ${error.code}: ${error.message}\n${listed(error)}`)
    return WRONG_USE.has(error.code) ? 2 : 1
  }
  process.stderr.write(`sluice: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return 1
}

function listed({ details }: SluiceError): string {
  if (!Array.isArray(details) || details.length < 2) return ''
  return details.map((fault) => `  - ${String(fault)}\n`).join('')
}
