import React from 'react';
import { EmptyState } from './empty-state.tsx';
import { Loaded } from './loading.tsx';
import { Page } from './page.tsx';
import { Said, useSaid } from './said.tsx';
import type { Live } from './use-live.ts';

/** A page that is about one record: its title, its state, what can be done with it, and its parts. */
export function DetailPage<Data>(props: {
  readonly live: Live<Data>;
  /** The title until the record is read. */
  readonly loadingTitle: string;
  readonly titleOf: (data: Data) => string;
  /** What is shown beside the title, such as a state. */
  readonly besideOf?: (data: Data) => React.ReactNode;
  /** The pages above it; undefined data until the record is read. */
  readonly aboveOf: (data: Data | undefined) => readonly (readonly [title: string, path: string])[];
  /** What can be done; `onDone` says what was done, and reads again. */
  readonly actionsOf?: (data: Data, onDone: (message: string) => void) => React.ReactNode;
  /** What is said where the record no longer exists. */
  readonly gone: { readonly title: string; readonly text: string };
  readonly children: (data: Data) => React.ReactNode;
}) {
  const { live, loadingTitle, titleOf, besideOf, aboveOf, actionsOf, gone, children } = props;
  const { data, fault } = live;
  const said = useSaid();
  if (data === undefined) {
    return (
      <Page title={loadingTitle} above={aboveOf(undefined)}>
        {fault?.status === 404 ? <EmptyState {...gone} /> : <Loaded live={live}>{() => null}</Loaded>}
      </Page>
    );
  }
  const onDone = (message: string) => {
    said.say(message);
    live.refresh();
  };
  return (
    <Page
      title={titleOf(data)}
      beside={besideOf?.(data)}
      above={aboveOf(data)}
      actions={actionsOf?.(data, onDone)}
    >
      <Said said={said.text} />
      <Loaded live={live}>{children}</Loaded>
    </Page>
  );
}
