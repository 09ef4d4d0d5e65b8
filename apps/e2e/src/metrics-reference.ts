import type { RestEncodeResponse } from '@sigmalang/contracts';
import type { BothInstallations, Installation } from './installations';
import { type Reply, RestClient } from './rest-client';

/** What a process says of its metrics, as it is. */
interface Exposition {
  readonly app: string;
  readonly text: string;
}

/** A metric as the processes that export it describe it. */
interface DescribedMetric {
  readonly type: string;
  readonly help: string;
  readonly labels: Set<string>;
  readonly apps: Set<string>;
}

/** Labels that belong to the form of a histogram and not to what it measures. */
const OF_THE_FORM = new Set(['le', 'quantile']);

const PREFIX = 'sigmalang_';

const SENTENCE = 'The quick brown fox jumps over the lazy dog.';

/** Asks an installation for a little of everything that is measured under labels which nobody knows before. */
export async function useEverything({ rest }: Installation): Promise<void> {
  const { results } = (await answerOf(rest.post('/v1/encode', { text: SENTENCE }))) as RestEncodeResponse;
  await answerOf(rest.post('/v1/decode', { vectors: results[0]?.vectors }));
  await answerOf(rest.post('/v1/analogies/solve', { query: 'king:queen::man:?' }));
  await answerOf(rest.post('/v1/search', { query: 'fox', corpus: [SENTENCE, 'Nothing of this kind.'].map((text) => ({ text })) }));
}

async function answerOf(asked: Promise<Reply>): Promise<unknown> {
  const { status, text, body } = await asked;
  if (status !== 200) throw new Error(`expected 200, got ${status}: ${text}`);
  return body;
}

/** What the processes of both installations say of their metrics. */
export async function expositionsOf({ onNats, standalone }: BothInstallations): Promise<Exposition[]> {
  return Promise.all(
    [...onNats.processes, ...standalone.processes].map(async (process) => {
      const { text } = await new RestClient(process.managementOrigin).get('/metrics');
      return { app: process.app, text };
    }),
  );
}

/** The table of our own metrics in the order of their names, in Markdown: what each is, its labels, and which of the apps export it. */
export function tableOf(expositions: readonly Exposition[]): string {
  const apps = expositions.map(({ app }) => app);
  const rows = [...describe(expositions)].sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, { type, help, labels, apps: of }]) => {
    const exporters = of.size === apps.length ? 'all' : apps.filter((app) => of.has(app)).join(', ');
    return `| \`${name}\` | ${type} | ${[...labels].map((label) => `\`${label}\``).join(', ')} | ${help.replaceAll('|', '\\|')} | ${exporters} |`;
  });
  return ['| Metric | Type | Labels | What it tells | Apps |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}

function describe(expositions: readonly Exposition[]): Map<string, DescribedMetric> {
  const metrics = new Map<string, DescribedMetric>();
  for (const { app, text } of expositions) {
    let current: DescribedMetric | undefined;
    let help = '';
    for (const line of text.split('\n')) {
      const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
      if (kind === 'HELP') help = rest;
      if (kind === 'TYPE') {
        current = name.startsWith(PREFIX) ? (metrics.get(name) ?? { type: rest, help, labels: new Set(), apps: new Set() }) : undefined;
        if (current) metrics.set(name, current);
      }
      if (kind !== undefined || line === '') continue;
      current?.apps.add(app); // a metric without samples is exported by name alone, which nobody can look at
      for (const [, label = ''] of line.matchAll(/[{,](\w+)="/g)) if (!OF_THE_FORM.has(label)) current?.labels.add(label);
    }
  }
  return new Map([...metrics].filter(([, { apps }]) => apps.size > 0));
}

/** The document with another table between its two marks. */
export function withTable(document: string, table: string): string {
  const [begin, end] = ['<!-- metrics -->', '<!-- end of metrics -->'];
  const [before, after] = [document.indexOf(begin), document.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`the document has no place for the table: ${begin} and ${end}`);
  return `${document.slice(0, before + begin.length)}\n${table}\n${document.slice(after)}`;
}
