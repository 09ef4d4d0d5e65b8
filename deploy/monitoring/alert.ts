/**
 * How soon somebody has to look: `critical` wakes who is on call, since callers are refused or data is at stake; `warning` is a ticket for working hours;
 * `info` tells nobody and explains others on the page of alerts.
 */
export type Severity = 'critical' | 'warning' | 'info';

/** What somebody is told, and when. */
export interface Alert {
  readonly alert: string;
  /** PromQL; what it yields is one alert each. */
  readonly expr: string;
  /** How long it has to hold. */
  readonly for: string;
  readonly severity: Severity;
  /** Labels beside the severity, by which alerts are grouped and inhibited. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What is wrong, the same for all of its alerts. */
  readonly summary: string;
  /** What is wrong where, with values, as a template of Prometheus. */
  readonly description: string;
}

/** Alerts about one topic: they stand in one file of rules and have one runbook of the same name. */
export interface AlertTopic {
  readonly topic: string;
  readonly alerts: readonly Alert[];
}

/** Where the documents of the version that runs are read; `monitoring.documentsUrl` of the umbrella chart puts another place in its stead. */
export const RUNBOOK_BASE = 'https://github.com/sigmalang/sigmalang/blob/main';

/** Link to what to do about an alert. */
export function runbookUrl(topic: string, alert: string): string {
  return `${RUNBOOK_BASE}/docs/runbooks/${topic}.md#${alert.toLowerCase()}`;
}

/** The alerts of a topic as Prometheus reads them. */
export function groupOf({ topic, alerts }: AlertTopic): object {
  const rules = alerts.map(({ alert, expr, for: holds, severity, labels, summary, description }) => ({
    alert,
    expr,
    for: holds,
    labels: { severity, ...labels },
    annotations: { summary, description, runbook_url: runbookUrl(topic, alert) },
  }));
  return { name: `sigmalang-${topic}`, rules };
}

/** The line of an alert in the index of runbooks. */
export function indexLine(topic: string, { alert, severity, summary }: Alert): string {
  return `| [${alert}](${topic}.md#${alert.toLowerCase()}) | \`${severity}\` | ${summary} |`;
}
