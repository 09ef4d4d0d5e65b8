/**
 * Share of right readings by the confidence that the decoder computes: pairs of log-odds, ascending, written by `npm run calibrate` from
 * 2965 readings of disturbed chunks that were not certified.
 */
export const CONFIDENCE_TABLE: readonly (readonly [computed: number, measured: number])[] = [
  [-20.723, -6.829], // 1387 readings, 0.0007 right
  [-12.013, -2.708], // 7 readings, 0.0000 right
  [-2.501, -2.120], // 13 readings, 0.0769 right
  [-0.148, -1.099], // 1 readings, 0.0000 right
  [1.849, 0.847], // 4 readings, 0.7500 right
  [3.870, 1.099], // 1 readings, 1.0000 right
  [5.465, 2.565], // 6 readings, 1.0000 right
  [7.935, 3.045], // 10 readings, 1.0000 right
  [14.929, 8.030], // 1536 readings, 1.0000 right
];
