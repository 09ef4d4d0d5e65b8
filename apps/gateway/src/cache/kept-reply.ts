import { hash } from 'node:crypto';

/** A reply as it was sent. */
export interface KeptReply {
  /** JSON in UTF-8. */
  readonly bytes: Buffer;
  /** Strong entity tag of these bytes, quotes included. */
  readonly etag: string;
}

/** The reply that consists of a text or of bytes, in memory of its own: a part of a larger buffer would keep all of that. */
export function replyOf(content: string | Buffer): KeptReply {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(content));
  if (typeof content === 'string') bytes.write(content);
  else content.copy(bytes);
  return { bytes, etag: etagOf(bytes) };
}

/** The strong entity tag of bytes, or of a text in UTF-8. */
export function etagOf(content: string | Buffer): string {
  return `"${hash('sha256', content, 'base64url')}"`;
}
