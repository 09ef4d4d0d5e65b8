import { Logger } from '@nestjs/common';
import { StorageUnderTest, type StoresUnderTest } from '../storage-under-test';
import { newSalt } from './audit-chain';
import { readAuditArguments, verifyCommand } from './audit-command';

const hash = '0f'.repeat(32);

describe('the arguments of the audit command', () => {
  it.each<[string[], object | undefined]>([
    [['verify'], { flags: [] }],
    [['verify', '--data-dir=x'], { flags: ['--data-dir=x'] }],
    [['verify', `--head=12:${hash}`], { flags: [], known: { seq: 12, hash } }],
    [['verify', '--head', `12:${hash}`, '--data-dir=x'], { flags: ['--data-dir=x'], known: { seq: 12, hash } }],
    [[], undefined],
    [['show'], undefined],
    [['verify', '--head'], undefined],
    [['verify', '--head=12'], undefined],
    [['verify', `--head=-1:${hash}`], undefined],
    [['verify', `--head=12:${hash}0`], undefined],
  ])('%j are understood as %j', (args, asked) => {
    expect(readAuditArguments(args)).toEqual(asked);
  });
});

describe('the audit command', () => {
  let storage: StorageUnderTest;
  let stores: StoresUnderTest;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    storage = await StorageUnderTest.start('server');
    stores = await storage.open();
    for (let i = 0; i < 3; i++) await stores.audit.append([{ at: new Date(), action: 'a', status: 200, code: 'OK', actor: { salt: newSalt() } }]);
  }, 60_000);

  afterAll(() => storage.remove());

  it('says that the audit is whole, and its head', async () => {
    const { seq, hash: last } = await stores.audit.head();
    const text = `The audit is whole: 3 entries from 1 on, 0 of them erased; its head is ${seq}:${last}`;
    expect(await verifyCommand(stores.database)).toEqual({ text, isFailure: false });
    expect(await verifyCommand(stores.database, { seq, hash: last })).toEqual({ text, isFailure: false });
  });

  it.each([
    ['another head', { seq: 2, hash }, 'Entry 2 is not the one that was noted: it, or what is before it, was written anew'],
    ['a head that is not there', { seq: 4, hash }, 'The audit is cut off: entry 4 and all behind it are not there'],
  ])('fails for %s', async (_what, known, text) => {
    expect(await verifyCommand(stores.database, known)).toEqual({ text, isFailure: true });
  });

  it.each([
    [`delete from audit_entries where seq = 3`, 'The audit is cut off: entry 3 and all behind it are not there'],
    [`update audit_entries set code = 'x' where seq = 2`, 'Entry 2 is not what was written there: it was changed, or it is another'],
    [`delete from audit_entries where seq = 1`, 'Entry 1 was removed'],
  ])('fails after %s', async (statement, text) => {
    await stores.database.withConnection('test', (client) => client.query(`alter table audit_entries disable trigger all; ${statement}; alter table audit_entries enable trigger all`));
    expect(await verifyCommand(stores.database)).toEqual({ text, isFailure: true });
  });
});
