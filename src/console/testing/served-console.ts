import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserType, Page } from 'playwright-core'

const CHROMIUM = '/usr/bin/chromium'
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))

/** Why tests with a browser are skipped; false when there is one. */
export const withoutBrowser = existsSync(CHROMIUM) ? false : `no browser at ${CHROMIUM}; apt-get install chromium`

/** Servers of the command line, each in a process of its own: the console knows nothing of it but its HTTP. */
export class ServedConsole {
  readonly #directory = mkdtempSync(join(tmpdir(), 'sluice-console-'))
  readonly #servers: ChildProcess[] = []
  readonly #chromium: BrowserType
  #browser: Browser | undefined

  constructor(chromium: BrowserType) {
    this.#chromium = chromium
  }

  /** Starts one over a directory of its own, and says at which address. */
  serve(name: string, ...args: string[]): Promise<string> {
    const { running, address } = startServer([...args, '--port', '0', '--dir', join(this.#directory, name)])
    this.#servers.push(running)
    return address
  }

  /** Opens a page of the console and hands it over. Returns what went wrong in it. */
  async visit(url: string, use: (page: Page) => Promise<void>): Promise<string[]> {
    this.#browser ??= await this.#chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS })
    const page = await this.#browser.newPage()
    page.setDefaultTimeout(20_000)
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) => {
      // A browser reports every answer above 399 itself; the tests of errors cause those on purpose.
      const isAnswer = message.text().startsWith('Failed to load resource')
      if (message.type() === 'error' && !isAnswer) faults.push(message.text())
    })
    await page.goto(url)
    await use(page)
    await page.close()
    return faults
  }

  async close(): Promise<void> {
    await this.#browser?.close()
    await Promise.all(this.#servers.map(stop))
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

/** Runs the command line until it says where its console is. */
function startServer(args: readonly string[]): { running: ChildProcess; address: Promise<string> } {
  const running = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const address = new Promise<string>((resolve, reject) => {
    let said = ''
    for (const stream of [running.stdout, running.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text
        const found = /console at (http:\/\/\S+?)\/console/.exec(said)?.[1]
        if (found) resolve(found)
      })
    }
    running.once('exit', (code) => reject(new Error(`${args[0]}: expected a server, got exit code ${code}: ${said}`)))
  })
  return { running, address }
}

async function stop(running: ChildProcess): Promise<void> {
  if (running.exitCode !== null) return
  const ended = new Promise((resolve) => running.once('exit', resolve))
  running.kill('SIGTERM')
  await ended
}
