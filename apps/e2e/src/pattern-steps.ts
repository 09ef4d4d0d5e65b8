import { type AST, RegExpParser } from '@eslint-community/regexpp';

type Next = (at: number) => boolean;
type CharacterNode = AST.Character | AST.CharacterSet | AST.CharacterClass;

/** Thrown when a match has taken more steps than it may. */
class TooManySteps extends Error {}

/** A regular expression as a backtracking engine runs it, step by step: what a step is depends on no machine and no load. */
export class SteppedPattern {
  readonly pattern: AST.Pattern;
  private readonly tests = new Map<AST.Node, Map<string, boolean>>();
  private readonly captures = new Map<AST.CapturingGroup, string>();
  private characters: readonly string[] = [];
  private steps = 0;
  private budget = Infinity;

  constructor(
    source: string,
    private readonly flags: string,
  ) {
    this.pattern = new RegExpParser().parsePattern(source, 0, source.length, { unicode: flags.includes('u'), unicodeSets: flags.includes('v') });
  }

  /** The steps that a search through a text takes; Infinity where they are more than the budget. */
  stepsFor(text: string, budget: number): number {
    return this.run(text, budget).steps;
  }

  /** Where the first match begins and ends, in characters; undefined where there is none. */
  find(text: string): readonly [start: number, end: number] | undefined {
    return this.run(text, Infinity).found;
  }

  /** Whether a node that stands for one character takes this one. */
  takes(node: CharacterNode, character: string): boolean {
    const known = this.tests.get(node) ?? new Map<string, boolean>();
    this.tests.set(node, known);
    let answer = known.get(character);
    if (answer === undefined) known.set(character, (answer = new RegExp(`^(?:${node.raw})$`, this.flags.replace(/[gym]/g, '')).test(character)));
    return answer;
  }

  private run(text: string, budget: number): { steps: number; found?: readonly [number, number] } {
    this.characters = /[uv]/.test(this.flags) ? Array.from(text) : text.split('');
    [this.steps, this.budget] = [0, budget];
    let end = 0;
    try {
      for (let start = 0; start <= this.characters.length; start++) {
        this.captures.clear();
        if (this.either(this.pattern.alternatives, start, (at) => { end = at; return true; })) return { steps: this.steps, found: [start, end] };
        if (this.flags.includes('y')) break;
      }
    } catch (error) {
      if (error instanceof TooManySteps || error instanceof RangeError) return { steps: Infinity };
      throw error;
    }
    return { steps: this.steps };
  }

  private step(): void {
    if (++this.steps > this.budget) throw new TooManySteps();
  }

  private either(alternatives: readonly AST.Alternative[], at: number, next: Next): boolean {
    return alternatives.some(({ elements }) => this.sequence(elements, 0, at, next));
  }

  private sequence(elements: readonly AST.Element[], index: number, at: number, next: Next): boolean {
    const element = elements[index];
    return element ? this.match(element, at, (end) => this.sequence(elements, index + 1, end, next)) : next(at);
  }

  private match(node: AST.Element, at: number, next: Next): boolean {
    this.step();
    switch (node.type) {
      case 'Character':
      case 'CharacterSet':
      case 'CharacterClass':
        return this.takesAt(node, at) && next(at + 1);
      case 'Group':
        return this.either(node.alternatives, at, next);
      case 'CapturingGroup':
        return this.either(node.alternatives, at, (end) => this.capture(node, at, end, next));
      case 'Quantifier':
        return isCharacter(node.element) ? this.repeatCharacter(node, node.element, at, next) : this.repeat(node, 0, at, next);
      case 'Backreference': {
        const [group] = [node.resolved].flat();
        const said = Array.from((group && this.captures.get(group)) ?? '');
        return said.every((character, i) => character === this.characters[at + i]) && next(at + said.length);
      }
      case 'Assertion':
        return this.holds(node, at) && next(at);
      default:
        throw new Error(`${node.type} is not known here`);
    }
  }

  private takesAt(node: CharacterNode, at: number): boolean {
    const character = this.characters[at];
    return character !== undefined && this.takes(node, character);
  }

  private capture(group: AST.CapturingGroup, start: number, end: number, next: Next): boolean {
    const before = this.captures.get(group) ?? '';
    this.captures.set(group, this.characters.slice(start, end).join(''));
    if (next(end)) return true;
    this.captures.set(group, before);
    return false;
  }

  private repeatCharacter({ min, max, greedy }: AST.Quantifier, node: CharacterNode, at: number, next: Next): boolean {
    let most = 0;
    const limit = greedy ? max : min;
    while (most < limit && this.takesAt(node, at + most)) { most++; this.step(); }
    if (most < min) return false;
    if (greedy) {
      for (let count = most; count >= min; count--) { this.step(); if (next(at + count)) return true; }
      return false;
    }
    for (let count = min; count <= max; count++) {
      this.step();
      if (next(at + count)) return true;
      if (!this.takesAt(node, at + count)) return false;
    }
    return false;
  }

  private repeat(node: AST.Quantifier, count: number, at: number, next: Next): boolean {
    const again = (): boolean => count < node.max && this.match(node.element, at, (end) => (end > at || count < node.min) && this.repeat(node, count + 1, end, next));
    const enough = (): boolean => count >= node.min && next(at);
    return node.greedy ? again() || enough() : enough() || again();
  }

  private holds(node: AST.Assertion, at: number): boolean {
    const [before, here] = [this.characters[at - 1], this.characters[at]];
    const isLineEnd = (character?: string): boolean => character === undefined || (this.flags.includes('m') && /[\n\r\u2028\u2029]/.test(character));
    switch (node.kind) {
      case 'start':
        return isLineEnd(before);
      case 'end':
        return isLineEnd(here);
      case 'word':
        return (/^\w$/.test(before ?? '') !== /^\w$/.test(here ?? '')) !== node.negate;
      case 'lookahead':
        return this.either(node.alternatives, at, () => true) !== node.negate;
      case 'lookbehind': // those here look at one character or few
        return new RegExp(`${node.raw}$`, this.flags.replace(/[gy]/g, '')).test(this.characters.slice(Math.max(0, at - 50), at).join(''));
    }
  }
}

/** Whether a node stands for one character. */
export function isCharacter(node: AST.Node): node is CharacterNode {
  return node.type === 'Character' || node.type === 'CharacterSet' || node.type === 'CharacterClass';
}
