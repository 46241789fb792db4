// Installs and builds what the other npm scripts need: `npm ci` when the installed tree is not the one of the lock
// file, then the WebAssembly kernels when their sources changed. Every `pre` script runs it, so a fresh clone needs
// no set-up step. It is plain JavaScript because before the first install `node` is whatever the machine has, and it
// writes to standard error only because the output of `npm start -- --once --json` is one JSON document.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const modules = join(root, 'node_modules')
const kernelBuilder = join(root, 'scripts', 'build-kernels.ts')

if (!isInstalled()) {
  withLock(() => {
    if (!isInstalled()) install()
  })
}
await buildKernels()

/** Whether `node_modules` holds the packages of the lock file, by the note that npm leaves when it has finished. */
function isInstalled() {
  const note = join(modules, '.package-lock.json')
  if (!existsSync(note)) return false
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  const found = JSON.parse(readFileSync(note, 'utf8')).packages
  const isFound = (path) => {
    if (path === '') return true
    // An optional package may be for another platform.
    if (!(path in found)) return wanted[path].optional === true
    return found[path].version === wanted[path].version && found[path].integrity === wanted[path].integrity
  }
  return Object.keys(wanted).every(isFound)
}

function install() {
  say('installing the dependencies (npm ci)')
  // Without node_modules/.bin: npm must not run on the very Node that it is about to replace.
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.startsWith(modules))
    .join(delimiter)
  run('npm', ['ci', '--include=dev', '--loglevel=error'], { ...process.env, PATH: path })
}

/** Builds the kernels, in this process when it runs TypeScript; the script itself sees whether there is work to do. */
async function buildKernels() {
  if (process.features.typescript) await import(pathToFileURL(kernelBuilder).href)
  else run(packagedNode(), [kernelBuilder], process.env)
}

/** The Node that the npm package `node` brings; without its install script there is none. */
function packagedNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  const path = join(modules, 'node', 'bin', name)
  if (existsSync(path)) return path
  fail(
    `Node 22.18 or newer: got ${process.versions.node}, and the npm package "node" has no binary because its ` +
      'install script did not run; run `npm rebuild node --ignore-scripts=false` or install a newer Node',
  )
}

/** Runs `work` while no other process does the same in this checkout; a lock whose owner is gone is taken over. */
function withLock(work) {
  const lock = join(tmpdir(), `sluice-ensure-${createHash('sha256').update(root).digest('hex').slice(0, 16)}.lock`)
  const pause = new Int32Array(new SharedArrayBuffer(4))
  while (!tryLock(lock)) Atomics.wait(pause, 0, 0, 200)
  process.on('exit', () => rmSync(lock, { force: true }))
  work()
}

function tryLock(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    if (!isOwnerAlive(lock)) rmSync(lock, { force: true })
    return false
  }
}

function isOwnerAlive(lock) {
  try {
    const owner = Number(readFileSync(lock, 'utf8'))
    // Empty: created this instant, its owner has not written its number yet.
    if (owner === 0) return Date.now() - statSync(lock).mtimeMs < 5000
    process.kill(owner, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function run(command, parameters, env) {
  const { status, signal, error } = spawnSync(command, parameters, {
    cwd: root,
    env,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (status !== 0)
    fail(`\`${command} ${parameters.join(' ')}\` failed (${error?.message ?? signal ?? `exit ${status}`})`)
}

function say(text) {
  process.stderr.write(`sluice: ${text}\n`)
}

function fail(text) {
  say(text)
  process.exit(1)
}
