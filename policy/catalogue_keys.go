package policy

import (
	"slices"
	"strings"
)

// globalKeys are the condition keys that every service may see, with their
// types (IAM user guide, "AWS global condition context keys"). A name that ends
// in / goes on with the key of a tag. aws:RequestTag/, aws:ResourceTag/ and
// aws:TagKeys are there for some actions only, which the tables of the services
// say.
func globalKeys() map[string]string {
	return map[string]string{
		"aws:AssumedRoot": "Bool", "aws:CalledVia": "String", "aws:CalledViaFirst": "String", "aws:CalledViaLast": "String",
		"aws:ChatbotSourceArn": "Arn", "aws:CurrentTime": "Date", "aws:Ec2InstanceSourcePrivateIPv4": "IpAddress",
		"aws:Ec2InstanceSourceVpc": "String", "aws:EpochTime": "Date", "aws:FederatedProvider": "String",
		"aws:MultiFactorAuthAge": "Numeric", "aws:MultiFactorAuthPresent": "Bool", "aws:PrincipalAccount": "String",
		"aws:PrincipalArn": "Arn", "aws:PrincipalIsAWSService": "Bool", "aws:PrincipalOrgID": "String", "aws:PrincipalOrgPaths": "String",
		"aws:PrincipalServiceName": "String", "aws:PrincipalServiceNamesList": "String", "aws:PrincipalTag/": "String",
		"aws:PrincipalType": "String", "aws:Referer": "String", "aws:RequestedRegion": "String", "aws:RequestTag/": "String",
		"aws:ResourceAccount": "String", "aws:ResourceOrgID": "String", "aws:ResourceOrgPaths": "String", "aws:ResourceTag/": "String",
		"aws:SecureTransport": "Bool", "aws:SourceAccount": "String", "aws:SourceArn": "Arn", "aws:SourceIdentity": "String",
		"aws:SourceIp": "IpAddress", "aws:SourceOrgID": "String", "aws:SourceOrgPaths": "String", "aws:SourceVpc": "String",
		"aws:SourceVpce": "String", "aws:SourceVpcArn": "Arn", "aws:TagKeys": "String", "aws:TokenIssueTime": "Date",
		"aws:UserAgent": "String", "aws:userid": "String", "aws:username": "String", "aws:ViaAWSMCPService": "Bool",
		"aws:ViaAWSService": "Bool", "aws:CalledViaAWSMCP": "String", "aws:VpcSourceIp": "IpAddress", "aws:VpceAccount": "String",
		"aws:VpceOrgID": "String", "aws:VpceOrgPaths": "String", "aws:SignInSessionArn": "Arn",
	}
}

// operators are the condition operators with the type of their values (IAM
// user guide, "IAM JSON policy elements: Condition operators").
func operators() map[string]string {
	all := map[string]string{"Bool": "Bool", "BinaryEquals": "Binary", "IpAddress": "IpAddress", "NotIpAddress": "IpAddress", "Null": "Null"}
	for _, name := range []string{"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike"} {
		all[name] = "String"
	}
	for _, kind := range []string{"Numeric", "Date"} {
		for _, comparison := range []string{"Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"} {
			all[kind+comparison] = kind
		}
	}
	for _, comparison := range []string{"Equals", "NotEquals", "Like", "NotLike"} {
		all["Arn"+comparison] = "Arn"
	}
	return all
}

// operator is a condition operator in its parts.
type operator struct {
	name, kind string
	// set is ForAllValues or ForAnyValue.
	set string
	// ifExists takes a request without the key.
	ifExists bool
}

// parseOperator finds an operator, whose case does not matter; ok is false
// where there is none.
func parseOperator(text string) (o operator, ok bool) {
	if set, rest, found := strings.Cut(text, ":"); found {
		text = rest
		for _, known := range []string{"ForAllValues", "ForAnyValue"} {
			if strings.EqualFold(known, set) {
				o.set = known
			}
		}
		if o.set == "" {
			return o, false
		}
	}
	const suffix = "IfExists"
	if n := len(text) - len(suffix); n > 0 && strings.EqualFold(text[n:], suffix) {
		o.ifExists, text = true, text[:n]
	}
	for name, kind := range operators() {
		if strings.EqualFold(name, text) {
			o.name, o.kind = name, kind
			return o, !o.ifExists || name != "Null"
		}
	}
	return o, false
}

// negative tells whether an operator is true where the key is not there.
func (o operator) negative() bool { return strings.Contains(o.name, "Not") }

// takesWildcards tells whether * and ? are more than characters.
func (o operator) takesWildcards() bool {
	return strings.HasSuffix(o.name, "Like") || o.kind == "Arn"
}

// operatorNames are all forms of the operators.
func operatorNames() []string {
	var all []string
	for name := range operators() {
		all = append(all, name)
		if name != "Null" {
			all = append(all, name+"IfExists", "ForAllValues:"+name, "ForAnyValue:"+name)
		}
	}
	slices.Sort(all)
	return all
}
