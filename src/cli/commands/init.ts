import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type Command, Option } from 'commander'
import { DAY_MS, SluiceError } from '../../foundation/index.ts'
import {
  builtInApplications,
  createFraudWorld,
  createSearchWorld,
  createVideoWorld,
  generateFraudEvents,
  generateSearchEvents,
  generateVideoEvents,
} from '../../systems/index.ts'
import { initSource, initSources } from '../init-source.ts'
import { printResult, WorkFailed } from '../output.ts'
import { packageVersion } from '../package-version.ts'
import { wholeNumber, withoutEffect } from '../shared-options.ts'

const HELP = `
Writes application.ts, schema.ts and what else there is of the built-in application, for you to change, a small file of
generated events of the last days (ten of videos, fourteen of searches, ninety of payments) where there is a world for it, and a README with
the commands.

Examples:
  sluice init my-videos
  sluice init my-films --system movies`

const PACKAGE_ROOT = fileURLToPath(new URL('../../..', import.meta.url))
/** Run from the sources: then the package is no dependency that a registry has. */
const IS_CHECKOUT = import.meta.url.endsWith('.ts')
const WORLD = { users: 300, videos: 800, days: 10 }
const SEARCH_WORLD = { users: 500, products: 800, days: 14 }
/** Labels of payments come within ten days, so that it takes months to learn from them. */
const FRAUD_WORLD = { cards: 500, days: 90, stolenPerCardPerDay: 0.001, leakedPerCardPerDay: 0.001 }

interface InitOptions {
  readonly system: string
  readonly json: boolean
  readonly seed: number
}

export function addInit(program: Command): void {
  withoutEffect(program.command('init'), '--app <name>', '--dir <directory>')
    .description('an application of your own in a folder, ready to run')
    .argument('<dir>', 'folder to make; it must be empty or missing')
    .addOption(
      new Option('--system <name>', 'what to begin with').choices(Object.keys(builtInApplications)).default('video'),
    )
    .option('--json', 'one JSON document on standard output', false)
    .option('--seed <number>', 'seed of the generated events', wholeNumber, 1)
    .addHelpText('after', HELP)
    .action(initCommand)
}

function initCommand(folder: string, { system, json, seed }: InitOptions): void {
  requireEmpty(folder)
  const files: Record<string, string | Uint8Array> = {
    ...Object.fromEntries(initSources(system).map((name) => [name, initSource(system, name)])),
    'package.json': packageJson(folder),
    'README.md': readme(system, folder),
    '.gitignore': '.sluice/\nnode_modules/\n',
    ...(hasWorld(system) ? { 'events.ndjson.gz': sampleEvents(system, seed) } : {}),
  }
  writeFiles(folder, files)
  const { where, lines } = nextSteps(system, folder)
  printResult(json, { folder, files: Object.keys(files), next: lines }, () =>
    [`${folder}: ${Object.keys(files).join(', ')}\n`, `Next, ${where}:`, ...lines.map((line) => `  ${line}`)].join(
      '\n',
    ),
  )
}

function requireEmpty(folder: string): void {
  const names = namesIn(folder)
  if (names.length === 0) return
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `init: expected an empty folder or none, got ${folder} with ${names.slice(0, 3).join(', ')}; choose another`,
  )
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return []
    const got = code === 'ENOTDIR' ? `${folder}, which is a file` : message
    throw new SluiceError('INVALID_ARGUMENT', `init: expected a folder to make, got ${got}; choose another`, { cause })
  }
}

function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  try {
    mkdirSync(folder, { recursive: true })
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  } catch (error) {
    throw new WorkFailed(`init: expected to write ${folder}, got ${(error as Error).message}; choose another folder`)
  }
}

function packageJson(folder: string): string {
  const name = folder.split(/[\\/]/).findLast((part) => /^[a-z0-9][a-z0-9-]*$/.test(part)) ?? 'my-application'
  const sluice = IS_CHECKOUT ? `file:${relative(folder, PACKAGE_ROOT)}` : `^${packageVersion()}`
  const manifest = { name, private: true, type: 'module', dependencies: { sluice } }
  return `${JSON.stringify(manifest, undefined, 2)}\n`
}

/** Events of the days before today, so that what is fresh and what is trending is so when it is served. */
function sampleEvents(system: string, seed: number): Uint8Array {
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS
  const lines = Array.from(worldEvents(system, seed, today), (record) => `${JSON.stringify(record)}\n`)
  return gzipSync(lines.join(''))
}

function worldEvents(system: string, seed: number, today: number): Iterable<object> {
  if (system === 'fraud') {
    const startMs = today - FRAUD_WORLD.days * DAY_MS
    return generateFraudEvents(createFraudWorld({ seed, ...FRAUD_WORLD, startMs }))
  }
  if (system === 'search') {
    const startMs = today - SEARCH_WORLD.days * DAY_MS
    return generateSearchEvents(createSearchWorld({ seed, ...SEARCH_WORLD, startMs }))
  }
  return generateVideoEvents(createVideoWorld({ seed, ...WORLD, startMs: today - WORLD.days * DAY_MS }))
}

/** Whether there are generated events of a system. */
function hasWorld(system: string): boolean {
  return ['video', 'fraud', 'search'].includes(system)
}

/** The commands from the sample to the server, for paths of a folder. */
function commands(system: string, at: (name: string) => string): string[] {
  const app = `--app ${at('application.ts')}`
  const load = hasWorld(system)
    ? `import ${at('events.ndjson.gz')} ${app}`
    : `import ratings.csv movies.csv --format movielens-latest ${app}`
  return [load, `train ${app}`, `serve ${app}`]
}

/** What to type, and where: in a checkout npm runs everything from its root. */
function nextSteps(system: string, folder: string): { where: string; lines: string[] } {
  if (!IS_CHECKOUT) {
    const lines = commands(system, (name) => name).map((line) => `npx sluice ${line}`)
    return { where: `in ${folder}, after \`npm install\``, lines }
  }
  const inside = relative(PACKAGE_ROOT, resolve(folder))
  const path = inside.startsWith('..') ? resolve(folder) : inside
  const lines = commands(system, (name) => join(path, name))
  const run = (line: string): string => `npm run --silent sluice -- ${line} --dir ${join(path, '.sluice')}`
  return { where: 'in the checkout of Sluice', lines: lines.map(run) }
}

function readme(system: string, folder: string): string {
  const { where, lines } = nextSteps(system, folder)
  return `# ${system}, my own

Begin ${where}:

\`\`\`
${lines.join('\n')}
\`\`\`

\`schema.ts\` says what happens and what is known, \`application.ts\` what is decided and how. Change them, import again,
train again.
`
}
