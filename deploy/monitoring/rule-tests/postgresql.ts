import { type AlertTest, grows, stays } from './alert-test';

const WHERE = 'job="sigmalang-postgresql",instance="p"';
const LABELS = { job: 'sigmalang-postgresql', instance: 'p' };
const SERVER = `${WHERE},server="db:5432"`;

function activity(connections: number): Record<string, string> {
  return {
    [`pg_stat_activity_count{${SERVER},datname="sigmalang",state="active"}`]: stays(10, 60),
    [`pg_stat_activity_count{${SERVER},datname="sigmalang",state="idle"}`]: stays(connections - 10, 60),
    [`pg_settings_max_connections{${SERVER}}`]: stays(100, 60),
  };
}

/** An archive that grows older, of a database to which so many rows are written each minute. */
function archive(age: string, rowsPerMinute: number, timeoutSeconds: number): Record<string, string> {
  const written = ['inserted', 'updated', 'deleted'].map((kind) => [`pg_stat_database_tup_${kind}{${SERVER},datname="sigmalang"}`, grows(rowsPerMinute, 120)] as const);
  return {
    [`pg_stat_archiver_last_archive_age{${SERVER}}`]: age,
    [`pg_settings_archive_timeout_seconds{${SERVER}}`]: stays(timeoutSeconds, 120),
    ...Object.fromEntries(written),
  };
}

function transaction(seconds: string, state: string): Record<string, string> {
  return { [`pg_stat_activity_max_tx_duration{${SERVER},datname="sigmalang",state="${state}"}`]: seconds };
}

export const postgresqlTests: readonly AlertTest[] = [
  {
    alert: 'SigmalangPostgresqlDown',
    fires: { series: { [`pg_up{${WHERE}}`]: '1x5 0x15' }, at: '15m', labels: LABELS, says: 'The PostgreSQL of p does not answer: keys cannot be checked and nothing can be written.' },
    quiet: {
      'it was restarted': { series: { [`pg_up{${WHERE}}`]: '1x13 0 1x10' }, at: '15m' },
      'it is the PostgreSQL of somebody else': { series: { 'pg_up{job="other",instance="o"}': stays(0, 20) }, at: '15m' },
    },
  },
  {
    alert: 'SigmalangPostgresqlConnectionsNearLimit',
    fires: { series: activity(90), at: '30m', labels: LABELS, says: 'The PostgreSQL of p has 90% of the connections that it takes.' },
    quiet: { 'there is room': { series: activity(40), at: '30m' } },
  },
  {
    alert: 'SigmalangPostgresqlArchivingFails',
    fires: {
      series: { [`pg_stat_archiver_failed_count{${SERVER}}`]: grows(1, 60) },
      at: '40m',
      labels: { ...LABELS, server: 'db:5432' },
      says: '15 attempts of p to archive failed within 15 minutes; what is not archived fills the disk.',
    },
    quiet: { 'none failed': { series: { [`pg_stat_archiver_failed_count{${SERVER}}`]: stays(7, 60) }, at: '40m' }, 'one failed, long ago': { series: { [`pg_stat_archiver_failed_count{${SERVER}}`]: '0x10 1x50' }, at: '40m' } },
  },
  {
    alert: 'SigmalangPostgresqlArchiveOld',
    fires: {
      series: archive('0+60x120', 5, 60),
      at: '60m',
      labels: LABELS,
      says: 'The last segment of the write-ahead log of p was archived 1h 0m 0s ago, and rows were written since.',
    },
    quiet: {
      'nobody writes': { series: archive('0+60x120', 0, 60), at: '60m' },
      'it archives a segment when that is full, and not before': { series: archive('0+60x120', 5, 0), at: '60m' },
      'it archives each minute': { series: archive('30x120', 5, 60), at: '60m' },
    },
  },
  {
    alert: 'SigmalangPostgresqlDeadlocks',
    fires: {
      series: { [`pg_stat_database_deadlocks{${SERVER},datname="sigmalang",datid="5"}`]: grows(1, 60) },
      at: '40m',
      labels: { ...LABELS, datname: 'sigmalang' },
      says: '15 deadlocks in the database sigmalang of p within 15 minutes.',
    },
    quiet: { 'there was one, and its transaction was asked for again': { series: { [`pg_stat_database_deadlocks{${SERVER},datname="sigmalang",datid="5"}`]: '0x30 1x30' }, at: '40m' } },
  },
  {
    alert: 'SigmalangPostgresqlLongTransaction',
    fires: {
      series: transaction('0+60x90', 'idle in transaction'),
      at: '60m',
      labels: { ...LABELS, datname: 'sigmalang', state: 'idle in transaction' },
      says: 'A transaction in the database sigmalang of p has been open for 1h 0m 0s (idle in transaction): rows that are removed keep their room meanwhile.',
    },
    quiet: {
      'transactions are short': { series: transaction(stays(2, 90), 'active'), at: '60m' },
      'a connection has been idle since its last one': { series: transaction('0+60x90', 'idle'), at: '60m' },
    },
  },
];
