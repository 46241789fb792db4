import { Agent, request } from 'node:http'

/** What a server answered. */
export interface HttpAnswer {
  readonly status: number
  readonly body: string
}

/** Asks one server over connections that are kept. */
export class HttpClient {
  readonly #address: string
  readonly #agent: Agent

  constructor(address: string, maxSockets = 64) {
    this.#address = address
    this.#agent = new Agent({ keepAlive: true, maxSockets })
  }

  /** Rejects when the connection breaks before the answer is whole. */
  post(path: string, body: unknown): Promise<HttpAnswer> {
    const text = JSON.stringify(body)
    const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }
    return this.#send('POST', path, headers, text)
  }

  get(path: string): Promise<HttpAnswer> {
    return this.#send('GET', path, {})
  }

  close(): void {
    this.#agent.destroy()
  }

  #send(method: string, path: string, headers: Record<string, string>, text?: string): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const sent = request(`${this.#address}${path}`, { method, agent: this.#agent, headers }, (answer) => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts).toString() }))
        answer.on('error', reject)
        answer.on('aborted', () => reject(new Error('the answer was cut')))
      })
      sent.on('error', reject).end(text)
    })
  }
}
