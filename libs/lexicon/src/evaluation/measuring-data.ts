/** The folder of public evaluation sets, from the variable SIGMALANG_DATA of `environment`; undefined where it is not set or empty. */
export function measuringData(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const folder = environment['SIGMALANG_DATA'];
  return folder === '' ? undefined : folder;
}
