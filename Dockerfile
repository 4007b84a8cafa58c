# The server alone, as a test double on a network of containers.
#
# It listens on loopback until it is told otherwise, and it lets itself be told only with a control
# token of one's own: see compose.yaml.
FROM rust:1.95-bookworm AS build
WORKDIR /source
COPY . .
RUN cargo build --release --locked -p user-directory-server

FROM debian:bookworm-slim
RUN useradd --system --no-create-home user-directory
COPY --from=build /source/target/release/user-directory-server /usr/local/bin/
USER user-directory
EXPOSE 9229
ENTRYPOINT ["user-directory-server"]
