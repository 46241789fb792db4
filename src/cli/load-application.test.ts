import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { builtInApplications } from '../systems/index.ts'
import { temporaryFolder } from '../testing/index.ts'
import { initSource, initSources } from './init-source.ts'
import { runProgram } from './testing/run-program.ts'

const folder = temporaryFolder()

/** Runs a command on an application file of this text, which no directory belongs to. */
async function load(name: string, text: string) {
  writeFileSync(join(folder, name), text)
  return runProgram(folder, 'replay', '--app', name, '--dir', 'none', '--json')
}

describe('an application', { concurrency: 2 }, () => {
  for (const name of Object.keys(builtInApplications)) {
    it(`of one's own begins as the built-in one called ${name}, with a single import of the package`, async () => {
      mkdirSync(join(folder, name))
      for (const file of initSources(name)) writeFileSync(join(folder, name, file), initSource(name, file))
      assert.equal(initSource(name, 'application.ts').match(/from 'sluice'/g)?.length, 1)
      assert.doesNotMatch(initSource(name, 'application.ts'), /\.\.\//)
      const { code, err } = await runProgram(
        folder,
        'replay',
        '--app',
        name === 'video' ? './video' : join(folder, name),
      )
      assert.equal(code, 1)
      assert.match(err, /DIRECTORY_MISSING/)
    })
  }

  it('is shipped where init reads it', () => {
    const { files } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      files: string[]
    }
    const sources = Object.keys(builtInApplications).flatMap(initSources)
    assert.ok(sources.includes('schema.ts'))
    for (const file of sources) assert.ok(files.includes(`src/systems/*/${file}`), file)
  })

  it('has all its faults listed, one a line', async () => {
    const { code, out, err } = await load(
      'faulty.ts',
      `import { defineSchema, number, ref } from 'sluice'
       export const schema = defineSchema({
         entities: { user: {} },
         events: { watch: { user: ref('usr'), seconds: number({ min: 2, max: 1 }) } },
       })`,
    )
    assert.equal(code, 2)
    const faults = ['event watch.user: refers to unknown entity usr', 'event watch.seconds: min 2 is above max 1']
    assert.equal(
      err,
      `sluice: INVALID_APPLICATION: schema: 2 faults:\n${faults.map((text) => `  - ${text}\n`).join('')}`,
    )
    assert.deepEqual((JSON.parse(out) as { error: { details: unknown } }).error.details, faults)
  })

  const broken: Readonly<Record<string, readonly [text: string, message: RegExp]>> = {
    'exports none': ['export const a = 1', /expected an export made by defineApp, got none/],
    'does not parse': ['export const = 1', /expected a module that loads, got/],
    'imports what is not there': ["import './missing.ts'", /Cannot find module .*missing\.ts/],
    'imports a name that the package lacks': ["import { nope } from 'sluice'\nnope()", /export named 'nope'/],
    'throws what is no error': ["throw 'boom'", /expected a module that loads, got: boom/],
  }
  for (const [what, [text, message]] of Object.entries(broken)) {
    it(`is refused when its file ${what}`, async () => {
      const { code, err } = await load(`${what.replaceAll(' ', '-')}.ts`, text)
      assert.equal(code, 2)
      assert.match(err, /^sluice: APPLICATION_NOT_FOUND: /)
      assert.match(err, message)
      assert.doesNotMatch(err, /^ {4}at /m)
    })
  }

  it('may log: that goes to standard error, not into the document', async () => {
    mkdirSync(join(folder, 'loud'))
    for (const file of ['application.ts', 'schema.ts']) {
      writeFileSync(join(folder, 'loud', file), `${initSource('video', file)}\nconsole.log('loaded ${file}')\n`)
    }
    const { out, err } = await runProgram(folder, 'doctor', '--app', 'loud', '--dir', 'none', '--json')
    assert.equal((JSON.parse(out) as { directory: string }).directory, 'none')
    assert.match(err, /loaded schema\.ts\nloaded application\.ts/)
  })
})
