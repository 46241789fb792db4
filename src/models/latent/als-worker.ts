import { announceThread, startKernelProgram, threadInput } from '../../foundation/index.ts'
import { type AlsSeat, serveSteps } from './als-team.ts'

// A thread of `fitAlsOnWorkers`: sits down, says so and takes part until it is stopped.
const seat = threadInput() as AlsSeat
const program = startKernelProgram(seat.wasm)
announceThread()
serveSteps(program, seat)
