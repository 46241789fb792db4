import { connect, type Socket } from 'node:net'

/** What is called with an answer. */
type Taker = (status: number, body: string) => void

/**
 * Asks one server over sockets that are kept, one request at a time on each, with as little work of its own as can be:
 * on two cores what the client takes is taken from the server. It reads answers that say how long they are, as ours do.
 */
export class SocketClient {
  readonly #connections: readonly Connection[]
  readonly #free: Connection[]
  readonly #waiting: { readonly bytes: Buffer; readonly take: Taker }[] = []

  constructor(address: string, sockets: number) {
    const { hostname, port } = new URL(address)
    const release = (connection: Connection) => this.#release(connection)
    this.#connections = Array.from({ length: sockets }, () => new Connection(hostname, Number(port), release))
    this.#free = [...this.#connections]
  }

  /** Sends the bytes of {@link postOf} as soon as a socket is free. */
  send(bytes: Buffer, take: Taker): void {
    const connection = this.#free.pop()
    if (connection) connection.send(bytes, take)
    else this.#waiting.push({ bytes, take })
  }

  close(): void {
    for (const connection of this.#connections) connection.close()
  }

  #release(connection: Connection): void {
    const next = this.#waiting.shift()
    if (next) connection.send(next.bytes, next.take)
    else this.#free.push(connection)
  }
}

/** The bytes of a request that posts JSON. */
export function postOf(address: string, path: string, body: unknown): Buffer {
  const text = JSON.stringify(body)
  const head = [
    `POST ${path} HTTP/1.1`,
    `host: ${new URL(address).host}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${text}`)
}

class Connection {
  readonly #socket: Socket
  readonly #release: (connection: Connection) => void
  #take: Taker | undefined
  #got = ''

  constructor(host: string, port: number, release: (connection: Connection) => void) {
    this.#release = release
    // One byte a character, so that a length in bytes is one in characters.
    this.#socket = connect({ host, port, noDelay: true }).setEncoding('latin1')
    this.#socket.on('data', (part: string) => this.#read(part))
    this.#socket.on('close', () => this.#end())
    this.#socket.on('error', () => this.#end())
  }

  send(bytes: Buffer, take: Taker): void {
    this.#take = take
    this.#socket.write(bytes)
  }

  close(): void {
    this.#take = undefined
    this.#socket.destroy()
  }

  #read(part: string): void {
    this.#got += part
    const head = this.#got.indexOf('\r\n\r\n')
    if (head < 0) return
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(this.#got)?.[1])
    if (!(this.#got.length >= head + 4 + length)) return
    const take = this.#take
    const [status, body] = [Number(this.#got.slice(9, 12)), this.#got.slice(head + 4)]
    this.#got = ''
    this.#take = undefined
    take?.(status, body)
    this.#release(this)
  }

  /** A connection that breaks is a failure of what waits for it. */
  #end(): void {
    const take = this.#take
    this.#take = undefined
    take?.(0, '')
  }
}
