# A static program in an image that holds nothing else: no shell, no packages, no root.
#
#     docker build -t tidings --build-arg VERSION="$(git describe --tags --always)" .
#     docker run --env-file .env -v tidings:/data -p 127.0.0.1:8080:8080 tidings

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$VERSION" \
        -o /out/tidings ./cmd/tidings \
    && mkdir /out/data

# It brings certificates of authorities and a user without rights (65532), and that is all.
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/tidings /tidings
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
