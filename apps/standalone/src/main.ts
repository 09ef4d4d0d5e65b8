import { run } from '@sigmalang/runtime';
import { STANDALONE } from './standalone.module';

void run({ name: 'standalone', transport: 'in-process', ...STANDALONE });
