# The plugin's image for Drone, Woodpecker and Harness. Build it with
#
#   tools/image NAME [ARCHITECTURE]...
#
# which makes the build context: the binary for each architecture, as
# linux/<architecture>/awsvars, and root/ with the certificates that it trusts
# and a directory for temporary files.
#
# It runs as root, since the workspace of a pipeline is root's, and the next
# steps read the file of variables as root. Any other user can run it: nothing
# in the image belongs to a user, and nothing of it is written to.
FROM scratch
ARG TARGETARCH=amd64
ARG VERSION=development
LABEL org.opencontainers.image.title="awsvars" \
      org.opencontainers.image.description="Hands AWS credentials to the steps of a CI job as masked variables" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="https://github.com/awsvars/awsvars"
COPY root/ /
COPY linux/${TARGETARCH}/awsvars /bin/awsvars
ENTRYPOINT ["/bin/awsvars"]
