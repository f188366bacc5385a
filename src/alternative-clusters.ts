import { Ajv, type JSONSchemaType } from 'ajv';
import { makeValidator } from 'envalid';
import { LONGEST_TIMER_SECONDS } from './setting-values.ts';

/** What may differ for one queue; Django-Q's names. What is left out is as for the others. */
export interface AlternativeCluster {
  readonly workers?: number;
  readonly timeout?: number;
  readonly retry?: number;
  readonly max_attempts?: number;
  readonly ack_failures?: boolean;
  readonly recycle?: number;
  readonly max_rss?: number;
  readonly queue_limit?: number;
  readonly bulk?: number;
  readonly poll?: number;
  readonly save_limit?: number;
  readonly cached?: number;
  readonly scheduler?: boolean;
  readonly catch_up?: boolean;
}

const seconds = { type: 'integer', minimum: 1, maximum: LONGEST_TIMER_SECONDS, nullable: true } as const;
const count = { type: 'integer', minimum: 0, maximum: 1_000_000_000, nullable: true } as const;
const flag = { type: 'boolean', nullable: true } as const;

const schema: JSONSchemaType<Record<string, AlternativeCluster>> = {
  type: 'object',
  required: [],
  additionalProperties: {
    type: 'object',
    required: [],
    additionalProperties: false,
    properties: {
      workers: { ...count, minimum: 1, maximum: 1024 },
      timeout: seconds,
      retry: seconds,
      max_attempts: { ...count, maximum: 1_000_000 },
      ack_failures: flag,
      recycle: count,
      max_rss: count,
      queue_limit: { ...count, minimum: 1, maximum: 100_000 },
      bulk: { ...count, minimum: 1, maximum: 10_000 },
      poll: { ...count, minimum: 1, maximum: 3600 },
      save_limit: { ...count, minimum: -1 },
      cached: count,
      scheduler: flag,
      catch_up: flag,
    },
  },
};

const ajv = new Ajv({ allErrors: true });
const isAlternativeClusters = ajv.compile(schema);

/** `Q_CLUSTER_ALT_CLUSTERS`: a JSON object of queues, each with what differs for it. */
export const alternativeClusters = makeValidator<Record<string, AlternativeCluster>>((input) => {
  let value: unknown;
  try {
    value = JSON.parse(input);
  } catch {
    value = undefined;
  }
  if (isAlternativeClusters(value)) return value;
  const fault = value === undefined ? '' : ` (${ajv.errorsText(isAlternativeClusters.errors)})`;
  throw new TypeError(
    `a JSON object of queues and of what differs for each, such as {"long": {"workers": 1, "timeout": 7200, "retry": 9000}}${fault}`,
  );
});
