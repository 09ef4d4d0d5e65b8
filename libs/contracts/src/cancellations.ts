/** Subject on which a caller that is gone says so: the message is the id of its call, and every process that answers calls listens. */
export const CANCELLATIONS = 'sigmalang.v1.cancellations';
