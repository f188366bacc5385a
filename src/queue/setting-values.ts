import { makeValidator } from 'envalid';
import { refuse } from '../platform/settings/values.ts';

/** The name of a queue: what tables, channels and file names take without quotes. */
export const queueName = makeValidator<string>((input) => {
  const name = input.trim();
  return /^[A-Za-z0-9_.-]{1,100}$/.test(name)
    ? name
    : refuse('up to 100 letters, digits, dots, dashes and underscores');
});

/** The name of a standard queue of Amazon SQS; a FIFO queue, whose name ends in `.fifo`, cannot delay single messages. */
export const sqsQueueName = makeValidator<string>((input) => {
  const name = input.trim();
  return /^[A-Za-z0-9_-]{1,80}$/.test(name)
    ? name
    : refuse('up to 80 letters, digits, dashes and underscores (a standard queue, not a FIFO one)');
});

/** `SENTRY_DSN`: where Sentry is, the key to write there with, and the number of the project. */
export const sentryDsn = makeValidator<string>((input) => {
  const value = input.trim();
  if (!/^https?:\/\/\w+(:\w*)?@([\w.-]+|\[[\da-f:.]+\])(:\d+)?(\/[^\s?#]*)?\/\d+$/i.test(value)) {
    return refuse("the DSN of a project in Sentry: https://key@host/project, from the project's settings");
  }
  return value;
});
