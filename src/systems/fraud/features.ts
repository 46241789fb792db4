import { defineFeatures } from '../../features/index.ts'
import { fraudSchema } from './schema.ts'

/** How long after a payment it is known whether it was a fraud. */
const KNOWN_AFTER = '7d'
/** Reports of frauds; a report of an honest payment is none. */
const FRAUD = { fraud: { oneOf: [true] } } as const
/** Keeps a quotient of amounts finite where the lower one is nothing. */
const A_CENT = { prior: [0, 0.01] } as const
/** A terminal of which nothing is known is as bad as most. */
const FEW_FRAUDS = { prior: [0.01, 1] } as const

/**
 * What a payment looks like at its own moment, itself included. Nothing of it rests on what is reported only later: the
 * risk of a terminal is the reports that have come by now over the payments that are old enough to be reported.
 *
 * Three kinds of fraud are to be seen: an amount beyond all others, a card that of late pays a multiple of what it used
 * to, and a terminal where of late most payments were frauds. Longer windows with a delay say what a card or terminal was
 * like before that.
 */
export const fraudFeatures = defineFeatures(fraudSchema, (f) => {
  const amount = f.field('payment', 'amount')
  const card = { by: 'card' } as const
  const terminal = { by: 'terminal' } as const
  const usual = f.quantile('payment', 'amount', { ...card, window: '90d', q: 0.5, bound: 256 })
  const meanBefore = f.mean('payment', 'amount', { ...card, window: '90d', delay: '14d' })
  const largestBefore = f.max('payment', 'amount', { ...card, window: '90d', delay: '14d' })
  const largest = (window: '3d' | '7d' | '14d') => f.max('payment', 'amount', { ...card, window })
  const risk = (window: '2d' | '4d' | '7d' | '14d' | '21d' | '28d') =>
    f.ratio(
      f.count('report', { ...terminal, window, where: FRAUD }),
      f.count('payment', { ...terminal, window, delay: KNOWN_AFTER }),
      FEW_FRAUDS,
    )
  return {
    amount,
    hour: f.hourOfDay(),
    weekday: f.dayOfWeek(),

    cardCount: f.counts('payment', { ...card, windows: ['1h', '6h', '1d', '7d', '30d'] }),
    cardSum: f.sum('payment', 'amount', { ...card, windows: ['1h', '1d', '7d'] }),
    cardMean: f.mean('payment', 'amount', { ...card, windows: ['1d', '7d', '30d'] }),
    cardUsual: usual,
    amountToUsual: f.ratio(amount, usual, A_CENT),
    amountToMeanBefore: f.ratio(amount, meanBefore, A_CENT),
    amountToLargestBefore: f.ratio(amount, largestBefore, A_CENT),
    largestToUsual3d: f.ratio(largest('3d'), usual, A_CENT),
    largestToUsual7d: f.ratio(largest('7d'), usual, A_CENT),
    largestToUsual14d: f.ratio(largest('14d'), usual, A_CENT),
    meanToUsual7d: f.ratio(f.mean('payment', 'amount', { ...card, window: '7d' }), usual, A_CENT),
    meanToUsual14d: f.ratio(f.mean('payment', 'amount', { ...card, window: '14d' }), usual, A_CENT),
    highToUsual14d: f.ratio(
      f.quantile('payment', 'amount', { ...card, window: '14d', q: 0.8, bound: 256 }),
      usual,
      A_CENT,
    ),
    cardReports: f.counts('report', { ...card, windows: ['7d', '30d'], where: FRAUD }),
    cardTerminals: f.distinct('payment', 'terminal', { ...card, windows: ['1d', '7d'], bound: 64 }),
    sinceCard: f.sinceLast('payment', { ...card, skip: 1 }),

    pairCount: f.counts('payment', { by: ['card', 'terminal'], windows: ['1d', '30d'] }),
    sincePair: f.sinceLast('payment', { by: ['card', 'terminal'], skip: 1 }),

    terminalNow: f.counts('payment', { ...terminal, windows: ['1d', '7d'] }),
    terminalMean: f.mean('payment', 'amount', { ...terminal, windows: ['1d', '7d', '30d'] }),
    terminalCount: f.counts('payment', { ...terminal, windows: ['1d', '7d', '30d'], delay: KNOWN_AFTER }),
    terminalReports: f.counts('report', { ...terminal, windows: ['1d', '7d', '14d', '21d', '30d'], where: FRAUD }),
    /** Reports so old that what they tell of may be over. */
    terminalOldReports: f.counts('report', { ...terminal, windows: ['7d', '28d'], delay: '21d', where: FRAUD }),
    terminalRisk2d: risk('2d'),
    terminalRisk4d: risk('4d'),
    terminalRisk7d: risk('7d'),
    terminalRisk14d: risk('14d'),
    terminalRisk21d: risk('21d'),
    terminalRisk28d: risk('28d'),
    /** The largest of the payments that are old enough: a large amount is reported wherever it is paid. */
    terminalLargest: f.max('payment', 'amount', { ...terminal, windows: ['2d', '7d'], delay: KNOWN_AFTER }),
    sinceTerminalReport: f.sinceLast('report', { ...terminal, where: FRAUD }),
  }
})
