import React from 'react';
import {
  type Column,
  FilterDay,
  FilterField,
  ListPage,
  type Query,
  useLive,
} from '../../../app-kit/pages/index.ts';
import type { TaskList } from '../../queue/resources.ts';
import type { Choices, Described } from '../../queue/shapes.ts';
import { queuePath } from './api.ts';
import { DescribedTask, titleOfTask } from './described-task.tsx';
import { bulkActionsOn, type TaskBulkAction } from './task-bulk-actions.ts';

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
  readonly actions: readonly TaskBulkAction[];
  /** What it can be narrowed by beside function, group, name and queue. */
  readonly filters: readonly string[];
  readonly renderFilters?: (query: Query) => React.ReactNode;
  /** What `from` and `to` are about. */
  readonly dayLabel: string;
  /** What is shown where there is nothing at all. */
  readonly empty: React.ReactNode;
}

const COMMON_FILTERS = ['func', 'group', 'name', 'queue', 'from', 'to'];

/** A list of tasks: filters, actions, rows, and the way to the next page. */
export function TaskListPage<Row extends ListedTask>({ parts }: { readonly parts: TaskListParts<Row> }) {
  const { list, title, lede, order, columns, actions, filters, renderFilters, dayLabel, empty } = parts;
  const choices = useLive<Choices>(queuePath('/schedules/choices'), { everySeconds: 300 });
  const functions = choices.data?.functions.map(({ name }) => name);
  return (
    <ListPage<Row>
      title={title}
      lede={lede}
      parts={{
        path: queuePath(`/tasks/${list}`),
        heading: order,
        noun: { one: 'task', many: 'tasks' },
        columns: [{ label: 'Task', cell: (task) => <DescribedTask list={list} task={task} /> }, ...columns],
        titleOf: titleOfTask,
        filters: [...filters, ...COMMON_FILTERS],
        filterLabels: { func: 'function', to: 'before' },
        bulk: bulkActionsOn(list, actions),
        empty,
        noMatch:
          'Nothing matches. Functions, groups, names and queues have to be written out; of an error, a part is enough.',
      }}
      renderFilters={(query) => (
        <>
          {renderFilters?.(query)}
          <FilterField query={query} name="func" label="Function" suggestions={functions ?? []} />
          <FilterField query={query} name="group" label="Group" />
          <FilterField query={query} name="name" label="Name" />
          <FilterField query={query} name="queue" label="Queue" suggestions={choices.data?.queues ?? []} />
          <FilterDay query={query} name="from" label={`${dayLabel} from`} />
          <FilterDay query={query} name="to" label="To" />
        </>
      )}
    />
  );
}
