import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { SluiceError } from '../../foundation/index.ts'
import type { DemoOptions } from '../demo/demo.ts'
import { fraudDemo } from '../demo/fraud/fraud-demo.ts'
import { runDemo } from '../demo/run-demo.ts'
import { searchDemo } from '../demo/search/search-demo.ts'
import { videoDemo } from '../demo/video/video-demo.ts'
import { portNumber, positiveNumber, withSharedOptions } from '../shared-options.ts'
import { DEFAULT_PORT } from './serve.ts'

const HELP = `
video: a small video service (users with tastes, creators, videos that age). Its events are imported and learnt from,
the model is judged, 2,000 pages are measured over HTTP and made again from the log.
fraud: a card issuer (people, thieves, rings). Its payments and the reports of frauds, which come days late, are imported
and learnt from, the model and its actions are judged, 500 fresh payments are decided over HTTP, sent again, one
explained, one reviewed, and all decisions made again from the log.
search: a shop (products, people who say one thing in different words, mistype and click what stands high). Its log is
imported and learnt from, the ranker is judged, and searches of the next two days are judged by what people truly wanted.
Then the world is served with the console. The data is kept in --dir (of fraud .sluice/demo-fraud when it is not given, and so on),
so that a second start is short; with --once it is a temporary folder, unless --dir is given.

Examples:
  sluice demo
  sluice demo --once --json
  sluice demo fraud --once
  sluice demo search --once`

/** A world by its name: where its data is kept, the options that only it has, and how it runs. */
interface NamedDemo {
  readonly directory: string
  readonly own: readonly string[]
  readonly run: (directory: string, options: DemoOptions) => Promise<void>
}

const DEMOS: Readonly<Record<string, NamedDemo>> = {
  video: {
    directory: join('.sluice', 'demo'),
    own: ['users', 'videos'],
    run: (directory, options) => runDemo(videoDemo(options), directory, options),
  },
  fraud: {
    directory: join('.sluice', 'demo-fraud'),
    own: ['cards'],
    run: (directory, options) => runDemo(fraudDemo(options), directory, options),
  },
  search: {
    directory: join('.sluice', 'demo-search'),
    own: ['people', 'products'],
    run: (directory, options) => runDemo(searchDemo(options), directory, options),
  },
}

export function addDemo(program: Command): void {
  withSharedOptions(program.command('demo').description('a generated world: imported, learnt, judged, served'), {
    dir: join('.sluice', 'demo'),
  })
    .argument('[name]', `which world: ${Object.keys(DEMOS).join(' or ')}`, 'video')
    .option('--once', 'stop after the report', false)
    .option('--port <number>', 'port to serve on; 0 takes a free one', portNumber, DEFAULT_PORT)
    .option('--users <number>', 'users of the video world', positiveNumber, 2_000)
    .option('--videos <number>', 'videos of the video world', positiveNumber, 5_000)
    .option('--cards <number>', 'cards of the fraud world', positiveNumber, 4_000)
    .option('--people <number>', 'people of the search world', positiveNumber, 2_000)
    .option('--products <number>', 'products of the search world', positiveNumber, 5_000)
    .option('--days <number>', 'days of the world (default: 14 of video, 75 of fraud, 21 of search)', positiveNumber)
    .addHelpText('after', HELP)
    .action(demoCommand)
}

async function demoCommand(name: string, options: DemoOptions, command: Command): Promise<void> {
  const demo = requireDemo(name)
  requireOwnOptions(name, command)
  const isDefault = command.getOptionValueSource('dir') === 'default'
  const isTemporary = options.once && isDefault
  const kept = isDefault ? demo.directory : options.dir
  const directory = isTemporary ? mkdtempSync(join(tmpdir(), 'sluice-demo-')) : kept
  try {
    await demo.run(directory, options)
  } finally {
    if (isTemporary) rmSync(directory, { recursive: true, force: true })
  }
}

function requireDemo(name: string): NamedDemo {
  const demo = Object.hasOwn(DEMOS, name) ? DEMOS[name] : undefined
  if (demo) return demo
  const known = Object.keys(DEMOS).join(', ')
  throw new SluiceError('INVALID_ARGUMENT', `demo: expected one of ${known}, got ${JSON.stringify(name)}`)
}

/** Refuses the size of another world, which would change nothing. */
function requireOwnOptions(name: string, command: Command): void {
  for (const [other, { own }] of Object.entries(DEMOS)) {
    const given = own.find((option) => command.getOptionValueSource(option) === 'cli')
    if (other === name || given === undefined) continue
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `demo ${name}: expected options of its own world, got --${given}, which is of ${other}; leave it out`,
    )
  }
}
