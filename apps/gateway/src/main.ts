import { run } from '@sigmalang/runtime';
import { GATEWAY } from './gateway.module';

void run({ name: 'gateway', transport: 'nats', ...GATEWAY });
