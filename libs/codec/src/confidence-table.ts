/**
 * Share of right readings by the confidence that the decoder computes: pairs of log-odds, ascending, written by `npm run calibrate` from
 * 39667 readings of disturbed chunks that were not certified.
 */
export const CONFIDENCE_TABLE: readonly (readonly [computed: number, measured: number])[] = [
  [-20.723, -7.698], // 20950 readings, 0.0004 right
  [-10.899, -2.752], // 74 readings, 0.0541 right
  [-5.248, -2.072], // 75 readings, 0.1067 right
  [-2.795, -1.946], // 27 readings, 0.1111 right
  [-1.709, -1.022], // 16 readings, 0.2500 right
  [-0.432, -0.717], // 31 readings, 0.3226 right
  [1.024, -0.336], // 17 readings, 0.4118 right
  [1.798, 1.224], // 10 readings, 0.8000 right
  [2.921, 2.104], // 22 readings, 0.9091 right
  [4.115, 2.361], // 28 readings, 0.9286 right
  [5.392, 3.580], // 128 readings, 0.9766 right
  [7.993, 5.130], // 84 readings, 1.0000 right
  [14.940, 10.503], // 18205 readings, 1.0000 right
];
