# syntax=docker/dockerfile:1
# One file for every executable: docker build --target inventory-service .
# The builder's first layers change only when a dependency does.

FROM swift:6.2-bookworm AS builder
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libcurl4-openssl-dev=7.88.* libsqlite3-dev=3.40.* libssl-dev=3.0.* zlib1g-dev=1:1.2.* \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY Package.swift ./
RUN swift package resolve
COPY Shared Shared
COPY Services Services
RUN mkdir -p Tests \
    && swift build --configuration release --static-swift-stdlib \
        --product sample-ecommerce-app --product payment-service --product inventory-service \
        --product data-generator --product collector \
    && mkdir /staging \
    && for name in sample-ecommerce-app payment-service inventory-service data-generator collector; do \
        strip --output "/staging/$name" ".build/release/$name"; \
    done \
    && find .build/release/ -maxdepth 1 -name '*.resources' -exec cp --recursive {} /staging/ \;

FROM debian:bookworm-slim AS runtime
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        ca-certificates=2023* libcurl4=7.88.* libsqlite3-0=3.40.* tini=0.19.* \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin faultline \
    && install --directory --owner faultline /data
USER faultline
WORKDIR /app
ENV BIND_HOST=0.0.0.0 DATA_DIR=/data
VOLUME /data
ENTRYPOINT ["/usr/bin/tini", "--"]

FROM runtime AS sample-ecommerce-app
COPY --from=builder /staging/ /app/
