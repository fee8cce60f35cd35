# The plugin's image for Drone, Woodpecker and Harness. Build it with
#
#   tools/image NAME [ARCHITECTURE]...
#
# which makes the build context: the binary for each architecture, as
# linux/<architecture>/awsvars, and the certificates that it trusts.
FROM scratch
ARG TARGETARCH=amd64
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY linux/${TARGETARCH}/awsvars /bin/awsvars
ENTRYPOINT ["/bin/awsvars"]
