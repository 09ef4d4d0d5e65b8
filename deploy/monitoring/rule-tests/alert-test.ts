import type { Alert, AlertTopic } from '../alert';
import { runbookUrl } from '../alert';
import { recordingGroups } from '../recorded';

/** What Prometheus sees in a test, and until when. */
export interface Situation {
  /** Series in the notation of promtool, a value each minute from 0 on: `0+5x60` grows by 5 for an hour. */
  readonly series: Readonly<Record<string, string>>;
  /** When the alert is looked for. */
  readonly at: string;
}

/** What one alert does in situations made for it. */
export interface AlertTest {
  readonly alert: string;
  /** A situation in which somebody is told, with the labels that tell where, and what it says. */
  readonly fires: Situation & { readonly labels: Readonly<Record<string, string>>; readonly says: string };
  /** Situations in which nobody is, by what they are. */
  readonly quiet: Readonly<Record<string, Situation>>;
}

/** Half as often as in production: what alerts wait for are minutes, and promtool computes all recorded series each time. */
const EVALUATED_EACH = '2m';

/** A value that stays for so many minutes. */
export function stays(value: number, minutes: number): string {
  return `${value}x${minutes}`;
}

/** A counter that grows each minute by so much, for so many minutes. */
export function grows(perMinute: number, minutes: number): string {
  return `0+${perMinute}x${minutes}`;
}

/** Series of a test as promtool reads them. */
function inputOf({ series }: Situation): object[] {
  return Object.entries(series).map(([name, values]) => ({ series: name, values }));
}

function expectation({ alert, severity, labels, summary }: Alert, topic: string, { fires }: AlertTest): object {
  return {
    exp_labels: { severity, ...labels, ...fires.labels },
    exp_annotations: { summary, description: fires.says, runbook_url: runbookUrl(topic, alert) },
  };
}

/** The tests of a topic as promtool reads them, with the files of rules that they are about. */
export function testFileOf({ topic, alerts }: AlertTopic, tests: readonly AlertTest[], ruleFiles: readonly string[]): object {
  const cases = tests.flatMap((test) => {
    const { alert, fires, quiet } = test;
    const rule = alerts.find((candidate) => candidate.alert === alert);
    if (!rule) throw new Error(`There is no alert ${alert} in the topic ${topic}`);
    const firing = { name: `${alert} fires`, interval: '1m', input_series: inputOf(fires), alert_rule_test: [{ eval_time: fires.at, alertname: alert, exp_alerts: [expectation(rule, topic, test)] }] };
    const silent = Object.entries(quiet).map(([what, situation]) => ({
      name: `${alert} is quiet: ${what}`,
      interval: '1m',
      input_series: inputOf(situation),
      alert_rule_test: [{ eval_time: situation.at, alertname: alert, exp_alerts: [] }],
    }));
    return [firing, ...silent];
  });
  // Else promtool evaluates groups in any order, and an alert may see what was recorded a step before.
  const order = [...recordingGroups.map(({ name }) => name), `sigmalang-${topic}`];
  return { rule_files: ruleFiles, evaluation_interval: EVALUATED_EACH, group_eval_order: order, tests: cases };
}
