import { runBareGateway, runBareService } from './bare-pair';
import { runEchoGateway, runEchoService } from './echo-pair';

const roles = {
  'echo-gateway': runEchoGateway,
  'echo-service': runEchoService,
  'bare-gateway': runBareGateway,
  'bare-service': runBareService,
};

/** One end of a pair that answers what it is asked: ours, or the bare Fastify and NATS it is compared with. */
const role = process.argv.splice(2, 1)[0];
void roles[role as keyof typeof roles]();
