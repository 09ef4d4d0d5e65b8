export { multiply, relativeProbabilities, scale } from './beliefs';
export { addDigits, addRow, majorityOfCounters, sumsOfCounters } from './digit-sums';
export { fold, unfold } from './fold';
export { walshHadamard } from './walsh-hadamard';
export { weigh } from './weigh';
