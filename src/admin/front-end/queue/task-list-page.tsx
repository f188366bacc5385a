import React from 'react';
import { Link, useLocation, useSearchParams } from 'react-router-dom';
import {
  type Column,
  DataTable,
  EmptyState,
  FilterDay,
  FilterField,
  Filters,
  Loaded,
  mayAct,
  Page,
  Panel,
  type Query,
  useLive,
  useQuery,
} from '../../../app-kit/pages/index.ts';
import type { TaskList } from '../../queue/resources.ts';
import type { Choices, Described, RowPage } from '../../queue/shapes.ts';
import { queuePath } from './api.ts';
import { DescribedTask, titleOfTask } from './described-task.tsx';
import { type ListAction, ListActions } from './list-actions.tsx';
import { countInWords } from './matching-button.tsx';
import { Said, useSaid } from './said.tsx';
import { type Selection, useSelection } from './use-selection.ts';

/** What every list of tasks has of a task. */
type ListedTask = Described<{
  readonly id: string;
  readonly name: string;
  readonly func: string;
  readonly group: string | null;
  readonly queue: string;
}>;

/** What makes a list of tasks this one. */
export interface TaskListParts<Row extends ListedTask> {
  readonly list: TaskList;
  readonly title: string;
  readonly lede: string;
  /** The order of the rows, as a heading. */
  readonly order: string;
  /** Columns between the task's own and the end. */
  readonly columns: readonly Column<Row>[];
  readonly actions: readonly ListAction[];
  /** What it can be narrowed by beside function, group, name and queue. */
  readonly filters: readonly string[];
  readonly renderFilters?: (query: Query) => React.ReactNode;
  /** What `from` and `to` are about; undefined where there are none. */
  readonly dayLabel: string;
  /** What to say where there is nothing at all. */
  readonly empty: React.ReactNode;
}

const COMMON_FILTERS = ['func', 'group', 'name', 'queue', 'from', 'to'];

/** A list of tasks: filters, actions, rows, and the way to the next page. */
export function TaskListPage<Row extends ListedTask>(props: { readonly parts: TaskListParts<Row> }) {
  const { parts } = props;
  const query = useQuery();
  const names = [...parts.filters, ...COMMON_FILTERS];
  const live = useLive<RowPage<Row>>(queuePath(`/tasks/${parts.list}${query.pick(...names, 'page')}`));
  const choices = useLive<Choices>(queuePath('/schedules/choices'), { everySeconds: 300 });
  const functions = choices.data?.functions.map(({ name }) => name);
  return (
    <Page title={parts.title} lede={parts.lede}>
      <div className="queue-filters">
        <Filters query={query} names={names}>
          {parts.renderFilters?.(query)}
          <FilterField query={query} name="func" label="Function" suggestions={functions ?? []} />
          <FilterField query={query} name="group" label="Group" />
          <FilterField query={query} name="name" label="Name" />
          <FilterField query={query} name="queue" label="Queue" suggestions={choices.data?.queues ?? []} />
          <FilterDay query={query} name="from" label={`${parts.dayLabel} from`} />
          <FilterDay query={query} name="to" label="to" />
        </Filters>
      </div>
      <Loaded live={live}>
        {(page) => (
          <TaskRows parts={parts} page={page} query={query} names={names} onChanged={live.refresh} />
        )}
      </Loaded>
    </Page>
  );
}

function TaskRows<Row extends ListedTask>(props: {
  readonly parts: TaskListParts<Row>;
  readonly page: RowPage<Row>;
  readonly query: Query;
  readonly names: readonly string[];
  readonly onChanged: () => void;
}) {
  const { parts, page, query, names, onChanged } = props;
  const selection = useSelection(page.rows);
  const said = useSaid();
  const filter = Object.fromEntries(
    names.flatMap((name) => (query.get(name) === '' ? [] : [[name, query.get(name)]])),
  );
  const queues = new Set(page.rows.map(({ queue }) => queue));
  const [queue] = queues;
  return (
    <>
      <Said said={said.text} />
      <Panel
        title={parts.order}
        isFlush
        aside={page.count && <span className="ch-muted">{countInWords(page.count)}</span>}
      >
        <ListActions
          list={parts.list}
          actions={parts.actions}
          rows={page.rows}
          selection={selection}
          queue={queues.size === 1 ? queue : undefined}
          filter={filter}
          count={page.count}
          onDone={(message) => {
            said.say(message);
            onChanged();
          }}
        />
        {page.rows.length > 0 ? (
          <DataTable
            label={parts.title}
            rows={page.rows}
            keyOf={({ id }) => id}
            columns={[...selectColumn(selection), taskColumn(parts.list), ...parts.columns]}
          />
        ) : (
          <NoRows
            isNarrowed={Object.keys(filter).length > 0}
            isPartial={page.isPartial}
            empty={parts.empty}
          />
        )}
        <Pager page={page} />
      </Panel>
    </>
  );
}

function selectColumn<Row extends ListedTask>(selection: Selection): Column<Row>[] {
  if (!mayAct()) return [];
  return [
    {
      label: 'Select',
      cell: (task) => (
        <input
          type="checkbox"
          aria-label={`Select ${titleOfTask(task)}`}
          checked={selection.ids.has(task.id)}
          onChange={() => selection.toggle(task.id)}
        />
      ),
    },
  ];
}

function taskColumn<Row extends ListedTask>(list: TaskList): Column<Row> {
  return { label: 'Task', cell: (task) => <DescribedTask list={list} task={task} /> };
}

function NoRows(props: {
  readonly isNarrowed: boolean;
  readonly isPartial: boolean;
  readonly empty: React.ReactNode;
}) {
  const { isNarrowed, isPartial, empty } = props;
  if (isPartial) {
    return (
      <EmptyState
        title="Nothing so far"
        icon="search"
        text="Some thousand tasks were looked at, and none of them fits. Look further, or name a function, a group or a queue, which are found at once."
      />
    );
  }
  if (!isNarrowed) return <>{empty}</>;
  return (
    <EmptyState
      title="No such task"
      icon="search"
      text="Nothing fits. Functions, groups, names and queues have to be written out; of an error, a part is enough."
    />
  );
}

function Pager({ page }: { readonly page: RowPage<unknown> }) {
  const { pathname } = useLocation();
  const [params] = useSearchParams();
  const to = (place: string | null) => {
    const next = new URLSearchParams(params);
    if (place === null) next.delete('page');
    else next.set('page', place);
    return `${pathname}?${next}`;
  };
  if (page.next === null && !params.has('page')) return null;
  return (
    <nav className="ch-pager" aria-label="Pages of the list">
      <span>{page.isPartial && 'There may be more: so far, some thousand tasks were looked at.'}</span>
      <span className="ch-actions">
        {params.has('page') && (
          <Link className="ch-button" to={to(null)}>
            First page
          </Link>
        )}
        {page.next !== null && (
          <Link className="ch-button" to={to(page.next)}>
            {page.isPartial ? 'Look further' : 'Next page'}
          </Link>
        )}
      </span>
    </nav>
  );
}
