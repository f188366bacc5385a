import React, { useState } from 'react';
import { Link, useNavigate } from 'react-router-dom';
import {
  Alert,
  adminPath,
  ConfirmButton,
  ExactTime,
  Facts,
  Icon,
  JsonView,
  Loaded,
  listPath,
  mayAct,
  Page,
  Panel,
  RelativeTime,
  recordPath,
  Said,
  useLive,
  useSaid,
} from '../../../app-kit/pages/index.ts';
import type { Choices, ScheduleDetail } from '../../queue/shapes.ts';
import { actOnSchedules, queuePath, saveSchedule } from './api.ts';
import { ScheduleForm } from './schedule-form.tsx';
import { Runs, rhythmInWords, ScheduleState, scheduleTitle } from './schedule-parts.tsx';

const ABOVE = [['Schedules', listPath('schedules')]] as const;

/** Forms are not read anew while they are filled. */
const ONCE = { everySeconds: 3_600 } as const;

/** One schedule: what it does, when it runs next, and its form; under the id `new`, the form of a new one. */
export function SchedulePage({ recordId }: { readonly recordId: string }) {
  return recordId === 'new' ? <NewSchedulePage /> : <KnownSchedulePage id={recordId} />;
}

function NewSchedulePage() {
  const choices = useLive<Choices>(queuePath('/schedules/choices'), ONCE);
  const navigate = useNavigate();
  return (
    <Page title="New schedule" above={ABOVE}>
      <Loaded live={choices}>
        {(known) => (
          <ScheduleForm
            choices={known}
            schedule={undefined}
            submitLabel="Create the schedule"
            onSubmit={async (form) => {
              const id = await saveSchedule(undefined, form);
              navigate(adminPath(recordPath('schedules', id)));
            }}
            onCancel={() => navigate(adminPath(listPath('schedules')))}
          />
        )}
      </Loaded>
    </Page>
  );
}

function KnownSchedulePage({ id }: { readonly id: string }) {
  const live = useLive<ScheduleDetail>(queuePath(`/schedules/${encodeURIComponent(id)}`));
  const choices = useLive<Choices>(queuePath('/schedules/choices'), ONCE);
  const [isEditing, setEditing] = useState(false);
  const said = useSaid();
  const { data } = live;
  const onDone = (message: string) => {
    said.say(message);
    live.refresh();
  };
  return (
    <Page
      title={data ? scheduleTitle(data) : 'Schedule'}
      above={ABOVE}
      beside={data && <ScheduleState schedule={data} />}
      actions={
        data && !isEditing && <Actions schedule={data} onDone={onDone} onEdit={() => setEditing(true)} />
      }
    >
      <Said said={said.text} />
      <Loaded live={live}>
        {(schedule) =>
          isEditing ? (
            <Loaded live={choices}>
              {(known) => (
                <ScheduleForm
                  choices={known}
                  schedule={schedule}
                  submitLabel="Save"
                  onSubmit={async (form) => {
                    await saveSchedule(id, form);
                    setEditing(false);
                    onDone('Changed the schedule');
                  }}
                  onCancel={() => setEditing(false)}
                />
              )}
            </Loaded>
          ) : (
            <Shown schedule={schedule} />
          )
        }
      </Loaded>
    </Page>
  );
}

function Shown({ schedule }: { readonly schedule: ScheduleDetail }) {
  const { args, secretArguments, nextRuns, paused, error, missedSlots } = schedule;
  return (
    <>
      {error !== null && (
        <Alert tone="bad">
          {missedSlots === 1 ? 'A slot' : `${missedSlots.toLocaleString()} slots`} gave no task, the last time
          because: {error}
        </Alert>
      )}
      <div className="ch-columns">
        <div>
          <Panel title="Next runs">
            {nextRuns.length === 0 || paused ? (
              <p className="ch-none">{paused ? 'It is paused.' : 'It has no runs left.'}</p>
            ) : (
              <Runs runs={nextRuns} />
            )}
          </Panel>
          <Panel title="Arguments">
            <JsonView
              value={{ ...args, ...Object.fromEntries(secretArguments.map((name) => [name, '••••'])) }}
            />
          </Panel>
        </div>
        <Panel title="Details">
          <Facts facts={factsOf(schedule)} />
        </Panel>
      </div>
    </>
  );
}

function factsOf(schedule: ScheduleDetail): (readonly [string, React.ReactNode])[] {
  const { lastRun, lastTaskId } = schedule;
  return [
    ['Function', schedule.func],
    ['Runs', rhythmInWords(schedule)],
    ['Time zone', schedule.timeZone],
    ['How often', schedule.repeats < 0 ? 'unlimited' : `${schedule.repeats.toLocaleString()} more times`],
    ['Queue', schedule.queue],
    ['Group', schedule.name ?? schedule.id],
    [
      'Last run',
      lastRun === null ? (
        'never'
      ) : lastTaskId === null ? (
        <RelativeTime key="last-run" moment={lastRun} />
      ) : (
        <Link
          key="last-task"
          className="ch-plain-link"
          to={adminPath(recordPath('successful-tasks', lastTaskId))}
        >
          <RelativeTime moment={lastRun} />
        </Link>
      ),
    ],
    ['Hook', schedule.hook],
    ['Slot as argument', schedule.intendedDateKwarg],
    [
      'Missed runs',
      schedule.catchUp === null
        ? 'as the engines are set'
        : schedule.catchUp
          ? 'are all run later'
          : 'are run once',
    ],
    ['Created', <ExactTime key="created" moment={schedule.created} />],
  ];
}

function Actions(props: {
  readonly schedule: ScheduleDetail;
  readonly onDone: (message: string) => void;
  readonly onEdit: () => void;
}) {
  const { schedule, onDone, onEdit } = props;
  const navigate = useNavigate();
  if (!mayAct()) return null;
  const { id, paused } = schedule;
  const act = async (action: 'run' | 'pause' | 'resume') => onDone(await actOnSchedules(action, [id]));
  return (
    <>
      <ConfirmButton
        label="Run now"
        icon={<Icon name="play" />}
        tone="primary"
        title="Run this schedule now?"
        onConfirm={() => act('run')}
      >
        <p>One task is enqueued now. The planned times do not change.</p>
      </ConfirmButton>
      <button type="button" className="ch-button" onClick={onEdit}>
        <Icon name="edit" />
        Edit
      </button>
      {paused ? (
        <ConfirmButton
          label="Resume"
          icon={<Icon name="repeat" />}
          title="Resume it?"
          onConfirm={() => act('resume')}
        >
          <p>It runs again at its next time. Missed runs are skipped.</p>
        </ConfirmButton>
      ) : (
        <ConfirmButton
          label="Pause"
          icon={<Icon name="paused" />}
          title="Pause this schedule?"
          onConfirm={() => act('pause')}
        >
          <p>It does not run until it is resumed.</p>
        </ConfirmButton>
      )}
      <ConfirmButton
        label="Delete"
        icon={<Icon name="trash" />}
        tone="danger"
        title="Delete this schedule?"
        onConfirm={async () => {
          await actOnSchedules('delete', [id]);
          navigate(adminPath(listPath('schedules')));
        }}
      >
        <p>It does not run again. Tasks that it has already enqueued stay.</p>
      </ConfirmButton>
    </>
  );
}
