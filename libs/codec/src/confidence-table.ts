/**
 * Share of right readings by the confidence that the decoder computes: pairs of log-odds, ascending, written by `npm run calibrate` from
 * 39569 readings of disturbed chunks that were not certified.
 */
export const CONFIDENCE_TABLE: readonly (readonly [computed: number, measured: number])[] = [
  [-20.723, -7.698], // 20950 readings, 0.0004 right
  [-10.899, -2.752], // 74 readings, 0.0541 right
  [-3.977, -2.165], // 101 readings, 0.0990 right
  [-1.437, -1.516], // 24 readings, 0.1667 right
  [-0.405, -1.466], // 7 readings, 0.1429 right
  [0.335, -1.099], // 9 readings, 0.2222 right
  [0.995, -0.847], // 14 readings, 0.2857 right
  [1.798, 0.788], // 7 readings, 0.7143 right
  [3.305, 2.120], // 41 readings, 0.9024 right
  [5.647, 2.689], // 54 readings, 0.9444 right
  [7.993, 5.130], // 84 readings, 1.0000 right
  [14.940, 10.503], // 18204 readings, 1.0000 right
];
