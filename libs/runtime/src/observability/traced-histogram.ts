import { Histogram, type HistogramConfiguration, type LabelValues, register } from 'prom-client';
import { exemplarOf } from './spans';

/** A histogram whose buckets each lead to the trace of the last request that was counted there, where that is kept; shown by OpenMetrics alone. */
export class TracedHistogram<Label extends string> extends Histogram<Label> {
  /** @param configuration as of any histogram of the process */
  constructor(configuration: HistogramConfiguration<Label>) {
    super({ ...configuration, enableExemplars: true, registers: [] });
    register.registerMetric(this); // by itself it joins no registry that can also be read without exemplars
  }

  /** Counts a value, of the request with a trace context; of the one being worked on unless given. */
  observeOf(labels: LabelValues<Label>, value: number, traceparent?: string): void {
    const exemplarLabels = exemplarOf(traceparent) as LabelValues<Label> | undefined;
    this.observe({ labels, value, ...(exemplarLabels && { exemplarLabels }) });
  }

  /** Starts a timer; the function that is returned counts the seconds since, of the request being worked on. */
  override startTimer(labels: LabelValues<Label>): (labels?: LabelValues<Label>) => number {
    const started = performance.now();
    return (more) => {
      const seconds = (performance.now() - started) / 1000;
      this.observeOf({ ...labels, ...more }, seconds);
      return seconds;
    };
  }
}
