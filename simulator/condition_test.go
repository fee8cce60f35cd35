package simulator

import (
	"strings"
	"testing"
)

// The cases are those of the IAM user guide, "IAM JSON policy elements:
// Condition operators", "Set operators for multi-valued context keys" and
// "IAM policy elements: Variables and tags".
func TestConditionsHoldAsIAMHasIt(t *testing.T) {
	t.Parallel()
	const yes, no = true, false
	for _, c := range []struct {
		operator, key, values string // values as JSON
		given                 []string
		holds                 bool
	}{
		{"StringEquals", "a:b", `"x"`, []string{"x"}, yes},
		{"StringEquals", "a:b", `"x"`, []string{"X"}, no},
		{"StringEquals", "a:b", `"*"`, []string{"x"}, no},
		{"StringEquals", "a:b", `["w","x"]`, []string{"x"}, yes},
		{"StringEquals", "A:B", `"x"`, []string{"x"}, yes},
		{"StringEquals", "a:b", `"x"`, nil, no},
		{"StringNotEquals", "a:b", `["w","x"]`, []string{"x"}, no},
		{"StringNotEquals", "a:b", `["w","x"]`, []string{"y"}, yes},
		{"StringNotEquals", "a:b", `"x"`, nil, yes},
		{"StringEqualsIgnoreCase", "a:b", `"x"`, []string{"X"}, yes},
		{"StringNotEqualsIgnoreCase", "a:b", `"x"`, []string{"X"}, no},
		{"StringLike", "a:b", `"repo:octo/*:ref:?"`, []string{"repo:octo/app:ref:1"}, yes},
		{"StringLike", "a:b", `"x*"`, []string{"Xy"}, no},
		{"StringLike", "a:b", `"x?"`, []string{"x"}, no},
		{"StringNotLike", "a:b", `"x*"`, []string{"xy"}, no},
		{"StringNotLike", "a:b", `"x*"`, nil, yes},
		{"ArnEquals", "a:b", `"arn:aws:iam::*:role/*"`, []string{"arn:aws:iam::111111111111:role/a/b"}, yes},
		{"ArnLike", "a:b", `"arn:aws:s:*:111122223333:finance/*"`, []string{"arn:aws:s:us-east-2:999999999999:store/abc:111122223333:finance/a"}, no},
		{"StringLike", "a:b", `"arn:aws:s:*:111122223333:finance/*"`, []string{"arn:aws:s:us-east-2:999999999999:store/abc:111122223333:finance/a"}, yes},
		{"ArnLike", "a:b", `"arn:aws:iam::1:role/a"`, []string{"arn:aws:iam::1:role/A"}, no},
		{"ArnLike", "a:b", `"arn:aws:iam::1:role/a"`, nil, no},
		{"ArnNotEquals", "a:b", `"arn:aws:iam::*:role/a"`, []string{"arn:aws:iam::1:role/a"}, no},
		{"ArnNotLike", "a:b", `"arn:aws:iam::*:role/a"`, []string{"arn:aws:iam::1:role/b"}, yes},
		{"ArnNotLike", "a:b", `"arn:aws:iam::*:role/a"`, nil, yes},
		{"Bool", "a:b", `true`, []string{"true"}, yes},
		{"Bool", "a:b", `"false"`, []string{"true"}, no},
		{"Bool", "a:b", `"false"`, nil, no},
		{"BoolIfExists", "a:b", `"false"`, nil, yes},
		{"Null", "a:b", `"true"`, nil, yes},
		{"Null", "a:b", `true`, []string{"x"}, no},
		{"Null", "a:b", `"false"`, []string{"x"}, yes},
		{"Null", "a:b", `"false"`, nil, no},
		{"NumericEquals", "a:b", `10`, []string{"10.0"}, yes},
		{"NumericNotEquals", "a:b", `"10"`, []string{"10"}, no},
		{"NumericNotEquals", "a:b", `"10"`, nil, yes},
		{"NumericLessThan", "a:b", `"10"`, []string{"9"}, yes},
		{"NumericLessThan", "a:b", `"10"`, []string{"10"}, no},
		{"NumericLessThanEquals", "a:b", `"10"`, []string{"10"}, yes},
		{"NumericGreaterThan", "a:b", `"10"`, []string{"9"}, no},
		{"NumericGreaterThanEquals", "a:b", `"10"`, []string{"10"}, yes},
		{"NumericLessThan", "a:b", `"10"`, []string{"nine"}, no},
		{"NumericLessThan", "a:b", `"10"`, nil, no},
		{"NumericLessThanIfExists", "a:b", `"10"`, nil, yes},
		{"DateEquals", "a:b", `"2026-01-01T01:00:00+01:00"`, []string{"2026-01-01T00:00:00Z"}, yes},
		{"DateNotEquals", "a:b", `"2026-01-01"`, []string{"2026-01-01T00:00:00Z"}, no},
		{"DateLessThan", "a:b", `"2026-01"`, []string{"2025-12-31T23:59:59Z"}, yes},
		{"DateLessThanEquals", "a:b", `"2026-01-01"`, []string{"2026-01-01T00:00:00Z"}, yes},
		{"DateGreaterThan", "a:b", `"1767225600"`, []string{"2026-01-01T00:00:01Z"}, yes},
		{"DateGreaterThan", "a:b", `1767225600`, []string{"2026-01-01T00:00:00Z"}, no},
		{"DateGreaterThanEquals", "a:b", `"2026-01-01T00:00Z"`, []string{"2026-01-01T00:00:00Z"}, yes},
		{"IpAddress", "a:b", `["203.0.113.0/24","2001:DB8:1234:5678::/64"]`, []string{"203.0.113.255"}, yes},
		{"IpAddress", "a:b", `["203.0.113.0/24","2001:DB8:1234:5678::/64"]`, []string{"2001:db8:1234:5678::1"}, yes},
		{"IpAddress", "a:b", `"203.0.113.7"`, []string{"203.0.113.8"}, no},
		{"IpAddress", "a:b", `"203.0.113.7"`, nil, no},
		{"NotIpAddress", "a:b", `"203.0.113.0/24"`, []string{"203.0.113.7"}, no},
		{"NotIpAddress", "a:b", `"203.0.113.0/24"`, []string{"203.0.114.7"}, yes},
		{"NotIpAddress", "a:b", `"203.0.113.0/24"`, nil, yes},
		{"StringEqualsIfExists", "a:b", `"x"`, nil, yes},
		{"StringEqualsIfExists", "a:b", `"x"`, []string{"y"}, no},
		{"StringNotEqualsIfExists", "a:b", `"x"`, nil, yes},
		{"ForAnyValue:StringEquals", "a:b", `["x","y"]`, []string{"y", "z"}, yes},
		{"ForAnyValue:StringEquals", "a:b", `"x"`, []string{"y", "z"}, no},
		{"ForAnyValue:StringEquals", "a:b", `"x"`, nil, no},
		{"ForAnyValue:StringNotEquals", "a:b", `"x"`, []string{"x", "z"}, yes},
		{"ForAnyValue:StringNotEquals", "a:b", `"x"`, []string{"x"}, no},
		{"ForAnyValue:StringNotEquals", "a:b", `"x"`, nil, no},
		{"ForAllValues:StringEquals", "a:b", `["x","y"]`, []string{"x", "y"}, yes},
		{"ForAllValues:StringEquals", "a:b", `"x"`, []string{"x", "z"}, no},
		{"ForAllValues:StringEquals", "a:b", `"x"`, nil, yes},
		{"ForAllValues:StringNotLike", "a:b", `"x*"`, []string{"xy", "z"}, no},
		{"ForAllValues:StringNotLike", "a:b", `"x*"`, nil, yes},
		{"StringEquals", "a:b", `"${aws:username}"`, []string{"ci"}, yes},
		{"StringLike", "a:b", `"${aws:UserName}-*"`, []string{"ci-7"}, yes},
		{"StringEquals", "a:b", `"${aws:PrincipalTag/team}"`, []string{"web"}, yes},
		{"StringEquals", "a:b", `"${aws:PrincipalTag/other}"`, []string{""}, no},
		{"StringEquals", "a:b", `"${aws:PrincipalTag/other, 'none'}"`, []string{"none"}, yes},
		{"StringLike", "a:b", `"x${*}"`, []string{"xy"}, no},
		{"StringLike", "a:b", `"x${*}${?}${$}"`, []string{"x*?$"}, yes},
		{"StringLike", "a:b", `"${aws:PrincipalTag/star}"`, []string{"anything"}, no},
		{"ArnLike", "a:b", `"arn:aws:iam::1:user/${aws:username}"`, []string{"arn:aws:iam::1:user/ci"}, yes},
	} {
		read, err := readDocument(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ecr:PutImage","Resource":"*",`+
			`"Condition":{"`+c.operator+`":{"`+c.key+`":`+c.values+`}}}}`, identityPolicy)
		if err != nil {
			t.Errorf("%s %s: %s", c.operator, c.values, err)
			continue
		}
		context := conditionKeys{}
		context.set("a:b", c.given...)
		context.set("aws:username", "ci")
		context.set("aws:PrincipalTag/team", "web")
		context.set("aws:PrincipalTag/star", "*")
		got := policySet{read}.judge(ask{"ecr:PutImage", "*", context}) == allows
		if got != c.holds {
			t.Errorf("%s %s of %q: got %t", c.operator, c.values, strings.Join(c.given, ","), got)
		}
	}
}
