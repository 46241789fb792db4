import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { SluiceError } from '../../foundation/index.ts'
import { type DemoOptions, runDemo } from '../demo/run-demo.ts'
import { portNumber, positiveNumber, withSharedOptions } from '../shared-options.ts'
import { DEFAULT_PORT } from './serve.ts'

const HELP = `
Generates a small video service (users with tastes, creators, videos that age), imports its events, learns from them,
judges the model, measures 2,000 pages over HTTP, makes them again from the log, and then serves the console. The data
is kept in --dir, so that a second start is short; with --once it is a temporary folder, unless --dir is given.

Examples:
  sluice demo
  sluice demo --once --json`

export function addDemo(program: Command): void {
  withSharedOptions(program.command('demo').description('a generated world: imported, learnt, judged, served'), {
    dir: join('.sluice', 'demo'),
  })
    .argument('[name]', 'which world; there is one of video', 'video')
    .option('--once', 'stop after the report', false)
    .option('--port <number>', 'port to serve on; 0 takes a free one', portNumber, DEFAULT_PORT)
    .option('--users <number>', 'users of the world', positiveNumber, 2_000)
    .option('--videos <number>', 'videos of the world', positiveNumber, 5_000)
    .option('--days <number>', 'days of the world', positiveNumber, 14)
    .addHelpText('after', HELP)
    .action(demoCommand)
}

async function demoCommand(name: string, options: DemoOptions, command: Command): Promise<void> {
  if (name !== 'video') throw new SluiceError('INVALID_ARGUMENT', `demo: expected video, got ${JSON.stringify(name)}`)
  const isTemporary = options.once && command.getOptionValueSource('dir') === 'default'
  const directory = isTemporary ? mkdtempSync(join(tmpdir(), 'sluice-demo-')) : options.dir
  try {
    await runDemo(directory, options)
  } finally {
    if (isTemporary) rmSync(directory, { recursive: true, force: true })
  }
}
