package e2e

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// propertiesScript prints what java.util.Properties finds in a file. Atlassian
// does not say what Bamboo reads it with; the name of the format says this.
const propertiesScript = `
import java.io.*;
import java.util.*;
public class Read {
  public static void main(String[] a) throws IOException {
    Properties found = new Properties();
    found.load(new FileInputStream(a[0]));
    for (String name : found.stringPropertyNames()) {
      System.out.println(name + " " + Base64.getEncoder().encodeToString(found.getProperty(name).getBytes("UTF-8")));
    }
  }
}
`

// properties reads a file, whose names get the namespace before them as by the
// task that injects them.
func properties(t *testing.T, w *world, path, namespace string) map[string]string {
	t.Helper()
	source := filepath.Join(t.TempDir(), "Read.java")
	writeFile(t, source, propertiesScript, 0o600)
	r := w.run(t, nil, need(t, "java"), "-Xshare:auto", "-XX:TieredStopAtLevel=1", source, path)
	if r.status != 0 {
		t.Fatal(r.stderr)
	}
	found := map[string]string{}
	for line := range strings.Lines(r.stdout) {
		name, encoded, _ := strings.Cut(strings.TrimSpace(line), " ")
		value, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			t.Fatal(err)
		}
		found[namespace+"."+name] = string(value)
	}
	return found
}

// TestBambooReadsTheNamesAndValuesOfTheDesign with the class that Java has for
// such files.
func TestBambooReadsTheNamesAndValuesOfTheDesign(t *testing.T) {
	t.Parallel()
	const domain = "222222222222.dkr.ecr.eu-west-1.amazonaws.com"
	for task, want := range map[string]map[string]string{
		"ecr": {"custom.aws.ecr.proxyEndpoint": "https://" + domain, "custom.aws.ecr.proxyEndpointDomain": domain, "custom.aws.ecr.username": "AWS"},
		"sts": {"custom.aws.region": "eu-west-1"},
	} {
		t.Run(task, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			r := w.run(t, []string{"bamboo_agentId=1"}, "awsvars", append([]string{task, "--add-caller-identity"}, deployer()...)...)
			if r.status != 0 {
				t.Fatal(r.stderr)
			}
			name := map[string]string{"ecr": "ecr", "sts": "aws"}[task]
			found := properties(t, w, filepath.Join(w.dir, "awsvars."+name+".properties"), "custom")
			same(t, "names", column(t, task, 1), slices.Collect(maps.Keys(found)))
			for name, value := range want {
				if found[name] != value {
					t.Errorf("%s is %q, want %q", name, found[name], value)
				}
			}
			namespace := "custom.aws."
			if task == "ecr" {
				namespace = "custom.aws.ecr."
				if token := base64.StdEncoding.EncodeToString([]byte("AWS:" + found[namespace+"password"])); found[namespace+"authorizationToken.password"] != token {
					t.Error("the authorization token is not that of the password")
				}
			}
			var document map[string]string
			if err := json.Unmarshal([]byte(found[namespace+"credentials.json.password"]), &document); err != nil {
				t.Fatal("the JSON variable is no object of texts")
			}
			if len(document) < 5 {
				t.Errorf("the JSON variable has %d members", len(document))
			}
			for key, value := range document {
				single, ok := found[namespace+key]
				if !ok {
					single, ok = found[namespace+key+".password"]
				}
				if !ok || single != value {
					t.Errorf("%s is not what the JSON variable says", key)
				}
			}
			for name, value := range found {
				if strings.HasSuffix(name, "assword") && !strings.Contains(name, ".json.") && !w.handedOut(value) {
					t.Errorf("%s is nothing that the simulator handed out", name)
				}
			}
		})
	}
}
