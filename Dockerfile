# zhiban in one image: the service on port 8080, its data in /data.
FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install --yes --no-install-recommends fonts-noto-cjk postgresql-client tini \
    && rm -rf /var/lib/apt/lists/*

RUN useradd --create-home --uid 10001 zhiban && mkdir /data && chown zhiban /data
WORKDIR /app

# PyTorch's own index has the CPU build; the default index is the fallback.
RUN pip install --no-cache-dir --retries 0 --timeout 20 --index-url https://download.pytorch.org/whl/cpu torch==2.13.0 \
    || pip install --no-cache-dir torch==2.13.0

COPY pyproject.toml README.md ./
COPY bot bot
COPY casedb casedb
COPY indexer indexer
COPY reports reports
COPY knowledge knowledge
RUN pip install --no-cache-dir --editable .

USER zhiban
ENV ZHIBAN_DATA_DIR=/data ZHIBAN_WEB_HOST=0.0.0.0 ZHIBAN_WEB_PORT=8080 MPLCONFIGDIR=/tmp/matplotlib
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["tini", "--"]
CMD ["zhiban", "run"]
