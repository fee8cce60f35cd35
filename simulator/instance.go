package simulator

import (
	"fmt"
	"net/http"
	"time"
)

func (s *Simulator) instanceCredentials(c *call, role role) {
	key := s.session.issued.renew(s, role, s.config.InstanceID, c.now)
	c.reply.json(http.StatusOK, "text/plain", map[string]string{
		"Code":            "Success",
		"LastUpdated":     s.session.issued.since.UTC().Format(time.RFC3339),
		"Type":            "AWS-HMAC",
		"AccessKeyId":     key.id,
		"SecretAccessKey": key.secret,
		"Token":           key.token,
		"Expiration":      key.expires.Format(time.RFC3339),
	})
}

func (s *Simulator) profileInfo(c *call, role role) {
	c.reply.json(http.StatusOK, "text/plain", map[string]string{
		"Code":               "Success",
		"LastUpdated":        c.now.UTC().Format(time.RFC3339),
		"InstanceProfileArn": fmt.Sprintf("arn:%s:iam::%s:instance-profile/%s", role.partition, role.account, role.name),
		"InstanceProfileId":  "AIPA" + roleID(role.arn)[4:],
	})
}

func (s *Simulator) placement(c *call) *refusal {
	zone := s.config.Region + "a"
	account := ""
	if role, ok := s.config.role(s.config.InstanceRole); ok {
		account = role.account
	}
	switch c.record.Action {
	case "region":
		c.reply.set(http.StatusOK, "text/plain", []byte(s.config.Region))
	case "zone":
		c.reply.set(http.StatusOK, "text/plain", []byte(zone))
	case "instance-id":
		c.reply.set(http.StatusOK, "text/plain", []byte(s.config.InstanceID))
	case "document":
		c.reply.json(http.StatusOK, "text/plain", map[string]string{
			"accountId":        account,
			"architecture":     "x86_64",
			"availabilityZone": zone,
			"instanceId":       s.config.InstanceID,
			"instanceType":     "m7i.large",
			"privateIp":        "10.0.0.10",
			"region":           s.config.Region,
			"version":          "2017-09-30",
		})
	default:
		return plain(http.StatusNotFound)
	}
	return nil
}
