import { METRICS } from '@sigmalang/contracts';
import type { Alert, AlertTopic, Severity } from '../alert';
import { sloBad, sloBadRatio, type Window } from '../recorded';
import { SERVICE_LEVELS, type ServiceLevel } from '../service-levels';

/** How fast the budget burns, over which windows, and who hears of it. */
interface BurnRate {
  readonly factor: number;
  readonly long: Window;
  readonly short: Window;
  /** The window in which bad requests are counted, one that is computed from the counters. */
  readonly counted: { readonly window: Window; readonly seconds: number };
  readonly for: string;
  readonly severity: Severity;
  readonly gone: string;
}

/** Multi-window, multi-burn-rate alerts as in the SRE workbook (chapter 5): the long window says that it matters, the short one that it goes on. */
const BURN_RATES: readonly BurnRate[] = [
  { factor: 14.4, long: '1h', short: '5m', counted: { window: '1h', seconds: 3_600 }, for: '2m', severity: 'critical', gone: '2 days' },
  { factor: 6, long: '6h', short: '30m', counted: { window: '6h', seconds: 21_600 }, for: '5m', severity: 'critical', gone: '5 days' },
  { factor: 3, long: '1d', short: '2h', counted: { window: '2h', seconds: 7_200 }, for: '15m', severity: 'warning', gone: '10 days' },
  { factor: 1, long: '3d', short: '6h', counted: { window: '6h', seconds: 21_600 }, for: '30m', severity: 'warning', gone: '30 days' },
];

const WORDS = {
  availability: { name: 'Availability', bad: 'failed', goal: '99.9 % of them are to succeed' },
  latency: { name: 'Latency', bad: 'took longer than 100 ms', goal: '95 % of them are to be faster' },
} as const;

function burnAlert({ name, budget, leastBad }: ServiceLevel, rate: BurnRate): Alert {
  const most = Number((rate.factor * budget).toPrecision(6));
  const slo = `{slo="${name}"}`;
  const words = WORDS[name];
  return {
    alert: `Sigmalang${words.name}BudgetBurn${Math.trunc(rate.factor)}x`,
    expr: [
      `${sloBadRatio(rate.long)}${slo} > ${most}`,
      `and ${sloBadRatio(rate.short)}${slo} > ${most}`,
      `and ${sloBad(rate.counted.window)}${slo} * ${rate.counted.seconds} > ${leastBad}`,
    ].join('\n'),
    for: rate.for,
    severity: rate.severity,
    labels: { burn: `${rate.factor}` },
    summary: `At this rate the error budget for ${name} of 30 days is gone in ${rate.gone}`,
    description: `{{ $value | humanizePercentage }} of the requests to {{ $labels.job }} in the last ${rate.long} ${words.bad}, and more than ${Number((most * 100).toPrecision(6))} % in the last ${rate.short}; ${words.goal}.`,
  };
}

/** Codes of errors that somebody should look at before they burn the budget, counted where they arose. */
function errorsIn(code: string): string {
  return `sum by (namespace, job) (increase(${METRICS.errors}{code="${code}"}[10m]))`;
}

/** What callers were promised, and errors that are faults of ours whatever the budget says. */
export const serviceLevels: AlertTopic = {
  topic: 'service-levels',
  alerts: [
    ...SERVICE_LEVELS.flatMap((level) => BURN_RATES.map((rate) => burnAlert(level, rate))),
    {
      alert: 'SigmalangInternalErrors',
      expr: `${errorsIn('INTERNAL')} > 5`,
      for: '5m',
      severity: 'warning',
      summary: 'Requests fail by a fault of the program',
      description: '{{ $value | printf "%.0f" }} requests failed with INTERNAL in {{ $labels.job }} within 10 minutes.',
    },
    {
      alert: 'SigmalangTimeouts',
      expr: `${errorsIn('TIMEOUT')} > 20`,
      for: '5m',
      severity: 'warning',
      summary: 'Requests are not answered in their time',
      description: '{{ $value | printf "%.0f" }} requests ended with TIMEOUT in {{ $labels.job }} within 10 minutes.',
    },
  ],
};
