# shellcheck shell=bash
# What the hooks of the Buildkite plugin share. The agent sources a hook, and so
# do hooks of people's own, under options of theirs: nothing here changes an
# option for good, and nothing depends on one.

# awsvars_option prints an option of the plugin. The agent names the variables
# after the plugin's repository, so that a fork has others.
awsvars_option() {
  local name="BUILDKITE_PLUGIN_${BUILDKITE_PLUGIN_NAME:-AWSVARS}_$1"
  printf %s "${!name:-}"
}

# awsvars_plugin prints the folder of the plugin's checkout.
awsvars_plugin() {
  (CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." >/dev/null && pwd -P)
}

# awsvars_binary prints the path of the program: the one that is named, one in
# PATH, or one that was built from the checkout.
awsvars_binary() {
  local binary
  binary=$(awsvars_option BINARY)
  [ -n "$binary" ] || binary=$(type -P awsvars) || true
  if [ -z "$binary" ]; then
    binary=$(awsvars_plugin)/bin/awsvars
    [ -x "$binary" ] || binary=$binary.exe
  fi
  [ -f "$binary" ] && [ -x "$binary" ] && printf %s "$binary"
}

# awsvars_build builds the program where there is none. The checkout of a
# plugin that the agent made stays as it is, one in the job's own repository
# comes anew with each build.
awsvars_build() {
  local plugin
  if [ -n "$(awsvars_option BINARY)" ]; then
    echo "awsvars: the option binary names $(awsvars_option BINARY), which is no program" >&2
    return 127
  fi
  if ! type -P go >/dev/null; then
    echo "awsvars: there is no awsvars in PATH, and no Go to build it: install one of them on the agent, or name it with the option binary" >&2
    return 127
  fi
  plugin=$(awsvars_plugin) || return
  echo "awsvars: building it from $plugin" >&2
  (cd -- "$plugin" && CGO_ENABLED=0 go build -trimpath -o "bin/awsvars$(go env GOEXE)" ./cmd/awsvars) >&2
}

# awsvars_hand_on runs the task in the hook that was asked for, and exports
# what it hands on. The values are in a variable of this function and nowhere
# else: on no command line, in no file and not in the log.
awsvars_hand_on() {
  local hook binary variables traced status=0
  hook=$(awsvars_option HOOK)
  case ${hook:-environment} in
    "$1") ;;
    environment | pre-command) return 0 ;;
    *) echo "awsvars: the option hook is environment or pre-command" >&2; return 2 ;;
  esac
  case $(awsvars_option LOGIN) in
    '' | true | 1) ;;
    *) echo "awsvars: the option login is off, so nothing is done" >&2; return 0 ;;
  esac
  binary=$(awsvars_binary) || { awsvars_build && binary=$(awsvars_binary); } || return
  # A trace and a DEBUG trap would show what is evaluated.
  traced=${-//[!xvT]/}
  [ -z "$traced" ] || { set +xvT; } 2>/dev/null
  variables=$(AWSVARS_RUNNER=buildkite "$binary") || status=$?
  [ "$status" -ne 0 ] || awsvars_evaluate || status=$?
  # A trace may print variables in front of each line (PS4).
  variables=''
  [ -z "$traced" ] || set "-$traced"
  return "$status"
}

# awsvars_evaluate is a function, since a DEBUG trap that came along into the
# one above does not come into this one.
awsvars_evaluate() { eval "$variables"; }

# awsvars_take_back takes out the logins of this job, and removes a private
# Docker configuration. The settings of the login are none of a logout's.
awsvars_take_back() {
  local binary task config
  task=$(awsvars_option TASK)
  [ "${task:-${AWSVARS_TASK:-}}" = login ] || return 0
  # Without a program there was no login.
  binary=$(awsvars_binary) || return 0
  config=$(awsvars_option DOCKER_CONFIG)
  # Two words whatever IFS is.
  set -- logout
  [ -z "$config" ] || set -- logout --docker-config "$config"
  AWSVARS_RUNNER=envfile AWSVARS_REGISTRY='' AWSVARS_REGISTRIES='' AWSVARS_REGISTRY_IDS='' AWSVARS_ACCOUNT_IDS='' \
    "$binary" "$@"
}
