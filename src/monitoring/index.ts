export type { ClickThrough } from './click-through.ts'
export { Monitor, type MonitorReport } from './monitor.ts'
export type { Quantiles, SystemReport } from './system-monitor.ts'
