import React from 'react';
import { ExactTime, Icon, secondsBetween, spanInWords, useNow } from '../../../../app-kit/pages/index.ts';
import type { MemberDetail, MemberEvent } from '../shapes.ts';
import { MEMBER_STATES } from './states.ts';

/** Moves that are shown before somebody asks for the others. */
const SHOWN_EVENTS = 24;

/** Where a member has stood, oldest first, and for how long. */
export function MemberTimeline({ member }: { readonly member: MemberDetail }) {
  const now = useNow();
  const submitted: MemberEvent = { status: 'PENDING', happened: member.created, taskId: null, error: null };
  const events = [submitted, ...member.events];
  const shown = events.slice(-SHOWN_EVENTS);
  const isDone = member.status === 'COMPLETED' || member.status === 'ERROR';
  return (
    <>
      {events.length > shown.length && (
        <p className="ch-muted">
          {(events.length - shown.length).toLocaleString()} earlier moves are not shown.
        </p>
      )}
      <ol className="ch-timeline">
        {shown.map((event, index) => {
          const next = shown[index + 1];
          const isLast = next === undefined;
          const until = next?.happened ?? (isDone ? undefined : new Date(now).toISOString());
          const { tone, icon, label } = MEMBER_STATES[event.status];
          return (
            <li key={`${event.happened}-${event.status}`} aria-current={isLast ? 'step' : undefined}>
              <span className={`ch-timeline-mark ch-tone-${tone}`}>
                <Icon
                  name={isLast || tone !== 'busy' ? icon : 'done'}
                  className={isLast && tone === 'busy' ? 'ch-turn' : ''}
                />
              </span>
              <div>
                <strong>{event === submitted ? 'Submitted' : label}</strong>
                {until !== undefined && (
                  <span className="ch-muted"> for {spanInWords(secondsBetween(event.happened, until))}</span>
                )}
                <br />
                <small className="ch-muted">
                  <ExactTime moment={event.happened} />
                </small>
                {event.error !== null && !isLast && <p className="composite-past-error">{event.error}</p>}
              </div>
            </li>
          );
        })}
      </ol>
    </>
  );
}
