# The image of Reportrun: server, workers and commands. It runs as uid 10001 with a read-only root file system; what is
# written goes to /data, and to /tmp.
#
#   docker build -t reportrun .
#   docker run -p 8000:8000 -v reportrun:/data reportrun
#
# EXTRAS may name extras: --build-arg EXTRAS='[spark,timestamps]'.
# PYTHON_IMAGE may name another base with Python 3.11 or newer, with its venv module. The pip variables are those of an
# own package index.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
ARG PIP_INDEX_URL
ARG PIP_NO_INDEX
ARG PIP_FIND_LINKS
ARG EXTRAS=""
WORKDIR /source
COPY pyproject.toml constraints.txt README.md LICENSE NOTICE ./
COPY reportrun reportrun
COPY domain domain
COPY application application
COPY interfaces interfaces
RUN python3 -m venv /opt/reportrun \
    && /opt/reportrun/bin/pip install --no-cache-dir --disable-pip-version-check --constraint constraints.txt ".${EXTRAS}"

FROM ${PYTHON_IMAGE}
RUN groupadd --gid 10001 reportrun \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin reportrun \
    && install --directory --owner 10001 --group 10001 --mode 0700 /data
COPY --from=build /opt/reportrun /opt/reportrun
ENV PATH=/opt/reportrun/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    REPORTRUN_DATA=/data
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s --retries=3 CMD ["reportrun", "healthcheck"]
ENTRYPOINT ["reportrun"]
CMD ["serve", "--host", "0.0.0.0"]
