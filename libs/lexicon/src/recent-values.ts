/** Longer keys are not remembered, so that what is remembered has a bound in bytes. */
const LONGEST_KEY = 32;

/** Values that are made of short texts, remembered while they are in use: at most twice `most` of them. */
export class RecentValues<Value extends object> {
  private recent = new Map<string, Value>();
  private before = new Map<string, Value>();

  /**
   * @param most values that one generation holds; with each full one that before it is forgotten
   * @param make what gives the value of a key, always the same one
   */
  constructor(
    private readonly most: number,
    private readonly make: (key: string) => Value,
  ) {}

  /** The value of a key, made where it is not remembered. */
  get(key: string): Value {
    if (key.length > LONGEST_KEY) return this.make(key);
    const known = this.recent.get(key);
    if (known !== undefined) return known;
    const value = this.before.get(key) ?? this.make(key);
    if (this.recent.size >= this.most) {
      this.before = this.recent;
      this.recent = new Map();
    }
    this.recent.set(key, value);
    return value;
  }
}
