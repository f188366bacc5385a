import type { SectionPart } from '../src/platform/settings/section.ts';
import { boolean, text } from '../src/platform/settings/values.ts';
import { optionalVariable } from '../src/platform/settings/variable.ts';

/** The variables that no section declares, because scripts, commands or libraries read them by themselves. */
export const OTHER_VARIABLES: Readonly<Record<'starting' | 'amazon', readonly SectionPart[]>> = {
  starting: [
    {
      title: 'Starting up',
      introduction: '`entrypoint.sh` and the management commands read these.',
      variables: [
        optionalVariable('MIGRATE', boolean, {
          example: 'True',
          meaning:
            '`True`: `entrypoint.sh` brings the database up to date and creates the table of the cache.',
        }),
        optionalVariable('INIT_SUPERUSER', boolean, {
          example: 'True',
          meaning: '`True`: `entrypoint.sh` creates the administrator below if no one has that name.',
        }),
        optionalVariable('DJANGO_SUPERUSER_USERNAME', text, {
          example: 'admin',
          meaning: "The administrator's name.",
        }),
        optionalVariable('DJANGO_SUPERUSER_EMAIL', text, {
          example: 'admin@example.org',
          meaning: "The administrator's e-mail address.",
        }),
        optionalVariable('DJANGO_SUPERUSER_PASSWORD', text, {
          isSecret: true,
          meaning: "The administrator's password.",
        }),
      ],
    },
  ],
  amazon: [
    {
      title: 'Credentials for Amazon Web Services',
      introduction:
        'The AWS SDK finds credentials and region in these variables, in a profile, or in the role of the machine. It reads more variables; these are the usual ones.',
      variables: [
        optionalVariable('AWS_PROFILE', text, {
          meaning: 'The profile, in the files of the AWS command line, that has credentials and region.',
        }),
        optionalVariable('AWS_ACCESS_KEY_ID', text, { meaning: "The access key's id." }),
        optionalVariable('AWS_SECRET_ACCESS_KEY', text, {
          isSecret: true,
          meaning: 'The secret access key.',
        }),
        optionalVariable('AWS_SESSION_TOKEN', text, {
          isSecret: true,
          meaning: 'The token that belongs to a temporary access key.',
        }),
        optionalVariable('AWS_REGION', text, {
          example: 'eu-west-1',
          meaning: 'The region, such as `eu-west-1`. Also read as `AWS_DEFAULT_REGION`.',
        }),
        optionalVariable('AWS_REQUEST_CHECKSUM_CALCULATION', text, {
          example: 'when_supported',
          meaning:
            '`when_supported` or `when_required`: for which requests to S3 checksums are sent. Not set: all, but with a custom endpoint those that require one.',
        }),
      ],
    },
  ],
};
