import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Command, Option } from 'commander'
import { SluiceError } from '../../foundation/index.ts'
import { builtInApplications, createVideoWorld, generateVideoEvents } from '../../systems/index.ts'
import { printResult } from '../output.ts'
import { packageVersion } from '../package-version.ts'

const HELP = `
Writes application.ts and schema.ts (the built-in application, for you to change), a small file of generated events
where there is a world for it, and a README with the commands.

Example:
  sluice init my-videos --system video`

export function addInit(program: Command): void {
  program
    .command('init')
    .description('an application of your own in a folder, ready to run')
    .argument('<dir>', 'folder to make; it must be empty or missing')
    .addOption(
      new Option('--system <name>', 'what to begin with').choices(Object.keys(builtInApplications)).default('video'),
    )
    .option('--json', 'one JSON document on standard output', false)
    .addHelpText('after', HELP)
    .action(initCommand)
}

function initCommand(folder: string, { system, json }: { system: string; json: boolean }): void {
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `init: expected an empty folder or none, got ${folder} with files in it; choose another`,
    )
  }
  const files: Record<string, string | Uint8Array> = {
    'application.ts': sourceOf(system, 'application.ts'),
    'schema.ts': sourceOf(system, 'schema.ts'),
    'package.json': packageJson(folder),
    'README.md': readme(system),
    '.gitignore': '.sluice/\nnode_modules/\n',
    ...(system === 'video' ? { 'events.ndjson.gz': sampleEvents() } : {}),
  }
  mkdirSync(folder, { recursive: true })
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  printResult(json, { folder, files: Object.keys(files) }, () =>
    [
      `${folder}: ${Object.keys(files).join(', ')}`,
      `\nNext:\n${commands(system)
        .map((line) => `  ${line}`)
        .join('\n')}`,
    ].join('\n'),
  )
}

/** A source of a built-in application as it would stand in somebody's own folder: floors become the package. */
function sourceOf(system: string, name: string): string {
  const file = new URL(`../../../src/systems/${system}/${name}`, import.meta.url)
  return readFileSync(file, 'utf8').replaceAll(/'\.\.\/\.\.\/[a-z]+\/index\.ts'/g, "'sluice'")
}

function packageJson(folder: string): string {
  const name = folder.split(/[\\/]/).findLast((part) => /^[a-z0-9][a-z0-9-]*$/.test(part)) ?? 'my-application'
  const manifest = { name, private: true, type: 'module', dependencies: { sluice: `^${packageVersion()}` } }
  return `${JSON.stringify(manifest, undefined, 2)}\n`
}

function sampleEvents(): Uint8Array {
  const lines: string[] = []
  for (const record of generateVideoEvents(createVideoWorld({ seed: 1, users: 300, videos: 800, days: 10 }))) {
    lines.push(JSON.stringify(record))
  }
  return gzipSync(`${lines.join('\n')}\n`)
}

function commands(system: string): string[] {
  const load =
    system === 'video'
      ? 'sluice import events.ndjson.gz --app application.ts'
      : 'sluice import ratings.csv movies.csv --format movielens-latest --app application.ts'
  return [load, 'sluice train --app application.ts', 'sluice serve --app application.ts']
}

function readme(system: string): string {
  return `# ${system}, my own

Begin in this folder:

\`\`\`
${commands(system).join('\n')}
\`\`\`

\`schema.ts\` says what happens and what is known, \`application.ts\` what is decided and how. Change them, import again,
train again.
`
}
