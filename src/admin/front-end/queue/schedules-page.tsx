import React from 'react';
import { Link, useSearchParams } from 'react-router-dom';
import type { RowPage } from '../../../app-kit/admin/row-page.ts';
import {
  adminPath,
  type Column,
  ConfirmButton,
  DataTable,
  EmptyState,
  Icon,
  Loaded,
  mayAct,
  Page,
  Panel,
  RelativeTime,
  recordPath,
  Said,
  StateBadge,
  useLive,
  useQuery,
  useSaid,
  useSelection,
} from '../../../app-kit/pages/index.ts';
import type { ScheduleRow } from '../../queue/shapes.ts';
import { actOnSchedules, queuePath } from './api.ts';
import { rhythmInWords, ScheduleState, scheduleTitle } from './schedule-parts.tsx';

/** All schedules, that which is due next first. */
export function SchedulesPage() {
  const query = useQuery();
  const live = useLive<RowPage<ScheduleRow>>(queuePath(`/schedules${query.pick('page')}`));
  return (
    <Page
      title="Schedules"
      lede="Functions that run at their times; each run is a task."
      actions={mayAct() && <NewSchedule />}
    >
      <Loaded live={live}>{(page) => <Rows page={page} onChanged={live.refresh} />}</Loaded>
    </Page>
  );
}

function NewSchedule() {
  return (
    <Link className="ch-button ch-button-primary" to={adminPath(recordPath('schedules', 'new'))}>
      <Icon name="plus" />
      New schedule
    </Link>
  );
}

const ACTIONS = [
  {
    name: 'run',
    label: 'Run now',
    icon: 'play',
    tone: 'primary',
    meaning: 'One task of each is enqueued now. The planned times do not change.',
  },
  {
    name: 'pause',
    label: 'Pause',
    icon: 'paused',
    tone: undefined,
    meaning: 'They do not run until they are resumed.',
  },
  {
    name: 'resume',
    label: 'Resume',
    icon: 'repeat',
    tone: undefined,
    meaning: 'They run again at their next time. Missed runs are skipped.',
  },
  {
    name: 'delete',
    label: 'Delete',
    icon: 'trash',
    tone: 'danger',
    meaning: 'They do not run again. Tasks that they have already enqueued stay.',
  },
] as const;

function Rows({ page, onChanged }: { readonly page: RowPage<ScheduleRow>; readonly onChanged: () => void }) {
  const selection = useSelection(page.rows);
  const said = useSaid();
  const [params] = useSearchParams();
  const { rows, next, count } = page;
  if (rows.length === 0) {
    return (
      <Panel title="Next due first" isFlush>
        <EmptyState
          title="Nothing is scheduled"
          icon="waiting"
          text="A schedule runs a function repeatedly: every night, every ten minutes, or by a cron expression."
        >
          {mayAct() && <NewSchedule />}
        </EmptyState>
      </Panel>
    );
  }
  const act = async (action: (typeof ACTIONS)[number]['name']) => {
    said.say(await actOnSchedules(action, [...selection.ids]));
    selection.clear();
    onChanged();
  };
  return (
    <>
      <Said said={said.text} />
      <Panel
        title="Next due first"
        isFlush
        aside={count && <span className="ch-muted">{count.count.toLocaleString()} in all</span>}
      >
        {mayAct() && (
          <div className="ch-bulk-bar">
            <label className="ch-select-all">
              <input
                type="checkbox"
                checked={selection.ids.size === rows.length}
                onChange={selection.toggleAll}
              />
              {selection.ids.size === 0 ? 'Select all on this page' : `${selection.ids.size} selected`}
            </label>
            {selection.ids.size > 0 && (
              <div className="ch-actions">
                {ACTIONS.map(({ name, label, icon, tone, meaning }) => (
                  <ConfirmButton
                    key={name}
                    label={label}
                    icon={<Icon name={icon} />}
                    {...(tone ? { tone } : {})}
                    title={`${label}: ${selection.ids.size === 1 ? 'this schedule' : `these ${selection.ids.size} schedules`}?`}
                    onConfirm={() => act(name)}
                  >
                    <p>{meaning}</p>
                  </ConfirmButton>
                ))}
              </div>
            )}
          </div>
        )}
        <DataTable
          label="Schedules"
          rows={rows}
          keyOf={({ id }) => id}
          columns={[
            ...(mayAct()
              ? [
                  {
                    label: 'Select',
                    cell: (row: ScheduleRow) => (
                      <input
                        type="checkbox"
                        aria-label={`Select ${scheduleTitle(row)}`}
                        checked={selection.ids.has(row.id)}
                        onChange={() => selection.toggle(row.id)}
                      />
                    ),
                  },
                ]
              : []),
            ...COLUMNS,
          ]}
        />
        {(next !== null || params.has('page')) && (
          <nav className="ch-pager" aria-label="Pages of the list">
            <span className="ch-actions">
              {params.has('page') && (
                <Link className="ch-button" to="?">
                  First page
                </Link>
              )}
              {next !== null && (
                <Link className="ch-button" to={`?page=${next}`}>
                  Next page
                </Link>
              )}
            </span>
          </nav>
        )}
      </Panel>
    </>
  );
}

const COLUMNS: readonly Column<ScheduleRow>[] = [
  {
    label: 'Schedule',
    cell: (row) => (
      <span className="queue-task">
        <Link className="ch-plain-link" to={adminPath(recordPath('schedules', row.id))} title={row.id}>
          {scheduleTitle(row)}
        </Link>
        {row.name !== null && <small>{row.func}</small>}
      </span>
    ),
  },
  { label: 'State', cell: (row) => <ScheduleState schedule={row} /> },
  {
    label: 'Runs',
    cell: (row) => (
      <span className="queue-task">
        <span>{rhythmInWords(row)}</span>
        <small>
          {row.timeZone}
          {row.repeats > 0 && `, ${row.repeats.toLocaleString()} more times`}
        </small>
      </span>
    ),
  },
  {
    label: 'Next run',
    cell: ({ repeats, paused, nextRun }) =>
      repeats === 0 || paused ? (
        <span className="ch-none">–</span>
      ) : (
        <RelativeTime moment={nextRun} isPlanned />
      ),
  },
  {
    label: 'Last run',
    cell: ({ lastRun, lastTaskId, lastSuccess }) =>
      lastRun === null || lastTaskId === null ? (
        <span className="ch-none">never</span>
      ) : (
        <span className="queue-task">
          <Link className="ch-plain-link" to={adminPath(recordPath('successful-tasks', lastTaskId))}>
            <RelativeTime moment={lastRun} />
          </Link>
          {lastSuccess !== null && <StateBadge state={lastSuccess ? 'succeeded' : 'failed'} />}
        </span>
      ),
  },
  { label: 'Queue', cell: ({ queue }) => queue },
];
