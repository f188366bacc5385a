import { Ajv, type JSONSchemaType } from 'ajv';
import { makeValidator } from 'envalid';
import { parseValue } from '../platform/settings/process-settings.ts';
import { type Derivation, type Shape, variablesIn } from '../platform/settings/section.ts';
import type { Variable } from '../platform/settings/variable.ts';

/** What differs for other queues, by their names; Django-Q's `ALT_CLUSTERS`. The values have not been checked. */
export type AlternativeClusters = Readonly<Record<string, Readonly<Record<string, number | boolean>>>>;

const schema: JSONSchemaType<Record<string, Record<string, number | boolean>>> = {
  type: 'object',
  required: [],
  additionalProperties: {
    type: 'object',
    required: [],
    additionalProperties: { type: ['number', 'boolean'] },
  },
};

/** `Q_CLUSTER_ALT_CLUSTERS`: a JSON object of queues, each with what differs for it. */
export const alternativeClusters = makeValidator<AlternativeClusters>((input) => {
  // The default. Compiling the schema takes longer than all other settings together.
  if (input === '{}') return {};
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
  const isAlternativeClusters = ajv.compile(schema);
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

/**
 * Reads what differs for one queue by the declarations of the variables that it overrides. Returns the value of each
 * variable for that queue, or `undefined` if something is wrong, and reports everything that is.
 */
export function readAlternative(
  queueName: string,
  overrides: Readonly<Record<string, number | boolean>>,
  shape: Shape,
  { textFor, reportFault }: Derivation,
): ((variable: Variable<unknown>) => unknown) | undefined {
  const variables = variablesIn(shape);
  const names = variables.flatMap(({ alternative }) => alternative ?? []);
  const faults = Object.keys(overrides)
    .filter((name) => !names.includes(name))
    .map((name) => `${queueName} has "${name}"; it may have ${names.join(', ')}`);
  const values = new Map<Variable<unknown>, unknown>();
  for (const variable of variables) {
    const override = variable.alternative === undefined ? undefined : overrides[variable.alternative];
    const text = override === undefined ? textFor(variable) : String(override);
    try {
      values.set(variable, parseValue(variable, text));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      faults.push(`${queueName} has a ${variable.alternative} of ${text}; it may hold ${error.message}`);
    }
  }
  for (const fault of faults) reportFault(`Q_CLUSTER_ALT_CLUSTERS: ${fault}`, []);
  return faults.length === 0 ? (variable) => values.get(variable) : undefined;
}
