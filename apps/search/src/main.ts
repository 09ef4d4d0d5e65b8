import { run } from '@sigmalang/runtime';
import { SEARCH } from './search.module';

void run({ name: 'search', transport: 'nats', ...SEARCH });
