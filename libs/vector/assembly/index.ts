export { addToCounters, majorityOfCounters } from './counters';
export { dotFloat32ToMany, dotInt8sToMany, dotInt8ToMany, widen } from './dot';
export { hamming, hammingToMany, xor } from './hamming';
export { largest } from './largest';
export { allocate, release } from './memory';
export { read } from './read';
export { smallest } from './smallest';
