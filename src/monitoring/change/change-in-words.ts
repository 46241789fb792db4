import type { MovedSignal } from './change-detector.ts'

/** What a moved stream says, in a sentence that a reviewer reads. */
export function inWords(
  event: string,
  stream: string,
  usualShare: number,
  { oddsRatio, since }: Pick<MovedSignal, 'oddsRatio' | 'since'>,
): string {
  const direction = oddsRatio > 1 ? 'more' : 'less'
  const times = oddsRatio > 1 ? `about ${oddsRatio} times` : `about ${oddsRatio} of`
  const usual = usualShare === 0 ? 'never seen before' : `usually ${percent(usualShare)} of them at this hour`
  const from = `${new Date(since.at).toISOString()} (offset ${since.offset})`
  return `${event}: "${stream}" ${direction} often than usual (${usual}; now ${times} the odds), most likely since ${from}`
}

function percent(share: number): string {
  return `${(share * 100).toPrecision(2)} %`
}
