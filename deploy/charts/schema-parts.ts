/** A JSON Schema, or a part of one. */
export interface Schema {
  readonly [keyword: string]: unknown;
}

/** An object of these properties and no others. */
export function closed(properties: Readonly<Record<string, Schema>>, more: Schema = {}): Schema {
  return { type: 'object', additionalProperties: false, properties, ...more };
}

/** An object whose property `enabled` asks for others to be given. */
export function neededWhenEnabled(needed: Schema): Schema {
  return { if: { properties: { enabled: { const: true } }, required: ['enabled'] }, then: { properties: needed } };
}

/** A string, or the integer, of a quantity such as 500m or 2Gi. */
const quantity: Schema = { type: ['string', 'integer', 'number'], pattern: '^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$', exclusiveMinimum: 0 };

const name: Schema = { type: 'string', pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$', maxLength: 253 };
const key: Schema = { type: 'string', pattern: '^[-._a-zA-Z0-9]+$' };

const amounts = closed({ cpu: quantity, memory: quantity, 'ephemeral-storage': quantity }, { required: ['cpu', 'memory'] });
const port: Schema = { type: 'integer', minimum: 1, maximum: 65535 };
const strings: Schema = { type: 'object', additionalProperties: { type: 'string' } };
const labelSelector = closed({
  matchLabels: strings,
  matchExpressions: {
    type: 'array',
    items: closed(
      { key: { type: 'string' }, operator: { enum: ['In', 'NotIn', 'Exists', 'DoesNotExist'] }, values: { type: 'array', items: { type: 'string' } } },
      { required: ['key', 'operator'] },
    ),
  },
});
const cidr: Schema = { type: 'string', pattern: '^[0-9a-fA-F.:]+/[0-9]{1,3}$' };
const peer = closed(
  {
    podSelector: labelSelector,
    namespaceSelector: labelSelector,
    ipBlock: closed({ cidr, except: { type: 'array', items: cidr } }, { required: ['cidr'] }),
  },
  { minProperties: 1 },
);

/** What several values are made of, under `$defs` of a schema. */
export const definitions: Readonly<Record<string, Schema>> = {
  quantity,
  name,
  key,
  port,
  strings,
  peers: { type: 'array', items: peer, minItems: 1 },
  resources: closed({ requests: amounts, limits: amounts }, { required: ['requests', 'limits'] }),
  names: { type: 'array', items: name },
  hosts: { type: 'array', items: { type: 'string', pattern: '^(\\*\\.)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?$' } },
  secretReference: closed({ name, key }, { type: ['object', 'null'], required: ['name', 'key'] }),
  remoteReference: closed({ key: { type: 'string', minLength: 1 }, property: { type: 'string', minLength: 1 } }, { required: ['key'] }),
  vaultReference: closed({ path: { type: 'string', minLength: 1 }, key: { type: 'string', minLength: 1 } }, { required: ['path', 'key'] }),
  tolerations: {
    type: 'array',
    items: closed({
      key: { type: 'string' },
      operator: { enum: ['Exists', 'Equal'] },
      value: { type: 'string' },
      effect: { enum: ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] },
      tolerationSeconds: { type: 'integer', minimum: 0 },
    }),
  },
};

/** A reference to one of {@link definitions}. */
export function defined(definition: keyof typeof definitions): Schema {
  return { $ref: `#/$defs/${definition}` };
}
