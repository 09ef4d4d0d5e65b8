/** What a segment is asked to carry: `digits` digits in `bits` bits, of which a share `flipRate` is flipped. */
export interface Density {
  readonly bits: number;
  readonly digits: number;
  readonly flipRate: number;
}
