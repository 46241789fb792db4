export {
  ChangeDetector,
  type DetectorOptions,
  type Moment,
  type MovedSignal,
  type SignalFamily,
  type UsualShares,
} from './change/change-detector.ts'
export type { ChangeAlarm, ChangeWatchOptions, MovedStream } from './change/change-watch.ts'
export { LearntShares } from './change/usual-shares.ts'
export type { ClickThrough } from './click-through.ts'
export { type ChangeReport, Monitor, type MonitorReport } from './monitor.ts'
export type { ColumnShift, ShiftAlarm, ShiftReport } from './row-shift.ts'
export type { Quantiles, SystemReport } from './system-monitor.ts'
export { SystemChanges } from './tactics/system-changes.ts'
