import type { LenientValidator } from './leniency.ts';

/** One variable of the environment, declared once: its name, what it means, and what it may hold. */
export interface Variable<Value> {
  readonly name: string;
  /** Another name, which counts where the first is not set. */
  readonly alias?: string | undefined;
  /** For people: one or more sentences in Markdown, with the unit and with what special values mean. */
  readonly meaning: string;
  /** The value where it is not set, as it would be written in `.env`. */
  readonly default?: string | undefined;
  /** A value to show in `.env.dist` where there is no default. */
  readonly example?: string | undefined;
  /** Whether its value is never shown, because it is or holds a credential. */
  readonly isSecret: boolean;
  readonly isRequired: boolean;
  /** The key under which an alternative cluster may override it (`Q_CLUSTER_ALT_CLUSTERS`). */
  readonly alternative?: string | undefined;
  readonly validator: LenientValidator<Value>;
}

/** What {@link variable}, {@link optionalVariable} and {@link requiredVariable} need besides a name and a validator. */
export interface VariableDescription {
  readonly meaning: string;
  readonly alias?: string;
  readonly example?: string;
  readonly isSecret?: boolean;
  readonly alternative?: string;
}

/** Makes validators of one kind: a function of envalid's `makeValidator`. */
export type ValueKind<Value> = (spec?: { readonly desc: string }) => LenientValidator<Value>;

/** A variable with a default. */
export function variable<Value>(
  name: string,
  kind: ValueKind<Value>,
  description: VariableDescription & { readonly default: string },
): Variable<Value> {
  return { isSecret: false, ...description, name, isRequired: false, validator: kind() };
}

/** A variable that may be left out: then its value is `undefined`. */
export function optionalVariable<Value>(
  name: string,
  kind: ValueKind<Value>,
  description: VariableDescription,
): Variable<Value | undefined> {
  return { isSecret: false, ...description, name, isRequired: false, validator: kind() };
}

/**
 * A variable that has to be set.
 *
 * @param expects what it may hold, for the message where it is missing.
 */
export function requiredVariable<Value>(
  name: string,
  kind: ValueKind<Value>,
  { expects, ...description }: VariableDescription & { readonly expects: string },
): Variable<Value> {
  return { isSecret: false, ...description, name, isRequired: true, validator: kind({ desc: expects }) };
}
