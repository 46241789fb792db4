import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { temporaryFolder } from '../testing/index.ts'
import { packageVersion } from './package-version.ts'
import { runProgram } from './testing/run-program.ts'

const COMMANDS = [
  ...['demo', 'init', 'import', 'train', 'evaluate', 'predict', 'serve', 'replay', 'explain', 'doctor'],
  ...['export', 'erase', 'compact', 'compress'],
  'bench retrieval',
  'lists import',
]
const folder = temporaryFolder()
const sluice = (line: string) => runProgram(folder, ...line.split(' ').filter((word) => word !== ''))

describe('the command line', { concurrency: 2 }, () => {
  it('lists its commands, examples and exit codes', async () => {
    const { code, out, err } = await sluice('--help')
    assert.deepEqual([code, err], [0, ''])
    for (const command of COMMANDS) assert.match(out, new RegExp(`^ +${command.split(' ')[0]}\\b`, 'm'))
    assert.match(out, /Examples:\n {2}sluice demo/)
    assert.match(out, /Exit codes: 0 done, 1 the work failed .* 2 wrong use/)
    assert.deepEqual((await sluice('--version')).out, `${packageVersion()}\n`)
  })

  for (const command of COMMANDS) {
    it(`shows examples in the help of ${command}`, async () => {
      const { code, out, err } = await sluice(`${command} --help`)
      assert.deepEqual([code, err], [0, ''])
      assert.match(out, new RegExp(`Examples?:\\n {2}sluice ${command}`))
      assert.match(out, /--json/)
    })
  }

  const wrong: Readonly<Record<string, RegExp>> = {
    '': /Usage: sluice/,
    bench: /Usage: sluice bench/,
    tran: /unknown command 'tran'\n\(Did you mean train\?\)/,
    'train --nope': /unknown option '--nope'/,
    'train --seed 1.5': /--seed <number>.* expected a whole number of at least 0/,
    'replay --decisions 5 --verify': /option '--decisions <number>' cannot be used with option '--verify'/,
    'erase 42': /INVALID_ARGUMENT: subject: expected an entity and a key such as user:42, got "42"/,
    'export user:': /INVALID_ARGUMENT: subject: expected an entity and a key/,
    'erase ghost:42': /NOT_FOUND: entity: expected one of user, video, got "ghost"/,
    'compress --max-loss much': /expected a number from 0 to 1/,
    'compact --retention watch': /expected type=age such as watch=90d, got watch/,
    'compact --retention watch=90': /expected type=age such as watch=90d, got watch=90/,
    'replay --decisions 0': /expected a whole number of at least 1/,
    'serve --port 65536': /expected a whole number from 0 to 65535/,
    import: /missing required argument 'files'/,
    explain: /missing required argument 'decision'/,
    'train --app nope': /APPLICATION_NOT_FOUND: .*expected a file or one of video, movies, fraud, search, got "nope"/,
    'init x --system nope': /Allowed choices are video, movies/,
    'demo movies': /demo: expected one of video, fraud, search, got "movies"/,
    'demo fraud --users 5': /demo fraud: expected options of its own world, got --users, which is of video/,
    'import nope.ndjson': /FILE_NOT_FOUND: import: expected a file, got none at nope\.ndjson/,
    'predict --users nope.txt --dir none': /DIRECTORY_MISSING/,
  }
  for (const [line, message] of Object.entries(wrong)) {
    it(`refuses "sluice ${line}" and says why`, async () => {
      const { code, out, err } = await sluice(line)
      assert.equal(code, line.includes('--dir none') ? 1 : 2)
      assert.equal(out, '')
      assert.match(err, message)
      assert.doesNotMatch(err, /^ {4}at /m)
    })
  }

  it('tells programs of an error in the one document that they read', async () => {
    const { code, out, err } = await sluice('train --json --dir none')
    assert.equal(code, 1)
    const { error } = JSON.parse(out) as { error: { code: string; message: string } }
    assert.equal(error.code, 'DIRECTORY_MISSING')
    assert.equal(err, `sluice: DIRECTORY_MISSING: ${error.message}\n`)
  })

  it('makes nothing when it is used wrongly', () => {
    assert.ok(!existsSync(join(folder, '.sluice')))
  })
})
