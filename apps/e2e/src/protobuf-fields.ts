/** A field of a message in the wire format of Protocol Buffers: bytes, or a number as it stands there. */
export type FieldValue = Buffer | bigint;

/** The fields of a message by number, each as often as it stands there. */
export class ProtobufFields {
  private readonly fields = new Map<number, FieldValue[]>();
  private at = 0;

  constructor(private readonly bytes: Buffer) {
    while (this.at < bytes.length) {
      const tag = Number(this.varint());
      const known = this.fields.get(tag >> 3) ?? [];
      this.fields.set(tag >> 3, [...known, this.value(tag & 7)]);
    }
  }

  /** Bytes of each occurrence of a field. */
  all(field: number): Buffer[] {
    return (this.fields.get(field) ?? []).filter((value) => Buffer.isBuffer(value));
  }

  /** The messages that a field holds. */
  messages(field: number): ProtobufFields[] {
    return this.all(field).map((bytes) => new ProtobufFields(bytes));
  }

  /** A field of text; empty where it is absent. */
  text(field: number): string {
    return this.all(field)[0]?.toString('utf8') ?? '';
  }

  /** A field of bytes, in hexadecimal digits; empty where it is absent. */
  hex(field: number): string {
    return this.all(field)[0]?.toString('hex') ?? '';
  }

  /** A field of a number; undefined where it is absent. */
  number(field: number): bigint | undefined {
    return this.fields.get(field)?.find((value) => typeof value === 'bigint');
  }

  private value(wireType: number): FieldValue {
    if (wireType === 0) return this.varint();
    if (wireType === 1) return this.take(8).readBigUInt64LE();
    if (wireType === 5) return BigInt(this.take(4).readUInt32LE());
    if (wireType === 2) return this.take(Number(this.varint()));
    throw new Error(`no message has the wire type ${wireType}`);
  }

  private take(length: number): Buffer {
    const taken = this.bytes.subarray(this.at, this.at + length);
    if (taken.length < length) throw new Error('the message ends within a field');
    this.at += length;
    return taken;
  }

  private varint(): bigint {
    for (let value = 0n, shift = 0n; ; shift += 7n) {
      const byte = this.take(1).readUInt8();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }
}
