import type { SERVICES } from '@sigmalang/contracts';
import type { Matcher } from '../promql';
import { databaseRow, dependenciesRow } from './dependency-rows';
import { dashboard, type GrafanaDashboard, type Row } from './frame';
import { buildRow, processRow } from './process-rows';
import { nowRow, requestRow, saturationRow } from './request-rows';
import { chosenOf, type Processes } from './scope';
import { indexRow, searchesRow } from './search-rows';
import { lexiconRow, vectorRow, workersRow } from './work-rows';

/** Apps that have a dashboard made by one function. */
export type ServiceApp = (typeof SERVICES)[number] | 'standalone';

/** What is particular about an app. */
interface Particulars {
  readonly title: string;
  /** The question that its dashboard answers. */
  readonly question: string;
  /** Rows about what it has and others do not. */
  readonly rows: readonly ((of: Processes) => Row)[];
}

const PARTICULARS: Readonly<Record<ServiceApp, Particulars>> = {
  encoder: { title: 'encoder', question: 'How do texts become Σ-vectors?', rows: [workersRow, vectorRow] },
  decoder: { title: 'decoder', question: 'How do Σ-vectors become texts again?', rows: [workersRow, vectorRow] },
  nlp: { title: 'nlp', question: 'How are texts embedded?', rows: [lexiconRow] },
  analogy: { title: 'analogy', question: 'How are analogies solved and explained?', rows: [workersRow, vectorRow, lexiconRow] },
  search: { title: 'search', question: 'How are documents kept and found?', rows: [searchesRow, indexRow, workersRow, databaseRow] },
  standalone: {
    title: 'standalone',
    question: 'How is everything in one process? What callers get of it stands on the dashboard of the API.',
    rows: [searchesRow, indexRow, workersRow, vectorRow, lexiconRow, databaseRow],
  },
};

/** The dashboard of an app behind the gateway, or of all of them in one process. */
export function serviceDashboard(app: ServiceApp): GrafanaDashboard {
  const { title, question, rows } = PARTICULARS[app];
  const job: Matcher = `job="sigmalang-${app}"`;
  const chosen = chosenOf(job);
  return dashboard({
    uid: `sigmalang-${app}`, // the name of its job, by which the table of apps links to it
    title: `ΣLANG ${title}`,
    description: `${question} Rate, errors and duration of each contract, what waits, what it depends on, its processes.`,
    jobs: job,
    hasInstances: true,
    rows: [
      nowRow(chosen),
      requestRow('Requests', chosen),
      saturationRow(chosen),
      ...rows.map((row) => row(chosen)),
      dependenciesRow(chosen),
      processRow(chosen),
      buildRow(chosen),
    ],
  });
}
