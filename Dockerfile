# One image for sweeps, the live process and the MLflow server (compose.yaml): one set of versions for all of them.
FROM python:3.12-slim AS wheel
WORKDIR /build
COPY requirements.lock pyproject.toml README.md LICENSE ./
COPY conf conf
COPY src src
RUN pip install --no-cache-dir --constraint requirements.lock hatchling && hatchling build --target wheel

FROM python:3.12-slim
# Training compiles its C code for the processor that it finds; without a compiler it takes up to twice as long.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
# The lock constrains: what only tests and TensorFlow need of it stays out.
RUN --mount=type=bind,from=wheel,source=/build,target=/build \
    pip install --no-cache-dir --constraint /build/requirements.lock "$(echo /build/dist/*.whl)[exchange]"
COPY container/start.sh /usr/local/bin/start.sh

# Folders that volumes are laid over belong to the user: a fresh volume takes their owner along.
RUN useradd --create-home lstm
USER lstm
WORKDIR /home/lstm
RUN mkdir sweeps live mlruns .cache
ENV MLFLOW_DISABLE_TELEMETRY=true MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false PYTHONUNBUFFERED=1

EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10m \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
ENTRYPOINT ["lstm-sweep"]
