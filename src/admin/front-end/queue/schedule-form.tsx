import React, { useEffect, useState } from 'react';
import {
  Choice,
  Field,
  FormEnd,
  Labelled,
  Panel,
  useLive,
  useSending,
} from '../../../app-kit/pages/index.ts';
import type { Choices, ScheduleDetail } from '../../queue/shapes.ts';
import { queuePath } from './api.ts';
import { Runs, SCHEDULE_TYPE_CHOICES } from './schedule-parts.tsx';

/** How long nothing is typed before the next runs are asked for. */
const PAUSE_MILLISECONDS = 300;

/** What the form holds, all as text; the server says whether it holds together. */
type Values = Readonly<Record<FieldName, string>>;
type FieldName =
  | 'name'
  | 'func'
  | 'args'
  | 'queue'
  | 'scheduleType'
  | 'minutes'
  | 'cron'
  | 'repeats'
  | 'nextRun'
  | 'timeZone'
  | 'catchUp'
  | 'hook'
  | 'intendedDateKwarg';

/** What the next runs depend on. */
const TIMES: readonly FieldName[] = ['scheduleType', 'minutes', 'cron', 'repeats', 'nextRun', 'timeZone'];

/** The form of a schedule; beside it, the next five runs as they are typed. */
export function ScheduleForm(props: {
  readonly choices: Choices;
  /** What is changed; undefined for a new one. */
  readonly schedule: ScheduleDetail | undefined;
  readonly submitLabel: string;
  readonly onSubmit: (form: object) => Promise<void>;
  readonly onCancel: () => void;
}) {
  const { choices, schedule, submitLabel, onSubmit, onCancel } = props;
  const [values, setValues] = useState<Values>(() => startOf(choices, schedule));
  const set = (name: FieldName) => (value: string) => setValues((now) => ({ ...now, [name]: value }));
  const secrets = choices.functions.find(({ name }) => name === values.func)?.secretArguments ?? [];
  const sending = useSending(async () => {
    await onSubmit({ ...values, nextRun: nextRunOf(values, schedule) });
  });
  const functionNames = choices.functions.map(({ name }): [string, string] => [name, name]);
  return (
    <form className="ch-columns" onSubmit={sending.onSubmit}>
      <div>
        <Panel title="What">
          <div className="ch-fields">
            <Choice label="Function" value={values.func} onValue={set('func')} choices={functionNames} />
            <Choice
              label="Queue"
              value={values.queue}
              onValue={set('queue')}
              choices={[...new Set([...choices.queues, values.queue])].map((name) => [name, name])}
            />
            <Field
              label="Name"
              hint="Unique; it is also the group of its tasks. Defaults to its id."
              value={values.name}
              onValue={set('name')}
            />
            <Choice
              label="Hook"
              hint="Called with each task when an attempt has ended."
              value={values.hook}
              onValue={set('hook')}
              choices={[['', 'None'], ...functionNames]}
            />
            <Labelled label="Arguments, as JSON" hint={secretsInWords(secrets, schedule)} isWide>
              {(described) => (
                <textarea
                  {...described}
                  className="ch-input queue-json"
                  rows={7}
                  spellCheck={false}
                  value={values.args}
                  onChange={(event) => set('args')(event.target.value)}
                />
              )}
            </Labelled>
            <Field
              label="Slot as argument"
              hint="The name of the argument that receives the planned time."
              value={values.intendedDateKwarg}
              onValue={set('intendedDateKwarg')}
            />
          </div>
        </Panel>
        <Panel title="When">
          <div className="ch-fields">
            <Choice
              label="Runs"
              value={values.scheduleType}
              onValue={set('scheduleType')}
              choices={SCHEDULE_TYPE_CHOICES}
            />
            {values.scheduleType === 'minutes' && (
              <Field
                label="Minutes"
                type="number"
                value={values.minutes}
                onValue={set('minutes')}
                isRequired
              />
            )}
            {values.scheduleType === 'cron' && (
              <Field
                label="Cron"
                hint="Minute, hour, day of the month, month, day of the week: 30 2 * * 1-5. Six fields begin with seconds."
                value={values.cron}
                onValue={set('cron')}
                isRequired
              />
            )}
            <Field
              label={schedule ? 'Next run' : 'First run'}
              hint="In your own time zone. Defaults to now."
              type="datetime-local"
              value={values.nextRun}
              onValue={set('nextRun')}
            />
            <Field
              label="Time zone"
              hint="The zone in which it repeats: Europe/Zurich."
              value={values.timeZone}
              onValue={set('timeZone')}
            />
            <Field
              label="How often"
              hint="-1 for unlimited; 0 for never."
              type="number"
              value={values.repeats}
              onValue={set('repeats')}
            />
            <Choice
              label="Missed runs"
              hint="When no engine was running."
              value={values.catchUp}
              onValue={set('catchUp')}
              choices={[
                ['', 'As the settings of the engines say'],
                ['yes', 'Run all of them'],
                ['no', 'Run one of them'],
              ]}
            />
          </div>
        </Panel>
        <FormEnd sending={sending} label={submitLabel}>
          <button type="button" className="ch-button" onClick={onCancel}>
            Cancel
          </button>
        </FormEnd>
      </div>
      <NextRuns values={values} schedule={schedule} />
    </form>
  );
}

function NextRuns({
  values,
  schedule,
}: {
  readonly values: Values;
  readonly schedule: ScheduleDetail | undefined;
}) {
  const times = Object.fromEntries(TIMES.map((name) => [name, values[name]]));
  const nextRun = nextRunOf(values, schedule);
  // One that is overdue runs at once.
  const isOverdue = nextRun === schedule?.nextRun && Date.parse(nextRun) < Date.now();
  const wanted = new URLSearchParams({ ...times, nextRun: isOverdue ? '' : nextRun }).toString();
  const [asked, setAsked] = useState(wanted);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(wanted), PAUSE_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [wanted]);
  const live = useLive<{ runs: readonly string[] }>(queuePath(`/schedules/preview?${asked}`), {
    everySeconds: 60,
  });
  return (
    <Panel title="The next five runs">
      <div aria-live="polite">
        {live.data ? (
          live.data.runs.length === 0 ? (
            <p className="ch-none">It never runs.</p>
          ) : (
            <Runs runs={live.data.runs} />
          )
        ) : (
          <p className={live.fault ? 'ch-form-error' : 'ch-none'}>{live.fault?.message ?? 'Loading…'}</p>
        )}
      </div>
    </Panel>
  );
}

function startOf(
  { functions, defaultQueue, timeZone }: Choices,
  schedule: ScheduleDetail | undefined,
): Values {
  if (!schedule) {
    return {
      name: '',
      func: functions[0]?.name ?? '',
      args: '{}',
      queue: defaultQueue,
      scheduleType: 'daily',
      minutes: '',
      cron: '',
      repeats: '-1',
      nextRun: '',
      timeZone,
      catchUp: '',
      hook: '',
      intendedDateKwarg: '',
    };
  }
  return {
    name: schedule.name ?? '',
    func: schedule.func,
    args: JSON.stringify(schedule.args, null, 2),
    queue: schedule.queue,
    scheduleType: schedule.scheduleType,
    minutes: schedule.minutes === null ? '' : String(schedule.minutes),
    cron: schedule.cron ?? '',
    repeats: String(schedule.repeats),
    nextRun: schedule.repeats === 0 ? '' : asLocal(schedule.nextRun),
    timeZone: schedule.timeZone,
    catchUp: schedule.catchUp === null ? '' : schedule.catchUp ? 'yes' : 'no',
    hook: schedule.hook ?? '',
    intendedDateKwarg: schedule.intendedDateKwarg ?? '',
  };
}

function secretsInWords(
  secrets: readonly string[],
  schedule: ScheduleDetail | undefined,
): string | undefined {
  if (secrets.length === 0) return undefined;
  const kept = schedule && schedule.secretArguments.length > 0 ? '; leave them out to keep them' : '';
  return `Secret: ${secrets.join(', ')}. They are encrypted and not shown here${kept}.`;
}

/** A moment of the reader's own zone, as the server takes it; empty if there is none. */
function asIso(local: string): string {
  const date = new Date(local);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

/** The same the other way round, to the second. */
function asLocal(moment: string): string {
  const date = new Date(moment);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

/** What was not touched goes back exactly as it came, as the field knows no fractions of a second. */
function nextRunOf({ nextRun }: Values, schedule: ScheduleDetail | undefined): string {
  return schedule && nextRun === asLocal(schedule.nextRun) ? schedule.nextRun : asIso(nextRun);
}
