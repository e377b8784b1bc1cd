# docker build -t corehours .
# docker run --rm corehours report perceptual-group-tokenizer
# docker run --rm -v "$PWD":/data corehours report my-paper.yaml --format html -o my-paper.html
FROM eclipse-temurin:17-jdk AS build
RUN apt-get update && apt-get install -y --no-install-recommends unzip
WORKDIR /source
COPY . .
RUN ./mvnw --batch-mode --no-transfer-progress -pl cli -am package -DskipTests \
    && unzip -q cli/target/corehours-*.zip -d /opt && mv /opt/corehours-* /opt/corehours

FROM eclipse-temurin:17-jre
COPY --from=build /opt/corehours /opt/corehours
# The first run makes the class-data archive, which needs a folder that may be written.
RUN /opt/corehours/bin/corehours --version
ENV PATH=/opt/corehours/bin:$PATH
USER 1000
WORKDIR /data
ENTRYPOINT ["corehours"]
CMD ["--help"]
