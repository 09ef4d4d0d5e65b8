import { RUNBOOK_BASE, runbookUrl } from '../alert';
import { alertTopics } from '../rules';

/** A link, in Markdown, to a document or to one of its headings: `resilience.md#feature-flags`. */
export function readOn(title: string, document: string): string {
  return `[${title}](${RUNBOOK_BASE}/docs/${document})`;
}

/** A link, in Markdown, to what to do about what an alert tells of; there has to be such an alert. */
export function runbook(alert: string): string {
  const topic = alertTopics.find(({ alerts }) => alerts.some((each) => each.alert === alert));
  if (!topic) throw new Error(`no alert is called ${alert}`);
  return `[Runbook](${runbookUrl(topic.topic, alert)})`;
}
