/**
 * Compiles `src/foundation/kernels/assembly` to WebAssembly and writes it as a module with the binary in base64, so
 * that loading it needs no file access. Does nothing when neither the sources, the options nor the compiler changed.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const kernels = fileURLToPath(new URL('../src/foundation/kernels/', import.meta.url))
const assembly = join(kernels, 'assembly')
const target = join(kernels, 'generated', 'binary.ts')

// No relaxed SIMD: its results may differ from machine to machine.
const OPTIONS = [
  ...['--runtime', 'stub', '--optimizeLevel', '3', '--shrinkLevel', '0', '--converge', '--noAssert'],
  ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536', '--noExportMemory'],
  ...['--enable', 'simd', '--enable', 'threads', '--enable', 'bulk-memory', '--use', 'abort='],
]

function compilerVersion(): string {
  const manifest = fileURLToPath(import.meta.resolve('assemblyscript/package.json'))
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}

function readSources(): Map<string, string> {
  const names = readdirSync(assembly).filter((name) => name.endsWith('.ts'))
  return new Map(names.sort().map((name) => [name, readFileSync(join(assembly, name), 'utf8')]))
}

function fingerprint(sources: Map<string, string>): string {
  const hash = createHash('sha256').update(JSON.stringify([compilerVersion(), OPTIONS]))
  for (const [name, text] of sources) hash.update(JSON.stringify([name, text]))
  return hash.digest('hex')
}

function isUpToDate(print: string): boolean {
  return existsSync(target) && readFileSync(target, 'utf8').startsWith(header(print))
}

function header(print: string): string {
  return `// Written by scripts/build-kernels.ts; sources and compiler: ${print}\n`
}

async function compile(sources: Map<string, string>): Promise<Uint8Array> {
  const { default: asc } = await import('assemblyscript/asc')
  let binary: Uint8Array | undefined
  const { error, stderr } = await asc.main(['index.ts', '--outFile', 'kernels.wasm', ...OPTIONS], {
    readFile: (name) => sources.get(name) ?? null,
    writeFile: (_name, contents) => {
      if (typeof contents !== 'string') binary = contents
    },
    listFiles: () => [],
  })
  if (error || !binary) throw new Error(`the kernels do not compile\n${stderr.toString()}`, { cause: error })
  return binary
}

function write(binary: Uint8Array, print: string): void {
  const base64 = Buffer.from(binary).toString('base64')
  mkdirSync(dirname(target), { recursive: true })
  // Written aside and renamed, so that nobody reads half a module.
  const aside = `${target}.${process.pid}`
  writeFileSync(aside, `${header(print)}export const KERNELS_BASE64: string =\n  '${base64}'\n`)
  renameSync(aside, target)
}

const sources = readSources()
const print = fingerprint(sources)
if (!isUpToDate(print)) {
  const binary = await compile(sources)
  write(binary, print)
  console.error(`kernels: compiled ${sources.size} files to ${binary.length} bytes of WebAssembly`)
}
