/** A condition on a label, as it stands in a query. */
export interface LabelMatcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** What a query reads: a metric, and which of its series. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly LabelMatcher[];
}

/** Words of PromQL that are no metric, where no parenthesis follows them. */
const KEYWORDS = new Set(['and', 'or', 'unless', 'offset', 'bool', 'by', 'on', 'without', 'ignoring', 'group_left', 'group_right', 'inf', 'nan', 'start', 'end']);

/** Lists of labels: those after `by` and the like. */
const LABEL_LIST = /^(by|without|on|ignoring|group_left|group_right)\s*\(/i;

const TOKENS = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\[[^\]]*\]|\{|\}|\(|\)|[a-zA-Z_:][\w:.]*|\d[\w.]*|=~|!~|!=|=|,|\S/g;

/** The selectors in an expression of PromQL, in their order; throws where one cannot be read. */
export function selectorsIn(expr: string): Selector[] {
  const tokens = tokensOf(withoutLabelLists(expr));
  const found: Selector[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? '';
    const isName = /^[a-zA-Z_:]/.test(token) && !KEYWORDS.has(token.toLowerCase()) && tokens[at + 1] !== '(';
    if (!isName && token !== '{') continue;
    const open = isName ? at + 1 : at;
    if (tokens[open] !== '{') {
      found.push({ metric: token, matchers: [] });
      continue;
    }
    const close = tokens.indexOf('}', open);
    if (close < 0) throw new Error(`${expr}: a brace is not closed`);
    found.push(selectorOf(isName ? token : undefined, tokens.slice(open + 1, close), expr));
    at = close;
  }
  return found;
}

function selectorOf(name: string | undefined, tokens: readonly string[], expr: string): Selector {
  const matchers: LabelMatcher[] = [];
  for (let at = 0; at < tokens.length; at += 4) {
    const [label = '', operator = '', value = '', comma = ','] = tokens.slice(at, at + 4);
    if (!isOperator(operator) || !/^["']/.test(value) || comma !== ',') throw new Error(`${expr}: {${tokens.join('')}} cannot be read`);
    matchers.push({ label, operator, value: value.slice(1, -1).replaceAll(/\\(.)/g, '$1') });
  }
  const named = matchers.find(({ label, operator }) => label === '__name__' && operator === '=');
  const metric = name ?? named?.value;
  if (metric === undefined) throw new Error(`${expr}: a selector names no metric`);
  return { metric, matchers: matchers.filter((matcher) => matcher !== named) };
}

function isOperator(text: string): text is LabelMatcher['operator'] {
  return ['=', '!=', '=~', '!~'].includes(text);
}

function tokensOf(expr: string): string[] {
  return expr.match(TOKENS)?.filter((token) => !token.startsWith('[')) ?? [];
}

function withoutLabelLists(expr: string): string {
  let rest = expr;
  let bare = '';
  while (rest !== '') {
    const [text] = /^(?:"(?:[^"\\]|\\.)*"|[a-zA-Z_:][\w:]*|[^a-zA-Z_:"]+)/.exec(rest) ?? [rest.charAt(0)];
    const list = LABEL_LIST.exec(rest);
    const end = list ? rest.indexOf(')') + 1 : text.length;
    bare += list ? ' ' : text;
    rest = rest.slice(end);
  }
  return bare;
}
