import { parseAllDocuments } from 'yaml';

/** An object of Kubernetes. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, string>>;
}

/** Objects that belong together: those that a chart makes of one file of values. */
export interface NamedObjects {
  readonly name: string;
  readonly objects: readonly KubernetesObject[];
}

/** The objects in a text with several documents of YAML. */
export function objectsIn(text: string): KubernetesObject[] {
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents)) return [];
  for (const { errors: [error] } of documents) if (error) throw error;
  return documents.map((document) => document.toJS() as KubernetesObject | null).filter((object) => object !== null);
}
