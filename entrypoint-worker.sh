#!/bin/sh
# Prepares as entrypoint.sh does, then runs one engine in the place of this shell.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
exec "$here/entrypoint.sh" node "$here/dist/engine.js"
