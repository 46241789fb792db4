import { withProgress } from '../../output.ts'
import { askServer } from '../ask-server.ts'
import { type Latency, latencyOf } from '../latency.ts'

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
      const user = `u${(request * 7919 + seed) % users}`
      const started = performance.now()
      await askServer(address, `/v1/systems/${system}/rank`, { user, limit: 20 })
      times.push(performance.now() - started)
      update(request, requests)
    }
  })
  return latencyOf(times)
}
