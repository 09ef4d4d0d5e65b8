import { runBareGateway, runBareService } from './bare-pair';
import { runEchoGateway, runEchoService } from './echo-pair';

const roles = {
  'echo-gateway': runEchoGateway,
  'echo-service': runEchoService,
  'bare-gateway': runBareGateway,
  'bare-service': runBareService,
};

/** The role that this process plays: one end of a pair that answers what it is asked, ours or the bare one. */
const role = process.argv.splice(2, 1)[0];
void roles[role as keyof typeof roles]();
