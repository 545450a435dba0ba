# One image for every process of mentorflow; which of them runs is the command's choice.

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/mentorflow
WORKDIR /src
# The dependencies change seldom and stay in a layer of their own.
COPY requirements-run.lock ./
RUN /opt/mentorflow/bin/pip install --require-hashes --only-binary :all: -r requirements-run.lock
COPY pyproject.toml LICENSE README.md ./
COPY engine ./engine
COPY workflows ./workflows
COPY workers ./workers
COPY server ./server
RUN /opt/mentorflow/bin/pip install --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --create-home mentorflow
COPY --from=build /opt/mentorflow /opt/mentorflow
ENV PATH=/opt/mentorflow/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER mentorflow
WORKDIR /home/mentorflow
ENTRYPOINT ["mentorflow"]
CMD ["--help"]
