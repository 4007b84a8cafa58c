# The server alone, a static binary, as a test double on a network of containers. scripts/build-image
# puts the binary into the context of this build, target/image.
#
# It listens on loopback until it is told otherwise, and it lets itself be told only with a control
# token of one's own: see compose.yaml.
FROM scratch
COPY . /
USER 65534
EXPOSE 9229
ENTRYPOINT ["/user-directory-server"]
