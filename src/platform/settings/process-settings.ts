import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { cleanEnv, EnvMissingError, type ValidatorSpec } from 'envalid';
import type { Derivation, Section } from './section.ts';
import { unknownVariables } from './unknown-variables.ts';
import type { Variable } from './variable.ts';

/** The settings do not hold together. The message names each variable, what it holds, and what it may hold. */
export class InvalidSettingsError extends Error {
  override readonly name = 'InvalidSettingsError';
}

/** Options of {@link readSettings}. */
export interface ReadSettingsOptions {
  /** Defaults that follow from what is installed, by the variable's name. */
  readonly defaults?: Readonly<Record<string, string>>;
}

/** The settings of one process: every section, read once and frozen. */
export class ProcessSettings {
  /** Sentences about variables that look like settings, but are none, and about values that are probably not meant so. */
  readonly warnings: readonly string[];

  constructor(warnings: readonly string[]) {
    this.warnings = warnings;
  }

  /**
   * Returns the settings of one section.
   *
   * @throws {Error} if the process has not read the section.
   */
  of<Settings>(section: Section<Settings>): Settings {
    const settings = section.kept(this);
    if (settings === undefined) throw new Error(`The settings of ${section.name} were not read.`);
    return settings;
  }
}

/**
 * Reads and checks the settings of all sections. A variable that holds nothing but white space counts as not set.
 *
 * @throws {InvalidSettingsError} that lists everything wrong at once.
 */
export function readSettings(
  environment: NodeJS.ProcessEnv,
  sections: readonly Section<unknown>[],
  { defaults = {} }: ReadSettingsOptions = {},
): ProcessSettings {
  const variables = [...new Set(sections.flatMap((section) => section.variables))];
  const textFor = (variable: Variable<unknown>): string | undefined => {
    const name = nameInUse(variable, environment);
    return name === undefined ? (defaults[variable.name] ?? variable.default) : environment[name];
  };
  const faults: string[] = [];
  const faulty = new Set<Variable<unknown>>();
  const values: Readonly<Record<string, unknown>> = cleanEnv(
    Object.fromEntries(variables.map((variable) => [variable.name, textFor(variable)])),
    Object.fromEntries(variables.map((variable) => [variable.name, specOf(variable)])),
    {
      reporter: ({ errors }) => {
        for (const variable of variables) {
          const error = errors[variable.name];
          if (!error) continue;
          faulty.add(variable);
          faults.push(describeFault(variable, environment, error));
        }
      },
    },
  );
  const warnings = [...unknownVariables(environment, sections), ...lenientReadings(variables, environment)];
  // A section with a faulty value is read with that variable's default, to find what else is wrong with it.
  const derivation: Derivation = {
    textFor: (variable) => (faulty.has(variable) ? variable.default : textFor(variable)),
    reportFault: (message, causes) => {
      if (!causes.some((variable) => faulty.has(variable))) faults.push(message);
    },
    reportWarning: (message) => warnings.push(message),
  };
  const valueFor = (variable: Variable<unknown>): unknown =>
    faulty.has(variable) ? parseValue(variable, variable.default) : values[variable.name];
  const process = new ProcessSettings(warnings);
  for (const section of sections) {
    if (section.variables.some((variable) => variable.isRequired && faulty.has(variable))) continue;
    section.keep(process, freezeDeeply(section.readValues(valueFor, derivation)));
  }
  if (faults.length > 0) {
    throw new InvalidSettingsError(
      [
        'These settings need a change (in the environment, or in .env):',
        ...faults.map((fault) => `  ${fault}`),
      ].join('\n'),
    );
  }
  return process;
}

/**
 * Adds what `.env` in the working directory sets to the environment of this process, which comes first.
 *
 * @throws {InvalidSettingsError} if the file cannot be read.
 */
export function loadEnvironmentFile(): void {
  if (!existsSync('.env')) return;
  try {
    loadEnvFile('.env');
  } catch (error) {
    throw new InvalidSettingsError(`.env cannot be read: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

/** Returns the name under which a variable is set: its own, else its alias; `undefined` if neither is set. */
function nameInUse(
  variable: Pick<Variable<unknown>, 'name' | 'alias'>,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  return [variable.name, variable.alias].find((name) => name !== undefined && environment[name]?.trim());
}

/**
 * Returns the value of a text for one variable; `undefined` if there is no text and the variable may be left out.
 *
 * @throws {TypeError} whose message says what the variable may hold.
 */
export function parseValue(variable: Variable<unknown>, text: string | undefined): unknown {
  const { value }: { readonly value: unknown } = cleanEnv(
    { value: text },
    { value: specOf(variable) },
    {
      reporter: ({ errors }) => {
        if (errors.value) throw new TypeError(errors.value.message);
      },
    },
  );
  return value;
}

function lenientReadings(
  variables: readonly Variable<unknown>[],
  environment: NodeJS.ProcessEnv,
): readonly string[] {
  return variables.flatMap((variable) => {
    const name = nameInUse(variable, environment);
    const reading = name === undefined ? undefined : variable.validator.leniency?.(environment[name] ?? '');
    return reading ? [`${name} ${reading.warning}.`] : [];
  });
}

/** A variable that may be left out has `undefined` as envalid's default. */
function specOf(variable: Variable<unknown>): ValidatorSpec<unknown> {
  const isOptional = !variable.isRequired && variable.default === undefined;
  return isOptional ? { ...variable.validator, default: undefined } : variable.validator;
}

function describeFault(variable: Variable<unknown>, environment: NodeJS.ProcessEnv, error: Error): string {
  const name = nameInUse(variable, environment) ?? variable.name;
  if (error instanceof EnvMissingError) {
    return `${name} is not set; it may hold ${variable.validator.desc ?? 'some text'}`;
  }
  const held = environment[name]?.trim() ?? '';
  const shown = variable.isSecret
    ? 'holds something else (not shown)'
    : `is "${held.replace(/\/\/[^/]*@/, '//[secret]@')}"`;
  return `${name} ${shown}; it may hold ${error.message}`;
}

function freezeDeeply<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) freezeDeeply(inner);
  return Object.freeze(value);
}
