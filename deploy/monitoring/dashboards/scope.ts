import type { Matcher } from '../promql';
import { IN_NAMESPACE, ON_INSTANCE } from './frame';

/** Conditions that choose processes. */
export type Processes = readonly Matcher[];

/** The processes of jobs among which the reader of a dashboard chooses. */
export function chosenOf(jobs: Matcher): Processes {
  return [jobs, IN_NAMESPACE, ON_INSTANCE];
}

/** How a line is called that is one process; without Kubernetes there are no pods. */
export const PROCESS = '{{pod}} {{instance}}';
