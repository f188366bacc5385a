# syntax=docker/dockerfile:1

# What Node the image has, and packages of Debian to add: "poppler-utils" for PDF_RASTERIZER_ENGINE=poppler,
# "graphicsmagick ghostscript" for pdf2pic. The default, pdfium, needs none.
ARG NODE_IMAGE=node:24-bookworm-slim

# --- Compiles. ---------------------------------------------------------------------------------------------
FROM ${NODE_IMAGE} AS build
WORKDIR /build
# The machine's Node is the right one already, so the packages' own scripts have nothing to fetch.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN node node_modules/typescript/bin/tsc -p tsconfig.build.json \
  && node node_modules/assemblyscript/bin/asc.js --config src/apps/composite/rasterizers/jpeg/assembly/asconfig.json \
  && node src/admin/build-front-end.ts \
  && node src/app-kit/client/build-front-end.ts

# --- Production dependencies alone. ------------------------------------------------------------------------
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && npm cache clean --force
# Fonts for PDFs that do not bring theirs: two weights are used of each. Those of East Asia take 47 MB, and are left out with
# --build-arg EAST_ASIAN_FONTS=no.
ARG EAST_ASIAN_FONTS="yes"
RUN find node_modules/@expo-google-fonts node_modules/@embedpdf -name '*.[ot]tf' \
      ! -name '*400Regular*' ! -name '*700Bold*' ! -name '*-Regular.*' ! -name '*-Bold.*' -delete \
  && if [ "$EAST_ASIAN_FONTS" != "yes" ]; then rm -rf node_modules/@embedpdf/fonts-jp node_modules/@embedpdf/fonts-kr \
      node_modules/@embedpdf/fonts-sc node_modules/@embedpdf/fonts-tc; fi

# --- What runs. --------------------------------------------------------------------------------------------
FROM ${NODE_IMAGE} AS runtime
ARG EXTRA_PACKAGES=""
RUN if [ -n "$EXTRA_PACKAGES" ]; then \
      apt-get update && apt-get install -y --no-install-recommends $EXTRA_PACKAGES && rm -rf /var/lib/apt/lists/*; \
    fi \
  && install -d -o node -g node /tmp/scratch
ENV NODE_ENV=production DJANGO_DEBUG=False
WORKDIR /srv/dlcs
# Where the deployed service had ~/.aws mounted.
ENV HOME=/srv/dlcs
COPY --from=dependencies /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY package.json ./
COPY migrations ./migrations
COPY entrypoint.sh entrypoint-api.sh entrypoint-worker.sh ./
USER node
EXPOSE 8000
# Engines finish their task, and servers their requests, before they end.
STOPSIGNAL SIGTERM
# Whether this process answers. The health page would not do: it also tells of what restarting cannot mend.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT ?? 8000}/openapi.json`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["/srv/dlcs/entrypoint-api.sh"]
