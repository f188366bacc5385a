import type { Variable } from './variable.ts';

/** Variables under the names that the code has for them, in groups where that reads better. */
export interface Shape {
  readonly [name: string]: Variable<unknown> | Shape;
}

/** What the variables of a shape hold. */
export type Values<S extends Shape> = {
  readonly [Name in keyof S]: S[Name] extends Variable<infer Value>
    ? Value
    : S[Name] extends Shape
      ? Values<S[Name]>
      : never;
};

/** A table of variables in the documentation. */
export interface SectionPart {
  readonly title: string;
  /** Sentences above the table, in Markdown. */
  readonly introduction?: string;
  readonly variables: readonly Variable<unknown>[];
}

/** What a section is made of. */
export interface SectionDeclaration<S extends Shape, Settings> {
  /** The floor or the app that reads the variables: `platform`, `queue`, `render`. */
  readonly name: string;
  /** How the names of its variables start. Every unknown variable with such a prefix causes a warning. */
  readonly prefixes: readonly string[];
  /**
   * Prefixes that other software uses too (`DJANGO_`). An unknown variable with such a prefix causes a warning only
   * where it looks like a misspelt setting.
   */
  readonly sharedPrefixes?: readonly string[];
  readonly variables: S;
  /** Makes the settings from the values. Values that do not fit together are reported, not thrown. */
  readonly derive: (values: Values<S>, derivation: Derivation) => Settings;
  /** How the documentation divides the variables; each variable is in one part. */
  readonly parts: (variables: S) => readonly SectionPart[];
}

/** What a section needs besides the values of its variables. */
export interface Derivation {
  /** Returns what a variable is set to, or its default, as text. */
  readonly textFor: (variable: Variable<unknown>) => string | undefined;
  /**
   * Reports values that do not fit together.
   *
   * @param message a sentence that names the variables.
   * @param causes the variables. Where one of them is invalid by itself, only that is shown to people.
   */
  readonly reportFault: (message: string, causes: readonly Variable<unknown>[]) => void;
  /** Reports, in a sentence for the log, what is accepted and probably not meant so. */
  readonly reportWarning: (message: string) => void;
}

/** Makes a section's settings from values that are valid one by one. */
type ReadValues<Settings> = (
  valueFor: (variable: Variable<unknown>) => unknown,
  derivation: Derivation,
) => Settings;

/** The settings of one floor or one app, with the type that follows from their declaration. */
export class Section<Settings> {
  readonly name: string;
  readonly prefixes: readonly string[];
  readonly sharedPrefixes: readonly string[];
  readonly variables: readonly Variable<unknown>[];
  readonly parts: readonly SectionPart[];
  readonly readValues: ReadValues<Settings>;
  /** The settings by the process that read them: one, except in tests. */
  readonly #kept = new WeakMap<object, Settings>();

  constructor(fields: Omit<Section<Settings>, 'keep' | 'kept'>) {
    this.name = fields.name;
    this.prefixes = fields.prefixes;
    this.sharedPrefixes = fields.sharedPrefixes;
    this.variables = fields.variables;
    this.parts = fields.parts;
    this.readValues = fields.readValues;
  }

  /** Keeps the settings that a process has read. */
  keep(process: object, settings: Settings): void {
    this.#kept.set(process, settings);
  }

  /** Returns the settings that a process has read; `undefined` if it has not read this section. */
  kept(process: object): Settings | undefined {
    return this.#kept.get(process);
  }
}

/** Declares the settings of a floor or an app. Their type follows from the validators, and from `derive`. */
export function defineSection<S extends Shape, Settings>(
  declaration: SectionDeclaration<S, Settings>,
): Section<Settings> {
  const { name, prefixes, sharedPrefixes = [], variables, derive, parts } = declaration;
  return new Section({
    name,
    prefixes,
    sharedPrefixes,
    variables: variablesIn(variables),
    parts: parts(variables),
    readValues: (valueFor, derivation) => derive(readShape(variables, valueFor), derivation),
  });
}

/** Reads the values of a shape, each of them valid. */
export function readShape<S extends Shape>(
  shape: S,
  valueFor: (variable: Variable<unknown>) => unknown,
): Values<S> {
  const entries = Object.entries(shape).map(([name, entry]) => [
    name,
    isVariable(entry) ? valueFor(entry) : readShape(entry, valueFor),
  ]);
  // The compiler cannot follow a type through the entries of an object; the validators guarantee it.
  return Object.fromEntries(entries) as Values<S>;
}

/** All variables of a shape, those of its groups included. */
export function variablesIn(shape: Shape): readonly Variable<unknown>[] {
  return Object.values(shape).flatMap((entry) => (isVariable(entry) ? [entry] : variablesIn(entry)));
}

function isVariable(entry: Variable<unknown> | Shape): entry is Variable<unknown> {
  return 'validator' in entry && 'meaning' in entry && typeof entry['meaning'] === 'string';
}
