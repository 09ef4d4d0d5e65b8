/** A file that is written for Grafana or Prometheus: its name and what stands in it. */
export interface CompiledFile {
  /** Name within its folder, with its extension. */
  readonly name: string;
  /** What stands in it, to be written as JSON or YAML by that extension. */
  readonly content: object;
}
