import React from 'react';
import { Link } from 'react-router-dom';
import {
  Alert,
  adminPath,
  DataTable,
  DetailPage,
  EmptyState,
  ExactTime,
  Facts,
  JsonView,
  listPath,
  Panel,
  RelativeTime,
  StateBadge,
  useLive,
} from '../../../app-kit/pages/index.ts';
import type { EngineDetail } from '../../queue/shapes.ts';
import { queuePath } from './api.ts';
import { DescribedTask } from './described-task.tsx';
import { bytesInWords, isGone } from './engine-parts.tsx';
import { RunningFor, TaskProgress } from './running-parts.tsx';

/** One engine: its workers with the tasks that they run now, its heartbeat, and its settings. */
export function EnginePage({ recordId }: { readonly recordId: string }) {
  const live = useLive<EngineDetail>(queuePath(`/engines/${encodeURIComponent(recordId)}`), {
    everySeconds: 2,
  });
  return (
    <DetailPage
      live={live}
      loadingTitle="Engine"
      titleOf={({ host, pid }) => `${host}, process ${pid}`}
      aboveOf={() => [['Engines', listPath('engines')]]}
      besideOf={({ condition }) => <StateBadge state={condition} />}
      gone={{
        title: 'This engine no longer exists',
        text: 'Engines are forgotten some days after they have stopped.',
      }}
    >
      {(engine) => (
        <>
          {engine.condition === 'silent' && (
            <Alert tone="warn">
              The last heartbeat was <RelativeTime moment={engine.heartbeat} />. If the engine stays silent,
              other engines take its tasks. Look at the log of process {engine.pid} on {engine.host}.
            </Alert>
          )}
          {!isGone(engine.condition) && <Workers engine={engine} />}
          <div className="ch-columns">
            <div>
              <Waiting engine={engine} />
              <Panel title="Settings">
                <JsonView value={engine.settings} />
              </Panel>
            </div>
            <Panel title="Details">
              <Facts facts={factsOf(engine)} />
            </Panel>
          </div>
        </>
      )}
    </DetailPage>
  );
}

interface WorkerRow {
  readonly pid: number;
  readonly residentBytes: number;
  readonly tasks: number;
  readonly task: EngineDetail['tasks'][number] | undefined;
}

function Workers({ engine }: { readonly engine: EngineDetail }) {
  const rows: WorkerRow[] = engine.processes
    .filter(({ role }) => role === 'worker')
    .map((worker) => ({ ...worker, task: engine.tasks.find(({ workerPid }) => workerPid === worker.pid) }));
  return (
    <Panel title="Workers" isFlush>
      {rows.length === 0 ? (
        <EmptyState title="No workers yet" text="They appear here once the engine has started them." />
      ) : (
        <DataTable
          label="Workers"
          rows={rows}
          keyOf={({ pid }) => String(pid)}
          columns={[
            { label: 'Process', cell: ({ pid }) => pid },
            {
              label: 'Current task',
              isWide: true,
              cell: ({ task }) =>
                task ? (
                  <DescribedTask task={task} list="running-tasks" />
                ) : (
                  <span className="ch-none">none</span>
                ),
            },
            {
              label: 'Progress',
              cell: ({ task }) => (task ? <TaskProgress task={task} /> : <span className="ch-none">–</span>),
            },
            {
              label: 'Running for',
              cell: ({ task }) => (task ? <RunningFor task={task} /> : <span className="ch-none">–</span>),
            },
            {
              label: 'Memory',
              cell: ({ residentBytes }) => <span className="ch-number">{bytesInWords(residentBytes)}</span>,
            },
            { label: 'Tasks done', cell: ({ tasks }) => tasks.toLocaleString() },
          ]}
        />
      )}
    </Panel>
  );
}

/** Tasks that the engine holds, and that none of its known workers runs. */
function Waiting({ engine }: { readonly engine: EngineDetail }) {
  const workers = new Set(engine.processes.map(({ pid }) => pid));
  const rows = engine.tasks.filter(({ workerPid }) => workerPid === null || !workers.has(workerPid));
  if (rows.length === 0) return null;
  return (
    <Panel title={isGone(engine.condition) ? 'Tasks it held' : 'Tasks taken, waiting for a worker'} isFlush>
      <DataTable
        label="Tasks waiting for a worker"
        rows={rows}
        keyOf={({ id }) => id}
        columns={[
          { label: 'Task', cell: (task) => <DescribedTask task={task} list="running-tasks" /> },
          { label: 'Taken', cell: ({ taken }) => <RelativeTime moment={taken} /> },
        ]}
      />
    </Panel>
  );
}

function factsOf(engine: EngineDetail): (readonly [string, React.ReactNode])[] {
  const sentinel = engine.processes.find(({ role }) => role === 'sentinel');
  return [
    [
      'Queue',
      <Link
        key="queue"
        className="ch-plain-link"
        to={adminPath(`${listPath('queued-tasks')}?${new URLSearchParams({ queue: engine.queue })}`)}
      >
        {engine.queue}
      </Link>,
    ],
    ['Host', engine.host],
    ['Process', engine.pid],
    ['Heartbeat', <RelativeTime key="heartbeat" moment={engine.heartbeat} />],
    ['Started', <ExactTime key="started" moment={engine.started} />],
    ['Workers', engine.workerCount],
    ['Workers replaced', engine.reincarnations.toLocaleString()],
    ['Tasks held', engine.running.toLocaleString()],
    ['Tasks without a worker', engine.waitingTasks.toLocaleString()],
    ['Results to store', engine.waitingResults.toLocaleString()],
    ['Memory of the engine', sentinel ? bytesInWords(sentinel.residentBytes) : null],
    [
      'Id',
      <span key="id" className="ch-id">
        {engine.id}
      </span>,
    ],
  ];
}
