package e2e

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/awsvars/awsvars/"

// house says which folders of the module a folder may import. It is the table
// of CONTRIBUTING.md.
func house() map[string][]string {
	return map[string][]string{
		"variables":             {},
		"refusal":               {},
		"files":                 {},
		"redaction":             {"variables"},
		"runners":               {"variables", "files"},
		"profiles":              {"variables", "files"},
		"docker":                {"variables", "files"},
		"endpoint":              {"variables", "refusal"},
		"child":                 {},
		"policy":                {"variables"},
		"graph":                 {},
		"dropins":               {"variables"},
		"cache":                 {"variables", "files"},
		"ecr":                   {"variables", "refusal"},
		"connectors":            {"variables", "refusal", "files", "policy"},
		"tasks":                 {"variables", "connectors", "ecr", "profiles", "docker", "images", "policy"},
		"doctor":                {"variables", "refusal", "connectors", "ecr", "docker", "images", "policy", "tasks"},
		"cmd/awsvars":           {"variables", "refusal", "connectors", "doctor", "ecr", "cache", "profiles", "redaction", "runners", "tasks", "endpoint", "child", "files", "docker", "images", "dropins", "policy", "graph"},
		"images":                {"variables", "refusal"},
		"simulator":             {},
		"cmd/awsvars-simulator": {"simulator", "child"},
		"bench/floor":           {},
		"bench/report":          {},
		"release":               {},
		"e2e":                   {},
	}
}

// homes says where a third-party library may be imported: in a folder, or in
// one file. The longest name that fits counts.
func homes() map[string][]string {
	const sdk = "github.com/aws/aws-sdk-go-v2/"
	return map[string][]string{
		sdk + "aws":                                           {"connectors", "ecr", "tasks", "doctor", "simulator"},
		sdk + "aws/retry":                                     {"connectors"},
		sdk + "aws/signer/v4":                                 {"simulator"},
		sdk + "config":                                        {"connectors"},
		sdk + "credentials":                                   {"connectors"},
		sdk + "feature":                                       {"connectors"},
		sdk + "service/sts":                                   {"connectors"},
		sdk + "service/ecr":                                   {"ecr"},
		sdk + "service/ecrpublic":                             {"ecr"},
		"github.com/aws/smithy-go":                            {"connectors", "ecr", "refusal"},
		"github.com/ajstarks/svgo":                            {"graph/svg.go"},
		"github.com/sethvargo/go-githubactions":               {"runners/github.go"},
		"github.com/goccy/go-yaml":                            {"simulator", "connectors"},
		"github.com/gofrs/flock":                              {"files"},
		"github.com/docker/cli/cli/config":                    {"docker"},
		"github.com/docker/docker-credential-helpers":         {"docker"},
		"github.com/tidwall/gjson":                            {"docker/document.go"},
		"github.com/CycloneDX/cyclonedx-go":                   {"release"},
		"golang.org/x/crypto/x509roots":                       {"release"},
		"github.com/spf13/cobra":                              {"cmd/awsvars", "cmd/awsvars-simulator"},
		"github.com/spf13/cobra/doc":                          {"cmd/awsvars/generate.go"},
		"github.com/spf13/pflag":                              {"cmd/awsvars"},
		"golang.org/x/net/http/httpproxy":                     {"connectors"},
		"golang.org/x/sync":                                   {"connectors", "ecr", "images", "tasks"},
		"golang.org/x/sys":                                    {"runners", "connectors", "child", "cache", "cmd/awsvars"},
		"golang.org/x/term":                                   {"cmd/awsvars", "child"},
		"github.com/creack/pty":                               {"child/screen_unix.go"},
		"github.com/containerd/errdefs":                       {"images/engine.go", "images/engine_push.go"},
		"github.com/docker/cli/cli/connhelper":                {"images/engine.go"},
		"github.com/docker/cli/cli/context/store":             {"images/endpoint.go"},
		"github.com/docker/docker":                            {"images/engine.go", "images/engine_push.go"},
		"github.com/google/go-containerregistry":              {"images", "release"},
		"github.com/google/go-containerregistry/pkg/registry": {"simulator"},
	}
}

// source is a parsed file of the module, tests left out.
type source struct {
	path string
	file *ast.File
}

func (s source) folder() string { return path.Dir(s.path) }

func sources(t *testing.T) (*token.FileSet, []source) {
	t.Helper()
	set := token.NewFileSet()
	var all []source
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		relative = filepath.ToSlash(relative)
		if entry.IsDir() && (strings.HasPrefix(entry.Name(), ".") && relative != "." || entry.Name() == "testdata" || relative == "tools" || relative == "bench/redactor" || relative == "action") {
			return filepath.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(relative, ".go") || strings.HasSuffix(relative, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		all = append(all, source{relative, file})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 50 {
		t.Fatalf("only %d files", len(all))
	}
	return set, all
}

// TestDirectionOfImports: nothing turns back on the path of data.
func TestDirectionOfImports(t *testing.T) {
	t.Parallel()
	_, all := sources(t)
	for _, s := range all {
		allowed, known := house()[s.folder()]
		if !known {
			t.Errorf("%s: the folder has no place in the house", s.path)
			continue
		}
		for _, spec := range s.file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if folder, own := strings.CutPrefix(imported, module); own {
				if !slices.Contains(allowed, folder) {
					t.Errorf("%s imports %s, and may import %v", s.path, folder, allowed)
				}
			} else if first, _, _ := strings.Cut(imported, "/"); strings.Contains(first, ".") {
				if problem := atHome(s, imported); problem != "" {
					t.Error(problem)
				}
			}
		}
	}
}

func atHome(s source, imported string) string {
	for library := imported; library != "."; library = path.Dir(library) {
		if places, known := homes()[library]; known {
			if slices.Contains(places, s.folder()) || slices.Contains(places, s.path) {
				return ""
			}
			return fmt.Sprintf("%s imports %s, whose home is %v", s.path, imported, places)
		}
	}
	return fmt.Sprintf("%s imports %s, which has no home", s.path, imported)
}

// TestProcessBelongsToTheCommand: everything else gets the environment as an
// argument, so that tests run side by side, and returns errors.
func TestProcessBelongsToTheCommand(t *testing.T) {
	t.Parallel()
	_, all := sources(t)
	for _, s := range all {
		command := strings.HasPrefix(s.path, "cmd/") || strings.HasPrefix(s.path, "bench/") || strings.HasPrefix(s.path, "release/")
		ast.Inspect(s.file, func(node ast.Node) bool {
			if function, ok := node.(*ast.FuncDecl); ok && function.Recv == nil && function.Name.Name == "init" {
				t.Errorf("%s has an init function", s.path)
			}
			selector, ok := node.(*ast.SelectorExpr)
			if !ok || command {
				return true
			}
			if from, ok := selector.X.(*ast.Ident); ok && from.Name == "os" {
				switch selector.Sel.Name {
				case "Getenv", "LookupEnv", "Environ", "Setenv", "Unsetenv", "Exit", "Args", "Chdir", "Stdin", "Stdout", "Stderr":
					t.Errorf("%s uses os.%s", s.path, selector.Sel.Name)
				}
			}
			return true
		})
	}
}

// TestNoGlobalState: a variable of a package is set where it is declared, and
// nowhere else.
func TestNoGlobalState(t *testing.T) {
	t.Parallel()
	set, all := sources(t)
	folders := map[string][]*ast.File{}
	for _, s := range all {
		folders[s.folder()] = append(folders[s.folder()], s.file)
	}
	for folder, files := range folders {
		info := &types.Info{Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
		// Imports are not followed: names of the package resolve without them.
		config := types.Config{Error: func(error) {}, Importer: none{}}
		checked, _ := config.Check(folder, set, files, info)
		global := func(e ast.Expr) string {
			name := rootOf(e)
			if name == nil {
				return ""
			}
			if v, ok := info.Uses[name].(*types.Var); ok && checked != nil && v.Parent() == checked.Scope() {
				return v.Name()
			}
			return ""
		}
		for _, file := range files {
			ast.Inspect(file, func(node ast.Node) bool {
				for _, target := range targets(node) {
					if name := global(target); name != "" {
						t.Errorf("%s: %s is assigned", set.Position(node.Pos()), name)
					}
				}
				return true
			})
		}
	}
}

// targets are what a statement writes to.
func targets(node ast.Node) []ast.Expr {
	switch statement := node.(type) {
	case *ast.AssignStmt:
		if statement.Tok != token.DEFINE {
			return statement.Lhs
		}
	case *ast.IncDecStmt:
		return []ast.Expr{statement.X}
	case *ast.RangeStmt:
		if statement.Tok == token.ASSIGN {
			return []ast.Expr{statement.Key, statement.Value}
		}
	}
	return nil
}

// rootOf is the variable that an expression such as a.b[c] starts from.
func rootOf(e ast.Expr) *ast.Ident {
	switch x := e.(type) {
	case *ast.Ident:
		return x
	case *ast.SelectorExpr:
		return rootOf(x.X)
	case *ast.IndexExpr:
		return rootOf(x.X)
	case *ast.StarExpr:
		return rootOf(x.X)
	case *ast.ParenExpr:
		return rootOf(x.X)
	}
	return nil
}

// none imports nothing.
type none struct{}

func (none) Import(path string) (*types.Package, error) {
	return nil, fmt.Errorf("%s is not followed", path)
}

// TestHouseIsDocumented: the table of CONTRIBUTING.md names every folder.
func TestHouseIsDocumented(t *testing.T) {
	t.Parallel()
	text := readFile(t, filepath.Join(root, "CONTRIBUTING.md"))
	for folder := range house() {
		first, _, _ := strings.Cut(folder, "/")
		if !strings.Contains(text, "`"+folder+"`") && !strings.Contains(text, "`"+first+"/`") {
			t.Errorf("CONTRIBUTING.md does not name %s", folder)
		}
	}
}
