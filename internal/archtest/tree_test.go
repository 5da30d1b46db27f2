package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// root is the top of the repository, seen from this package.
const root = "../.."

// module is the path of this module.
const module = "tidings"

// tree is what the rules look at.
type tree struct {
	top      []string // names at the top level; folders end in "/"
	files    []file   // every Go file outside testdata
	coreDeps []dep    // all that the core is built from
	example  string   // the text of .env.example
}

// file is one Go file.
type file struct {
	path   string // from the top of the repository, with slashes
	source []byte
	ast    *ast.File
}

// dep is one package that another is built from.
type dep struct {
	path     string
	standard bool
}

// pkg returns the folder of the file, which names its package within the module.
func (f file) pkg() string { return path.Dir(f.path) }

func (f file) isTest() bool { return strings.HasSuffix(f.path, "_test.go") }

// imports returns the import paths of the file.
func (f file) imports() []string {
	var list []string
	for _, spec := range f.ast.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil {
			list = append(list, p)
		}
	}
	return list
}

// uses reports whether the file mentions the function of the standard package, called or not.
func (f file) uses(pkg, function string) bool {
	found := false
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == function {
			id, ok := sel.X.(*ast.Ident)
			found = found || ok && id.Name == pkg
		}
		return true
	})
	return found
}

// parse makes a file of Go source.
func parse(t *testing.T, path string, source []byte) file {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), path, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return file{path: path, source: source, ast: parsed}
}

// repository reads the tree this test lies in.
func repository(t *testing.T) tree {
	t.Helper()
	return tree{top: topLevel(t), files: goFiles(t), coreDeps: coreDeps(t), example: readExample(t)}
}

func readExample(t *testing.T) string {
	t.Helper()
	example, err := os.ReadFile(filepath.Join(root, ".env.example"))
	if err != nil {
		t.Fatal(err)
	}
	return string(example)
}

func goFiles(t *testing.T) []file {
	t.Helper()
	var files []file
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || p != root && strings.HasPrefix(d.Name(), ".")):
			return filepath.SkipDir
		case d.IsDir() || filepath.Ext(p) != ".go":
			return nil
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		source, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		files = append(files, parse(t, filepath.ToSlash(rel), source))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// topLevel lists what git keeps at the top, so that what a run leaves behind does not count. Outside a clone
// it is empty.
func topLevel(t *testing.T) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", "ls-files")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Logf("the top level is not checked: git ls-files: %v", err)
		return nil
	}
	var top []string
	for line := range strings.Lines(string(out)) {
		name, _, folder := strings.Cut(strings.TrimSpace(line), "/")
		if folder {
			name += "/"
		}
		top = append(top, name)
	}
	slices.Sort(top)
	return slices.Compact(top)
}

// coreDeps asks the go command what the core is built from, however indirectly.
func coreDeps(t *testing.T) []dep {
	t.Helper()
	args := []string{"list", "-e", "-deps", "-f", "{{.Standard}} {{.ImportPath}}"}
	for _, pkg := range core() {
		args = append(args, "./"+pkg)
	}
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", cmd, err)
	}
	var deps []dep
	for line := range strings.Lines(string(out)) {
		standard, p, _ := strings.Cut(strings.TrimSpace(line), " ")
		deps = append(deps, dep{path: p, standard: standard == "true"})
	}
	return deps
}
