/**
 * Share of right readings by the confidence that the decoder computes: pairs of log-odds, ascending, written by `npm run calibrate` from
 * 39566 readings of disturbed chunks that were not certified.
 */
export const CONFIDENCE_TABLE: readonly (readonly [computed: number, measured: number])[] = [
  [-20.389, -6.769], // 18727 readings, 0.0011 right
  [-8.794, -2.681], // 116 readings, 0.0603 right
  [-2.987, -2.379], // 111 readings, 0.0811 right
  [-0.687, -1.861], // 25 readings, 0.1200 right
  [0.173, -0.201], // 9 readings, 0.4444 right
  [0.886, 0.000], // 8 readings, 0.5000 right
  [1.762, 1.224], // 10 readings, 0.8000 right
  [3.193, 2.093], // 40 readings, 0.9000 right
  [5.598, 3.203], // 63 readings, 0.9683 right
  [7.947, 4.361], // 118 readings, 0.9915 right
  [15.046, 9.515], // 20339 readings, 1.0000 right
];
