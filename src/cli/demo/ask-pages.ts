import { SluiceError } from '../../foundation/index.ts'
import { withProgress } from '../output.ts'
import { type Latency, latencyOf } from './latency.ts'

/** Asks a server for pages, one after the other, and takes the time of each until its body is read. */
export async function askPages(
  address: string,
  system: string,
  options: { requests: number; users: number; seed: number },
): Promise<Latency> {
  const { requests, users, seed } = options
  const times: number[] = []
  await withProgress('asking for pages', async (update) => {
    for (let request = 0; request < requests; request++) {
      const started = performance.now()
      await askPage(address, system, `u${(request * 7919 + seed) % users}`)
      times.push(performance.now() - started)
      update(request, requests)
    }
  })
  return latencyOf(times)
}

async function askPage(address: string, system: string, user: string): Promise<void> {
  const response = await fetch(`${address}/v1/systems/${system}/rank`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, limit: 20 }),
  })
  const answer = await response.text()
  if (!response.ok) throw new SluiceError('INTERNAL', `demo: expected a page, got status ${response.status}: ${answer}`)
}
