// Builds what the npm package holds: the emitted sources, the WebAssembly kernels and the console's page.
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, rmSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)

rmSync('dist', { recursive: true, force: true })
const emit = spawnSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit', shell: process.platform === 'win32' })
if (emit.status !== 0) process.exit(emit.status ?? 1)

copyStatic('foundation/kernels/generated')
copyStatic('console/page')
if (existsSync('dist/cli/main.js')) chmodSync('dist/cli/main.js', 0o755)

/** Copies the files that are served or loaded as they are: all but the sources that `tsc` has emitted. */
function copyStatic(folder: string): void {
  if (!existsSync(`src/${folder}`)) return
  cpSync(`src/${folder}`, `dist/${folder}`, { recursive: true, filter: (path) => extname(path) !== '.ts' })
}
