import { validateSync } from 'class-validator';
import { StorageConfig } from './storage.config';

const faultsOf = (settings: object): string[] =>
  validateSync(Object.assign(new StorageConfig(), settings)).flatMap(({ constraints = {} }) => Object.values(constraints));

describe('the settings of the database', () => {
  it.each([[{}], [{ databaseUrl: 'postgres://u:p@h/d' }], [{ databaseUrl: 'postgresql://h:1/d?sslmode=require' }]])('can be %j', (settings) => {
    expect(faultsOf(settings)).toEqual([]);
  });

  it.each(['mysql://u:secret@h/d', 'secret', 'postgres://u:secret@h:port/d', 'postgres://u:secret@h/d?sslrootcert=/no/such/secret', ''])('cannot be at %j, and say nothing of it', (databaseUrl) => {
    const faults = faultsOf({ databaseUrl });
    expect(faults).toEqual([expect.stringMatching(/^databaseUrl must be a URL such as postgres:\/\/user:password@host:5432\/database; files/)]);
    expect(faults.join()).not.toMatch(/secret/);
  });

  it.each([[{ databasePoolSize: 0 }], [{ databaseTimeoutMs: 0 }], [{ databaseConnectionTimeoutMs: 0.5 }]])('cannot be %j', (settings) => {
    expect(faultsOf(settings)).not.toEqual([]);
  });
});
