# syntax=docker/dockerfile:1
FROM python:3.13-slim-bookworm AS build
WORKDIR /src
# EXTRAS=postgres: with the driver of PostgreSQL and what workers need.
ARG EXTRAS=
COPY requirements*.lock ./
RUN python -m venv /opt/monitor \
 && /opt/monitor/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r "requirements${EXTRAS:+-$EXTRAS}.lock"
COPY pyproject.toml README.md README.ko.md CHANGELOG.md LICENSE config.yaml ./
COPY alembic alembic
COPY monitor monitor
RUN /opt/monitor/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation .

FROM python:3.13-slim-bookworm
LABEL org.opencontainers.image.title="korean-news-monitor" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --system --gid 10001 monitor \
 && useradd --system --uid 10001 --gid 10001 --home-dir /app --shell /usr/sbin/nologin monitor \
 && install -d -o monitor -g monitor -m 0700 /app /app/data
COPY --from=build /opt/monitor /opt/monitor
COPY --chown=monitor:monitor config.yaml /app/config.yaml
ENV PATH=/opt/monitor/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MONITOR_CONFIG=/app/config.yaml
WORKDIR /app
USER 10001:10001
VOLUME /app/data
# Feeds that are long overdue mean that the daemon does not beat any more.
HEALTHCHECK --interval=1m --timeout=20s --start-period=2m --retries=3 CMD ["monitor", "doctor", "--running"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["monitor"]
CMD ["run"]
