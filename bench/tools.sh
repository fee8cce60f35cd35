# shellcheck shell=bash disable=SC2034,SC2154 # names are shared with bench/run
# Sourced by bench/run: what is measured, and the simulator.

# The newest release that the module proxy lists.
ecr_login=github.com/awslabs/amazon-ecr-credential-helper/ecr-login/cli/docker-credential-ecr-login@v0.12.0

# awscli is Debian's, wherever another one may stand in PATH.
awscli=/usr/bin/aws

install_tools() {
  local missing=()
  command -v hyperfine >/dev/null || missing+=(hyperfine)
  [ -x /usr/bin/time ] || missing+=(time)
  [[ $only != *awscli* ]] || [ -x "$awscli" ] || missing+=(awscli)
  [ ${#missing[@]} -eq 0 ] && return
  local sudo=
  [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get -qq update
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >&2
}

build_tools() {
  mkdir -p "$work/bin"
  CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o "$work/bin" ./cmd/awsvars ./cmd/awsvars-simulator ./bench/floor
  [[ $only == *ecr-login* ]] || return 0
  GOBIN=$work/bin CGO_ENABLED=0 go install -trimpath -ldflags='-s -w' "$ecr_login"
  # It reads the host from its input, which Debian's hyperfine cannot give; dash
  # adds less than a millisecond.
  printf '#!/bin/sh\nexec %s get <%s\n' "$work/bin/docker-credential-ecr-login" "$work/host" >"$work/bin/ecr-login"
  chmod +x "$work/bin/ecr-login"
}

# fact KIND TOOL JOB VARIANT NUMBER notes something that hyperfine does not
# measure.
fact() { echo "$@" >>"$work/facts"; }

# start_simulator VARIANT serves in the background and puts its environment
# into $work/env. ECR is called localhost, so that it is another host than STS,
# as it is in AWS: nobody gets to use one connection for both.
start_simulator() {
  local flags=(--user ci --rtt "${1#*-}ms")
  [ "${1%-*}" = http ] || flags+=(--tls)
  "$work/bin/awsvars-simulator" serve "${flags[@]}" >"$work/env" 2>"$work/simulator.log" &
  simulator_pid=$!
  for _ in $(seq 100); do
    ! grep -q AWS_SECRET_ACCESS_KEY "$work/env" || break
    sleep 0.1
  done
  # shellcheck disable=SC2016 # sed's own $
  sed -i '/^export AWS_ENDPOINT_URL_ECR/s/127\.0\.0\.1/localhost/' "$work/env"
  write_configuration
}

stop_simulator() {
  [ -n "$simulator_pid" ] || return 0
  kill -INT "$simulator_pid" 2>/dev/null || true
  wait "$simulator_pid" 2>/dev/null || true
  simulator_pid=
}

# simulator_time is the CPU time in nanoseconds that its threads have used
# (Documentation/scheduler/sched-stats of Linux); the Go runtime keeps threads.
simulator_time() { cat "/proc/$simulator_pid/task/"*/schedstat | awk '{sum += $1} END {printf "%.0f\n", sum}'; }
