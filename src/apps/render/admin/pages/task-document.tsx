import React from 'react';
import { adminPath, OutsideLink, Panel } from '../../../../app-kit/pages/index.ts';
import type { TaskDetail } from '../shapes.ts';

/** The PDF of a result, or the link to it. */
export function TaskDocument({ task }: { readonly task: TaskDetail }) {
  if (task.hasDocument) {
    const address = adminPath(`/api/apps/render/tasks/${task.id}/document.pdf`);
    return (
      <Panel
        title="Document"
        aside={
          <a className="ch-plain-link" href={address} target="_blank" rel="noreferrer">
            Open the PDF
          </a>
        }
      >
        <iframe className="render-document" src={address} title="The PDF" />
      </Panel>
    );
  }
  if (task.documentUrl === null) return null;
  return (
    <Panel title="Document">
      <OutsideLink url={task.documentUrl} className="ch-plain-link" />
    </Panel>
  );
}
