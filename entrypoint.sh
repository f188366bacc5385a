#!/bin/sh
# Waits until Postgres answers; with MIGRATE=True brings the database up to date and creates the table of the
# cache, with INIT_SUPERUSER=True creates the administrator of DJANGO_SUPERUSER_*. Then, where a command is
# given, becomes that command.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

# As the settings read booleans.
is_true() {
  case $(printf '%s' "${1:-}" | tr '[:upper:]' '[:lower:]') in
    true | 1 | on | yes) return 0 ;;
    *) return 1 ;;
  esac
}

manage() {
  node "$here/dist/manage.js" "$@"
}

manage wait

if is_true "${MIGRATE:-}"; then
  manage migrate
  manage createcachetable
fi

if is_true "${INIT_SUPERUSER:-}"; then
  # One that exists is told, and no reason to stop.
  manage createsuperuser --noinput || echo 'entrypoint.sh: no administrator was created' >&2
fi

if [ "$#" -gt 0 ]; then
  exec "$@"
fi
