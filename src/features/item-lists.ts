/** A list of numbers for each item of a run, one after the other. Used again for the next run. */
export class ItemLists {
  /** Where the list of each item begins among the numbers; the next one's is where it ends. */
  starts: Int32Array = new Int32Array(513)
  numbers: Int32Array = new Int32Array(1024)

  /** Makes room for the lists of so many items. What was held is lost. */
  openFor(items: number): void {
    if (items >= this.starts.length) this.starts = new Int32Array(2 * items + 1)
  }

  /** Makes room for so many numbers. What was held is lost. */
  openForNumbers(count: number): void {
    if (count > this.numbers.length) this.numbers = new Int32Array(2 * count)
  }
}
