import { asText } from '../../app-kit/admin/list-query.ts';
import type {
  AnyTaskFunction,
  JsonValue,
  ScheduleOptions,
  ScheduleTimes,
  StoredSchedule,
} from '../../queue/index.ts';
import { SCHEDULE_TYPES } from '../../queue/index.ts';
import { ActionRefusedError } from '../action-refused.ts';

/** What a form of a schedule was filled with. */
export interface ScheduleForm {
  readonly taskFunction: AnyTaskFunction;
  readonly args: Readonly<Record<string, JsonValue>>;
  readonly options: ScheduleOptions;
}

/** Values as a form sends them, or an address has them. */
type Sent = Readonly<Record<string, unknown>>;

/** The times of a form. Whether they hold together says the queue. @throws {ActionRefusedError} */
export function readTimes(sent: Sent): ScheduleTimes {
  const typeText = asText(sent['scheduleType']) ?? 'once';
  const scheduleType = SCHEDULE_TYPES.find((type) => type === typeText);
  if (!scheduleType) throw new ActionRefusedError(`There is no schedule type ${typeText}`, 400);
  const nextRun = asText(sent['nextRun']);
  // What belongs to another type stays in the form, and is not meant.
  return {
    scheduleType,
    ...(scheduleType === 'minutes' ? { minutes: readNumber(sent, 'minutes', 'Minutes') ?? Number.NaN } : {}),
    ...(scheduleType === 'cron' ? { cron: asText(sent['cron']) ?? '' } : {}),
    ...defined({
      repeats: readNumber(sent, 'repeats', 'How often'),
      timeZone: asText(sent['timeZone']),
      nextRun: nextRun === undefined ? undefined : new Date(nextRun),
    }),
  };
}

/**
 * A whole form.
 *
 * @param old the schedule that is changed: options that the form does not have stay as they are there.
 * @throws {ActionRefusedError} with a message for the person who filled it in.
 */
export function readForm(
  sent: Sent,
  functions: readonly AnyTaskFunction[],
  old: StoredSchedule | undefined,
): ScheduleForm {
  const catchUp = asText(sent['catchUp']);
  const hook = asText(sent['hook']);
  return {
    taskFunction: findFunction(functions, asText(sent['func'])),
    args: readArguments(asText(sent['args']) ?? '{}'),
    options: {
      ...readTimes(sent),
      ...defined({
        name: asText(sent['name']),
        cluster: asText(sent['queue']),
        hook: hook === undefined ? undefined : findFunction(functions, hook),
        intendedDateKwarg: asText(sent['intendedDateKwarg']),
        catchUp: catchUp === 'yes' ? true : catchUp === 'no' ? false : undefined,
      }),
      ...(old ? { qOptions: optionsOf(old) } : {}),
    },
  };
}

/** What its tasks are enqueued with, under the names by which a schedule is given it. */
function optionsOf({ taskOptions, taskName }: StoredSchedule): NonNullable<ScheduleOptions['qOptions']> {
  const {
    timeoutSeconds,
    ackFailure,
    save,
    cached,
    priority,
    uniqueKey,
    limitKey,
    limit,
    fairnessKey,
    retry,
  } = taskOptions;
  return defined({
    taskName: taskName ?? undefined,
    timeout: timeoutSeconds,
    ackFailure,
    save,
    cached,
    priority,
    uniqueKey,
    limitKey,
    limit,
    fairnessKey,
    retry,
  });
}

function findFunction(functions: readonly AnyTaskFunction[], name: string | undefined): AnyTaskFunction {
  const found = functions.find((known) => known.name === name);
  if (found) return found;
  throw new ActionRefusedError(
    name === undefined ? 'A schedule needs a function.' : `No installed app has a function ${name}.`,
    400,
  );
}

function readArguments(text: string): Readonly<Record<string, JsonValue>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it does not parse';
    throw new ActionRefusedError(`The arguments are not valid JSON: ${reason}`, 400);
  }
  if (!isArguments(parsed)) {
    throw new ActionRefusedError('The arguments have to be a JSON object: {"name": value, …}', 400);
  }
  return parsed;
}

function isArguments(value: unknown): value is Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readNumber(sent: Sent, name: string, label: string): number | undefined {
  const text = asText(sent[name]);
  if (text === undefined) return undefined;
  if (!/^-?\d{1,10}$/.test(text)) throw new ActionRefusedError(`${label}: "${text}" is no whole number`, 400);
  return Number(text);
}

type Defined<Values> = { [Name in keyof Values]?: Exclude<Values[Name], undefined> };

/** Leaves out what is not there. */
function defined<Values extends object>(values: Values): Defined<Values> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  const kept: Defined<Values> = {};
  return Object.assign(kept, Object.fromEntries(entries));
}
