package archtest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/scanner"
	"go/token"
	"regexp"
	"slices"
	"strings"

	"tidings/internal/config"
)

// maxLines bounds a Go file: past it, a file holds a second noun.
const maxLines = 700

// rule is one promise of the tree. Its check returns the places that break it.
type rule struct {
	name  string
	check func(tree) []string
}

func rules() []rule {
	return []rule{
		{"packages import along the arrows", checkArrows},
		{"libraries stay in their homes", checkHomes},
		{"the core is built from little", checkCoreDeps},
		{"the core names no platform", checkCoreNames},
		{"each package says once what it is for", checkPackageComments},
		{"config alone reads the environment", checkEnvironment},
		{"tests wait for events and not for time", checkSleeps},
		{"nothing happens before main", checkInits},
		{"a file holds one noun", checkLength},
		{"the top level stays as agreed", checkTop},
		{"the example lists what is read", checkExample},
	}
}

// checkCoreNames looks for platforms in the files of the core, comments aside.
func checkCoreNames(t tree) []string {
	platform := regexp.MustCompile(`(?i)discord|telegram`)
	var broken []string
	for _, f := range t.files {
		if !slices.Contains(core(), f.pkg()) {
			continue
		}
		fset := token.NewFileSet()
		var s scanner.Scanner
		s.Init(fset.AddFile(f.path, -1, len(f.source)), f.source, nil, 0)
		for {
			pos, tok, text := s.Scan()
			if tok == token.EOF {
				break
			}
			if platform.MatchString(text) {
				broken = append(broken, fmt.Sprintf("%s: %s", fset.Position(pos), text))
			}
		}
	}
	return broken
}

func checkPackageComments(t tree) []string {
	comments := map[string]int{}
	for _, f := range t.files {
		n := 0
		if f.ast.Doc != nil && strings.TrimSpace(f.ast.Doc.Text()) != "" {
			n = 1
		}
		if f.isTest() && n == 0 {
			continue // a test may add a comment too many, but owes none
		}
		comments[f.pkg()] += n
	}
	var broken []string
	for pkg, n := range comments {
		if n != 1 {
			broken = append(broken, fmt.Sprintf("%s: has %d package comments, want 1", pkg, n))
		}
	}
	slices.Sort(broken)
	return broken
}

func checkEnvironment(t tree) []string {
	var broken []string
	for _, f := range t.files {
		if f.isTest() || f.pkg() == "cmd/tidings" || f.pkg() == "internal/config" {
			continue
		}
		for _, function := range []string{"Getenv", "LookupEnv", "Environ", "ExpandEnv"} {
			if f.uses("os", function) {
				broken = append(broken, f.path+": uses os."+function)
			}
		}
	}
	return broken
}

func checkSleeps(t tree) []string {
	var broken []string
	for _, f := range t.files {
		if f.isTest() && f.uses("time", "Sleep") {
			broken = append(broken, f.path+": sleeps; wait for a signal or use testing/synctest")
		}
	}
	return broken
}

func checkInits(t tree) []string {
	var broken []string
	for _, f := range t.files {
		for _, decl := range f.ast.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				broken = append(broken, f.path+": has an init function")
			}
		}
	}
	return broken
}

func checkLength(t tree) []string {
	var broken []string
	for _, f := range t.files {
		if n := bytes.Count(f.source, []byte("\n")); n > maxLines {
			broken = append(broken, fmt.Sprintf("%s: has %d lines, want at most %d", f.path, n, maxLines))
		}
	}
	return broken
}

func checkTop(t tree) []string {
	allowed := []string{
		"bot/", "cmd/", "internal/",
		"go.mod", "go.sum", "Dockerfile", "compose.yaml", "Makefile",
		"README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md",
	}
	var broken []string
	for _, name := range t.top {
		if !strings.HasPrefix(name, ".") && !slices.Contains(allowed, name) {
			broken = append(broken, name+": does not belong at the top level")
		}
	}
	return broken
}

// checkExample compares .env.example with config's table: the same variables in the same order with the same
// defaults, each with its type and an example, and the file of each secret named.
func checkExample(t tree) []string {
	blocks := exampleBlocks(t.example)
	var broken []string
	for i, v := range config.Variables() {
		if i >= len(blocks) {
			return append(broken, v.Name+": is missing")
		}
		b := blocks[i]
		if b.name != v.Name || b.value != v.Default {
			broken = append(broken, fmt.Sprintf("says %s=%s where config has %s=%s", b.name, b.value, v.Name, v.Default))
		}
		wanted := []string{"# Type: ", "# Example: " + v.Name}
		if v.Secret {
			wanted = append(wanted, "As a file: "+v.Name+"_FILE.")
		}
		for _, want := range wanted {
			if !strings.Contains(b.text, want) {
				broken = append(broken, fmt.Sprintf("%s: does not say %q", v.Name, want))
			}
		}
	}
	for _, b := range blocks[len(config.Variables()):] {
		broken = append(broken, b.name+": is not read")
	}
	return broken
}

// exampleBlock is one variable of .env.example: its line and the comment before it.
type exampleBlock struct {
	name, value, text string
}

func exampleBlocks(example string) []exampleBlock {
	assignment := regexp.MustCompile(`^#?([A-Z][A-Z0-9_]*)=(.*)$`)
	var blocks []exampleBlock
	var text strings.Builder
	for line := range strings.Lines(example) {
		if m := assignment.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
			blocks = append(blocks, exampleBlock{name: m[1], value: m[2], text: text.String()})
			text.Reset()
			continue
		}
		text.WriteString(line)
	}
	return blocks
}
