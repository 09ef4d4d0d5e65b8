import { SERVING } from '../service-levels';
import { cacheRow, flagsRow, identityRow, limitsRow } from './api-rows';
import { databaseRow, dependenciesRow } from './dependency-rows';
import { dashboard } from './frame';
import { buildRow, processRow } from './process-rows';
import { nowRow, requestRow, saturationRow } from './request-rows';
import { chosenOf } from './scope';

const CHOSEN = chosenOf(SERVING);

/** The REST API: the gateway, or the standalone that has it in it. */
export const api = dashboard({
  uid: 'sigmalang-gateway', // the name of its job, by which the table of apps links to it
  title: 'ΣLANG API',
  description: 'What do callers get? Requests by route and code, limits, shedding, the cache, authentication, and the gateway itself.',
  jobs: SERVING,
  hasInstances: true,
  rows: [
    nowRow(CHOSEN),
    requestRow('Requests of callers', CHOSEN, 'contract=~"[A-Z]+ /.*|no route"'),
    limitsRow(CHOSEN),
    cacheRow(CHOSEN),
    identityRow(CHOSEN),
    dependenciesRow(CHOSEN),
    databaseRow(CHOSEN),
    saturationRow(CHOSEN),
    flagsRow(CHOSEN),
    processRow(CHOSEN),
    buildRow(CHOSEN),
  ],
});
