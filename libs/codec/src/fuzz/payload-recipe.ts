import fc from 'fast-check';
import { type TokenSource, dimensionsOfVectors, tokenSources } from './texts.arbitrary';

/** Which bits of a vector are erased, whatever they are. */
export type Erasure =
  | { readonly kind: 'none' | 'all' }
  | { readonly kind: 'random'; readonly perMille: number }
  /** Only bits at some places of the period are left: `kept` of them, `stride` apart. */
  | { readonly kind: 'residues'; readonly period: number; readonly kept: number; readonly stride: number; readonly first: number }
  | { readonly kind: 'run'; readonly startPerMille: number; readonly lengthPerMille: number }
  /** Only so many bits are left, anywhere. */
  | { readonly kind: 'few'; readonly kept: number };

/** What the sequence segment is before it is disturbed. */
export type Body =
  | { readonly kind: 'encoded' | 'random' | 'tie' | 'zeros' | 'ones' }
  | { readonly kind: 'periodic'; readonly period: number }
  /** Bits of the source's encoding, `perMille` of them taken from the other one's: the first ones, or any. */
  | { readonly kind: 'spliced' | 'mixed'; readonly perMille: number };

/** A further copy, and how many of its bits are flipped. */
export interface CopyRecipe {
  readonly of: 'source' | 'other' | 'random' | 'complement';
  readonly flipsPerMille: number;
}

/** The text beside that of the source: any, or the source with one token changed. */
export type OtherSource = TokenSource | { readonly at: number; readonly xor: number };

/** How to make one observed vector. */
export interface PayloadRecipe {
  readonly dimensions: number;
  readonly source: TokenSource;
  readonly other: OtherSource;
  readonly body: Body;
  readonly flipsPerMille: number;
  readonly erasure: Erasure;
  readonly copies: readonly CopyRecipe[];
  /** By how many tokens the header says more than there are. */
  readonly claimed: number;
  /** Seed of all that is random in it. */
  readonly noise: number;
}

const divisors = fc.constantFrom(512, 256, 128, 64, 32, 16, 8, 4, 2, 3, 31, 1024);
const perMille = fc.integer({ min: 0, max: 1000 });
const flips = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.constantFrom(1, 5, 20, 100, 150) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 500 }) },
);

const erasures: fc.Arbitrary<Erasure> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('none' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('random' as const), perMille }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('residues' as const),
      period: divisors,
      kept: fc.integer({ min: 1, max: 64 }),
      stride: fc.constantFrom(1, 2, 4, 8, 16, 3),
      first: fc.nat(511),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('run' as const), startPerMille: perMille, lengthPerMille: perMille }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('few' as const), kept: fc.oneof(fc.nat(200), fc.nat(2000)) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('all' as const) }) },
);

const bodies: fc.Arbitrary<Body> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('encoded' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('random' as const, 'tie' as const, 'zeros' as const, 'ones' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('periodic' as const), period: divisors }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('spliced' as const, 'mixed' as const), perMille }) },
);

const copyRecipes: fc.Arbitrary<CopyRecipe> = fc.record({
  of: fc.constantFrom('source', 'other', 'random', 'complement'),
  flipsPerMille: flips,
});

const others: fc.Arbitrary<OtherSource> = fc.oneof(
  { weight: 1, arbitrary: tokenSources },
  {
    weight: 2,
    arbitrary: fc.record({
      at: fc.nat(120),
      xor: fc.oneof(fc.nat(8).map((bit) => 1 << bit), fc.integer({ min: 1, max: 2 ** 17 })),
    }),
  },
);

const nothingErased: fc.Arbitrary<Erasure> = fc.constant({ kind: 'none' });
const anyCopies = fc.oneof(
  { weight: 10, arbitrary: fc.constant([]) },
  { weight: 5, arbitrary: fc.array(copyRecipes, { minLength: 1, maxLength: 4 }) },
  { weight: 1, arbitrary: fc.array(copyRecipes, { minLength: 15, maxLength: 15 }) },
);

/** Recipes of vectors that are whole but for what `change` says. */
function wholeBut(change: Partial<{ [Part in keyof PayloadRecipe]: fc.Arbitrary<PayloadRecipe[Part]> }>): fc.Arbitrary<PayloadRecipe> {
  return fc.record({
    dimensions: dimensionsOfVectors,
    source: tokenSources,
    other: others,
    body: fc.constant<Body>({ kind: 'encoded' }),
    flipsPerMille: fc.constant(0),
    erasure: nothingErased,
    copies: fc.constant([]),
    claimed: fc.constant(0),
    noise: fc.nat(),
    ...change,
  });
}

const seldomFlipped: fc.Arbitrary<CopyRecipe> = fc.record({
  of: fc.constantFrom('source', 'other', 'other'),
  flipsPerMille: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(1, 100) }),
});

/** Recipes of observed vectors: whole, disturbed, erased, counted wrong, contradicting themselves, or never encoded at all. */
export const payloadRecipes: fc.Arbitrary<PayloadRecipe> = fc.oneof(
  { weight: 2, arbitrary: wholeBut({}) },
  { weight: 3, arbitrary: wholeBut({ erasure: erasures }) },
  { weight: 3, arbitrary: wholeBut({ copies: fc.array(seldomFlipped, { minLength: 1, maxLength: 4 }) }) },
  { weight: 1, arbitrary: wholeBut({ claimed: fc.oneof(fc.constantFrom(-1, 1), fc.integer({ min: -120, max: 120 })), erasure: erasures }) },
  { weight: 2, arbitrary: wholeBut({ flipsPerMille: flips }) },
  {
    weight: 4,
    arbitrary: wholeBut({ body: bodies, flipsPerMille: flips, erasure: erasures, copies: anyCopies, claimed: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -9, max: 9 }) }) }),
  },
);
