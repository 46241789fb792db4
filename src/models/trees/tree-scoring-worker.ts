import { announceThread, startKernelProgram, threadInput } from '../../foundation/index.ts'
import { waitWhile } from '../tree-training/thread-team.ts'
import { SCORING_SIGNALS, type ScoringPlace, takeBlocks } from './tree-scoring-threads.ts'

// A thread of `openTreeScoringThreads`: sits down, says so and takes part in every call until it is stopped.
const place = threadInput() as ScoringPlace
const program = startKernelProgram(place.memory)
announceThread()
for (let call = 0; ; call++) {
  waitWhile(place.signals, SCORING_SIGNALS.call, (current) => current === call)
  takeBlocks(program, place)
  Atomics.add(place.signals, SCORING_SIGNALS.done, 1)
  Atomics.notify(place.signals, SCORING_SIGNALS.done)
}
