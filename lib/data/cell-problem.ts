/** What is wrong with a cell, as the parts of a sentence. */
export class CellProblem {
  constructor(
    readonly found: string,
    readonly expected: string,
    /** True when the cell holds fewer or more pixels than a face has, so that the row may be skipped. */
    readonly isCount = false,
  ) {}
}
