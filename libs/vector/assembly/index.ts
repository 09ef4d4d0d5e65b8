export { addToCounters, majorityOfCounters } from './counters';
export { dotFloat32ToMany, dotInt8ToMany } from './dot';
export { hamming, hammingToMany, xor } from './hamming';
export { allocate, release } from './memory';
export { read } from './read';
export { smallest } from './smallest';
