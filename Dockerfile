# Builds wheels where there is a compiler, and installs them where there is none. Python is named by its minor version, so
# that a rebuild takes in fixes; what is installed into it is pinned in constraints.txt.

FROM python:3.11-slim AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
RUN python -m pip install --no-cache-dir pip==26.3
WORKDIR /src
# The dependencies alone first: they change less often than the code, and durable-rules takes its time to build.
# It has to be told through CC to be optimized, for its own setup.py throws CFLAGS away.
COPY constraints.txt setup.cfg pyproject.toml README.md LICENSE ./
RUN CC="gcc -O2 -fno-strict-aliasing -fwrapv" python -m pip wheel --no-cache-dir --wheel-dir /wheels \
        --constraint constraints.txt --build-constraint constraints.txt .
COPY . .
RUN rm /wheels/gatehouse-*.whl && python -m pip wheel --no-cache-dir --no-deps --wheel-dir /wheels \
        --build-constraint constraints.txt .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data gatehouse \
    && install -d -m 700 -o gatehouse -g gatehouse /data
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    python -m pip install --no-cache-dir --no-index /wheels/*.whl
USER gatehouse
WORKDIR /data
VOLUME /data
ENV GATEHOUSE_HOME=/data HOST=0.0.0.0 PORT=8000 PYTHONDONTWRITEBYTECODE=1
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/readyz\", timeout=4)"]
CMD ["gatehouse", "up"]
