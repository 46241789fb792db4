/*
 * Trains trees once, for bench/tree-speed.bench.ts, which times the whole process: what LightGBM's command line does, and
 * nothing of our own command line that has no part in it.
 *
 *   node bench/load/train-trees.ts <JSON of the options of runTreesBench without the clock>
 */
import { runTreesBench, type TreesBenchOptions } from '../../src/cli/bench/trees/trees-bench.ts'

const options = JSON.parse(process.argv[2] ?? '{}') as Omit<TreesBenchOptions, 'clock'>
const report = await runTreesBench({ ...options, clock: () => performance.now() })
process.stdout.write(JSON.stringify(report))
