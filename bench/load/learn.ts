import type { Engine } from '../../src/serving/index.ts'
import { FAULT_SYSTEM } from '../../src/serving/testing/fault-application.ts'
import type { FaultStream } from '../../src/serving/testing/fault-stream.ts'
import { trainSystem } from '../../src/training/index.ts'

/** Gives an engine a history and a model learnt from it, so that it ranks and explains. */
export async function learn(
  engine: Engine,
  stream: FaultStream,
  { events, seed }: { events: number; seed: number },
): Promise<void> {
  for (let from = 0; from < events; from += 1_000) await engine.accept(stream.slice(from, from + 1_000))
  const options = { seed, codeVersion: 'bench', nowMs: stream.nowAt(events), force: true, maxAnswers: 50 }
  await trainSystem(engine.application, FAULT_SYSTEM, engine.log, engine.registry, options)
  engine.reloadModels()
}
