import { fail, runStorageCommand } from '../storage-command';
import { AUDIT_USAGE, readAuditArguments, verifyCommand } from './audit-command';

const asked = readAuditArguments(process.argv.slice(2));
if (asked) void runStorageCommand(asked.flags, (database) => verifyCommand(database, asked.known));
else fail(`usage: ${AUDIT_USAGE}`);
