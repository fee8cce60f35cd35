package runners

import (
	"fmt"

	"github.com/awsvars/awsvars/variables"
)

// mostReport is the size of a dotenv report that GitLab takes, in bytes: less
// than 5 kilobytes (gitlab, app/services/ci/parse_dotenv_artifact_service.rb,
// and db/migrate, dotenv_size of plan_limits).
const mostReport = 5*1024 - 1

// anyReport is the number of variables that every GitLab takes. Some take 50,
// 100 or 150, by plan and by the age of the installation (gitlab.com, issues
// 411139 and 352923 of gitlab-org/gitlab).
const anyReport = 20

// gitlab delivers to GitLab CI: within the job a file that the script reads,
// to later jobs a dotenv report, which GitLab's server reads
// (docs.gitlab.com, "artifacts:reports:dotenv").
type gitlab struct{ script }

func (gitlab) Name() string { return gitlabName }

// place is the project's directory: reports are named relative to it.
func (r gitlab) place() place { return r.clone("CI_PROJECT_DIR") }

func (r gitlab) Check(v variables.Values) error {
	if !toOthers(v) {
		return r.checkDelivery(v, r.place())
	}
	if err := refuse(v, "later jobs get a dotenv report, which has one format; leave it out", "format").And(checkNoSecret(v)).Err(); err != nil {
		return err
	}
	return r.target(v, r.place(), ".env").check()
}

func (r gitlab) Deliver(set *variables.Set, v variables.Values) (Delivery, error) {
	if !toOthers(v) {
		delivery, err := r.deliverFile(set, v, r.place())
		delivery.Warnings = []string{unmasked("GitLab")}
		return delivery, err
	}
	entries, err := environmentEntries(set, v, false)
	if err != nil {
		return Delivery{}, err
	}
	content, err := plainLines(entries, "a dotenv report")
	if err != nil {
		return Delivery{}, err
	}
	if len(content) > mostReport {
		err := fmt.Errorf("writing a dotenv report: it would have %d bytes, and GitLab takes %d", len(content), mostReport)
		return Delivery{}, variables.WithHint(err, again+", or leave out the standard names with standard-names: false")
	}
	path, err := r.target(v, r.place(), ".env").write(content)
	warnings := []string{
		unmasked("GitLab"),
		"the report is stored with the job and whoever may download it reads the credentials: set artifacts:access to none, or better " + again,
	}
	if len(entries) > anyReport {
		warnings = append(warnings, fmt.Sprintf("the report has %d variables, and some plans and older installations of GitLab take %d: where the upload is refused, leave out the standard names with standard-names: false, or ask for less", len(entries), anyReport))
	}
	return Delivery{
		Text:     fmt.Sprintf("%s to %s, for artifacts:reports:dotenv", count(len(entries), "variable"), path),
		Warnings: warnings,
	}, err
}
