# A static program in an image that holds nothing else but its licenses and the list of its parts: no shell, no packages,
# no root.
#
#     docker build -t tidings --build-arg VERSION="$(git describe --tags --always)" \
#         --build-arg COMMIT="$(git rev-parse HEAD)" --build-arg DATE="$(git log -1 --format=%cI)" .
#     docker run --env-file .env -v tidings:/data -p 127.0.0.1:8080:8080 tidings

# Bases are pinned by the digest of what their tag meant in November 2026; "make pins" shows what it means now.
FROM golang:1.26.8-bookworm@sha256:a688600ca24f8a4d3ca77f95b0dd40704a9fc787c826660eb7ba0b641b8b175d AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
ARG COMMIT
ARG DATE
# Of all that is in the program: the licenses, and the list (SBOM).
ARG SBOM_VERSION=v1.10.0
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false \
        -ldflags "-s -w -X main.version=$VERSION -X main.commit=$COMMIT -X main.date=$DATE" -o /out/tidings ./cmd/tidings \
    && mkdir /out/data \
    && .ci/licenses /out/licenses \
    && go run github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@$SBOM_VERSION \
        bin -json -licenses -std -version "$VERSION" -output /out/tidings.cdx.json /out/tidings

# It brings certificates of authorities and a user without rights (65532), and that is all.
FROM gcr.io/distroless/static-debian12:nonroot@sha256:afa5c872c891853ca7fcf1f12c3edb23f7eeef36189728842dd51042ff57f7ab
COPY --from=build /out/tidings /tidings
COPY --from=build /out/licenses /licenses
COPY --from=build /out/tidings.cdx.json /tidings.cdx.json
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532

# The default database, sqlite:tidings.db, lies in the working directory, thus in the volume. It is not set here
# as DATABASE_URL, because a secret may come from one place only and DATABASE_URL_FILE could not be used then.
WORKDIR /data
VOLUME /data
# All interfaces of the container; which of them the host opens is for -p to say.
ENV HTTP_ADDR=:8080
EXPOSE 8080

HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD ["/tidings", "health"]
ENTRYPOINT ["/tidings"]
CMD ["run"]
