import { SluiceError } from '../../foundation/index.ts'

/**
 * Asks a server, as a client would; with a body it is a POST.
 *
 * @throws SluiceError `INTERNAL` when the answer is not one of success: in a demo nothing is asked that could be refused
 */
export async function askServer<Answer>(address: string, path: string, body?: unknown): Promise<Answer> {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(address + path, body === undefined ? {} : post)
  const answer = await response.text()
  if (response.ok) return JSON.parse(answer) as Answer
  throw new SluiceError('INTERNAL', `demo: expected an answer from ${path}, got status ${response.status}: ${answer}`)
}
