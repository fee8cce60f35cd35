# shellcheck shell=bash disable=SC2034,SC2154 # names are shared with bench/run
# Sourced by bench/run: what each tool is told to do for each job.
#
#   J1  a password from static keys
#   J2  instance role → one role with an external ID → credentials
#   J3  the same, then the password
#   J4  20 registries in 10 regions, from static keys

role=arn:aws:iam::222222222222:role/deployer
external_id=secret-handshake
registry_region=eu-west-1
regions=(eu-west-1 eu-west-2 eu-west-3 eu-central-1 eu-north-1 us-east-1 us-east-2 us-west-2 ap-south-1 ap-northeast-1)

# command_of JOB TOOL prints the command, or fails where the tool has none
# that does the job.
command_of() {
  local bin=$work/bin chain="--role-arn $role --external-id $external_id"
  case $2:$1 in
    awsvars:J1) echo "$bin/awsvars ecr --source environment --registry 111111111111/$registry_region --format json" ;;
    awsvars:J2) echo "$bin/awsvars sts --source instance $chain --format json" ;;
    awsvars:J3) echo "$bin/awsvars ecr --source instance $chain --registry 222222222222/$registry_region --format json" ;;
    awsvars:J4) echo "$bin/awsvars ecr --source environment $(registries 111111111111)$(registries 222222222222)--format json" ;;
    floor*:J1) echo "$bin/floor $(ahead "$2") -token $registry_region" ;;
    floor*:J2) echo "$bin/floor $(ahead "$2") -role $role -external-id $external_id" ;;
    floor*:J3) echo "$bin/floor $(ahead "$2") -role $role -external-id $external_id -token $registry_region" ;;
    floor*:J4) echo "$bin/floor $(ahead "$2") -token $(IFS=,; echo "${regions[*]}")" ;;
    # A registry at a time is all that a credential helper is asked for.
    ecr-login:J1 | ecr-login:J3) echo "$bin/ecr-login" ;;
    # --endpoint-url: Debian's awscli is older than AWS_ENDPOINT_URL_ECR.
    awscli:J1 | awscli:J3) echo "$awscli ecr get-authorization-token --region $registry_region --endpoint-url $(value AWS_ENDPOINT_URL_ECR)" ;;
    awscli:J2) echo "$awscli sts assume-role --role-session-name bench $chain --endpoint-url $(value AWS_ENDPOINT_URL_STS)" ;;
    *) return 1 ;;
  esac
}

ahead() { [ "$1" = floor ] || echo -ahead; }

registries() { printf -- "--registry $1/%s " "${regions[@]}"; }

# proof JOB TOOL is what stands in a right result.
proof() {
  case $2:$1 in
    awsvars:J2) echo '"custom.aws.sessionToken.password": *"..*"' ;;
    awsvars:J4) echo 'custom.aws.ecr.222222222222.ap-northeast-1.password": *"..*"' ;;
    awsvars:*) echo '"custom.aws.ecr.password": *"..*"' ;;
    floor*:J2) echo '"Token":"..*"' ;;
    awscli:J2) echo '"SessionToken": "..*"' ;;
    ecr-login:*) echo '"Secret":"..*"' ;;
    *) echo '"authorizationToken": *"..*"' ;;
  esac
}

# requests_of JOB is how many requests the floor makes.
requests_of() {
  case $1 in J1) echo 1 ;; J2) echo 4 ;; J3) echo 5 ;; J4) echo 10 ;; esac
}

# value NAME reads the simulator's environment.
# shellcheck disable=SC1091 # made by start_simulator
value() { (. "$work/env" && printenv "$1"); }

# environment JOB TOOL exports what the tool finds: the simulator, no keys
# where the job starts at the instance role, no cache.
environment() {
  local name
  for name in $(compgen -e AWS_) $(compgen -e AWSVARS_); do unset "$name"; done
  # shellcheck disable=SC1091 # made by start_simulator
  . "$work/env"
  export HOME=$work/home
  case $1 in J2 | J3) unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY ;; esac
  case $2 in
    ecr-login) export AWS_ECR_DISABLE_CACHE=1 ;;
    awscli)
      export AWS_DATA_PATH=$work/data AWS_PAGER=''
      # It joins the path to the endpoint as it stands.
      export AWS_EC2_METADATA_SERVICE_ENDPOINT=$AWS_EC2_METADATA_SERVICE_ENDPOINT/ ;;
    *) return 0 ;;
  esac
  [ "$1" != J3 ] || export AWS_CONFIG_FILE=$work/config AWS_PROFILE=bench
  local id=111111111111
  [ "$1" != J3 ] || id=222222222222
  echo "$id.dkr.ecr.$registry_region.amazonaws.com" >"$work/host"
}

# write_configuration writes the profile that J3 needs in other tools, and
# tells Debian's awscli where STS is: --endpoint-url does not reach the call
# that a profile makes, but its endpoint rules can be replaced.
write_configuration() {
  cat >"$work/config" <<END
[profile bench]
role_arn = $role
external_id = $external_id
credential_source = Ec2InstanceMetadata
END
  mkdir -p "$work/data/sts/2011-06-15"
  cat >"$work/data/sts/2011-06-15/endpoint-rule-set-1.json" <<END
{"version": "1.0", "parameters": {"Region": {"builtIn": "AWS::Region", "required": false, "type": "String"},
 "UseDualStack": {"builtIn": "AWS::UseDualStack", "required": true, "default": false, "type": "Boolean"},
 "UseFIPS": {"builtIn": "AWS::UseFIPS", "required": true, "default": false, "type": "Boolean"},
 "Endpoint": {"builtIn": "SDK::Endpoint", "required": false, "type": "String"},
 "UseGlobalEndpoint": {"builtIn": "AWS::STS::UseGlobalEndpoint", "required": true, "default": false, "type": "Boolean"}},
 "rules": [{"conditions": [], "type": "endpoint", "endpoint": {"url": "$(value AWS_ENDPOINT_URL_STS)", "properties": {}, "headers": {}}}]}
END
}
