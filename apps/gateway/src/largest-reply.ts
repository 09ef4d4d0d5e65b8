/** Most bytes of a reply, beyond what a caller can mean. */
export const LARGEST_REPLY = 33_554_432;
