import type { KubernetesObject } from '../charts/rendered-charts';

/** Objects that belong together: those that a chart makes of one file of values. */
export interface NamedObjects {
  readonly name: string;
  readonly objects: readonly KubernetesObject[];
}

/** The fields of an object below one of its own, such as `spec`; none where it has no such field. */
export function fieldsOf(object: KubernetesObject, field: string): Readonly<Record<string, unknown>> {
  const value = object[field];
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
