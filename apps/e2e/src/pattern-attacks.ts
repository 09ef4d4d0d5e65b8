import type { AST } from '@eslint-community/regexpp';
import { isCharacter, SteppedPattern } from './pattern-steps';

/** Characters that patterns tell apart. */
const POOL = [...Array.from('aZeEsS09_-., \n\t/\\"\'`:;|{}[]()<>=+*@%$?!#~^&x'), 'é', 'ß', 'あ', '中', '\u0301', '\ud83d\ude00', '\u0000'];
const MOST_REPRESENTATIVES = 10;
const LENGTH = 240;
const BUDGET = 3_000_000;
/** Twice the length takes twice the steps where they grow in line with it, four times where they grow with its square. */
const MOST_GROWTH = 3;
/** Steps a character that no pattern in line with its text takes, whatever stands in it. */
const FREE_STEPS = 15;
const MOST_PREFIXES = 4;

/** A text for which a pattern takes more steps than grow in line with its length. */
export interface SlowText {
  readonly prefix: string;
  readonly pump: string;
  readonly suffix: string;
  /** How many times the steps grow when the text doubles. */
  readonly growth: number;
}

/** Looks for a text that slows a pattern down, among texts pumped from the characters and parts of the pattern itself. */
export function slowTextFor(source: string, flags: string): SlowText | undefined {
  const stepped = new SteppedPattern(source, flags);
  const nodes = nodesOf(stepped.pattern);
  const quantifiers = nodes.filter((node) => node.type === 'Quantifier' && node.max > LENGTH) as AST.Quantifier[];
  if (quantifiers.length === 0) return undefined;
  const alphabet = representatives(stepped, nodes);
  const pairs = alphabet.slice(0, 5).flatMap((a) => alphabet.slice(0, 5).filter((b) => b !== a).map((b) => a + b));
  const parts = quantifiers.flatMap(({ element }) => examplesOf(stepped, element));
  const pumps = new Set([...alphabet, ...pairs, ...parts].filter((pump) => pump !== ''));
  const prefixes = new Set(['', ...quantifiers.map((quantifier) => exampleBefore(stepped, quantifier))].slice(0, MOST_PREFIXES));
  for (const prefix of prefixes) {
    for (const pump of pumps) {
      for (const suffix of ['', '\u0000', '!']) {
        const growth = growthOf(stepped, (length) => prefix + pump.repeat(Math.ceil(length / pump.length)) + suffix);
        if (growth > MOST_GROWTH) return { prefix, pump, suffix, growth };
      }
    }
  }
  return undefined;
}

function growthOf(stepped: SteppedPattern, textOf: (length: number) => string): number {
  const [once, twice] = [LENGTH, 2 * LENGTH];
  const few = stepped.stepsFor(textOf(once), BUDGET);
  if (few < FREE_STEPS * once) return 1;
  return few === Infinity ? Infinity : stepped.stepsFor(textOf(twice), BUDGET) / few;
}

/** Every node of a pattern that stands for something in a text. */
function nodesOf(node: AST.Node): AST.Node[] {
  if ('alternatives' in node) return [node, ...node.alternatives.flatMap((alternative) => alternative.elements.flatMap(nodesOf))];
  if (node.type === 'Quantifier') return [node, ...nodesOf(node.element)];
  return [node];
}

/** Characters of the pool that the pattern tells apart, one of each kind, the ones that most of it takes first. */
function representatives(stepped: SteppedPattern, nodes: readonly AST.Node[]): string[] {
  const own = nodes.flatMap((node) => (node.type === 'Character' ? [String.fromCodePoint(node.value)] : []));
  const takers = nodes.filter(isCharacter);
  const kinds = new Map<string, { character: string; count: number }>();
  for (const character of new Set([...own, ...POOL])) {
    const taken = takers.map((node) => stepped.takes(node, character));
    const kind = taken.join();
    if (!kinds.has(kind)) kinds.set(kind, { character, count: taken.filter(Boolean).length });
  }
  return [...kinds.values()].sort((a, b) => b.count - a.count).slice(0, MOST_REPRESENTATIVES).map(({ character }) => character);
}

/** Texts that a node takes: one for each of its alternatives. */
function examplesOf(stepped: SteppedPattern, node: AST.Element): string[] {
  if (isCharacter(node)) return [characterFor(stepped, node)];
  if (node.type === 'Quantifier') return examplesOf(stepped, node.element).map((example) => example.repeat(Math.min(LENGTH, Math.max(1, node.min))));
  if (node.type === 'Group' || node.type === 'CapturingGroup') return node.alternatives.map(({ elements }) => elements.map((each) => exampleOf(stepped, each)).join(''));
  return [''];
}

function exampleOf(stepped: SteppedPattern, node: AST.Element): string {
  return examplesOf(stepped, node)[0] ?? '';
}

function characterFor(stepped: SteppedPattern, node: Parameters<SteppedPattern['takes']>[0]): string {
  if (node.type === 'Character') return String.fromCodePoint(node.value);
  return POOL.find((character) => stepped.takes(node, character)) ?? '';
}

/** A text that what stands before a node takes. */
function exampleBefore(stepped: SteppedPattern, node: AST.Node): string {
  const { parent } = node;
  if (!parent) return '';
  const siblings = parent.type === 'Alternative' ? parent.elements.slice(0, parent.elements.indexOf(node as AST.Element)) : [];
  return exampleBefore(stepped, parent) + siblings.map((each) => exampleOf(stepped, each)).join('');
}
