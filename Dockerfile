# syntax=docker/dockerfile:1
# About 1.9 GB: 1.7 GB of it are Python packages (PyTorch for the CPU is the largest), 0.1 GB the prepared model.
FROM python:3.11-slim-bookworm AS build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
WORKDIR /opt/muhojir
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY pyproject.toml image.lock README.md LICENSE ./
# Nothing comes in whose sha256 is not in image.lock (scripts/lock). PyPI's own PyTorch draws several GB of CUDA.
RUN pip install --no-deps --require-hashes --only-binary :all: \
    --extra-index-url https://download.pytorch.org/whl/cpu -r image.lock
COPY corpus corpus
COPY index index
COPY qa qa
COPY api api
RUN pip install --no-deps --no-build-isolation .
# Answers one question, which prepares the model for queries; the home that this makes is thrown away.
ENV MUHOJIR_CACHE=/opt/muhojir/cache OMP_NUM_THREADS=1
RUN MUHOJIR_HOME=/tmp/home muhojir search "Vnukovo airport" > /dev/null && rm -rf /tmp/home

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --create-home --home-dir /data muhojir
COPY --from=build /opt/venv /opt/venv
COPY --from=build --chown=10001:10001 /opt/muhojir/cache /opt/muhojir/cache
ENV PATH=/opt/venv/bin:$PATH \
    OMP_NUM_THREADS=1 \
    MUHOJIR_HOME=/data/home \
    MUHOJIR_CACHE=/opt/muhojir/cache \
    MUHOJIR_HOST=0.0.0.0
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["muhojir"]
CMD ["serve"]
