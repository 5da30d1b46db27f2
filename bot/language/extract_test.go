package language_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"tidings/bot"
	"tidings/bot/answer"
	"tidings/bot/language"
)

// text is something that the bot says, as the source has it.
type text struct {
	one, other string          // other is the plural; empty if there is none
	where      map[string]bool // packages
	known      bool            // words without verbs
	kept       bool            // a pattern of words that are kept with what they are said of
}

// extraction is what the sources of the bot say.
type extraction struct {
	files  *token.FileSet
	texts  map[string]*text // by one
	faults []string         // what can't be translated as it stands
	consts map[string]string
}

// extract reads the sources of all that people read in chats: the rooms below bot, and what of internal tells operators.
func extract(t *testing.T) *extraction {
	t.Helper()
	x := &extraction{files: token.NewFileSet(), texts: map[string]*text{}, consts: map[string]string{}}
	root := filepath.Join("..", "..")
	var list []*ast.File
	for _, dir := range []string{"bot", "internal/poll", "internal/store"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			if strings.Contains(filepath.ToSlash(path), "/bottest/") {
				return nil
			}
			f, err := parser.ParseFile(x.files, path, nil, 0)
			list = append(list, f)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range list {
		x.collectConsts(f)
	}
	for _, f := range list {
		x.read(f)
	}
	x.addTable()
	x.addDates()
	return x
}

// add enters a text.
func (x *extraction) add(where, one, other string, known bool) {
	t := x.texts[one]
	if t == nil {
		t = &text{one: one, other: other, where: map[string]bool{}, known: known}
		x.texts[one] = t
	}
	t.where[where] = true
	if t.other != other {
		x.faults = append(x.faults, fmt.Sprintf("%s: %q is said with different plurals: %q and %q", where, one, t.other, other))
	}
	t.known = t.known && known
}

// addTable enters what commands and arguments are for.
func (x *extraction) addTable() {
	book := language.New(slog.New(slog.DiscardHandler))
	h := answer.New(answer.Config{Logger: slog.New(slog.DiscardHandler), Localizer: book})
	var walk func([]bot.Command)
	walk = func(table []bot.Command) {
		for _, c := range table {
			list := []string{c.Help, c.OnMessage}
			for _, a := range c.Args {
				list = append(list, a.Help)
			}
			for _, s := range list {
				if s != "" {
					x.add("menu", s, "", true)
				}
			}
			walk(c.Sub)
		}
	}
	walk(h.Commands())
}

// addDates enters the layouts of dates.
func (x *extraction) addDates() {
	for _, layout := range []string{bot.MomentLayout, bot.DayLayout, bot.WeekdayLayout, bot.DayNameLayout, bot.BarLayout} {
		x.add("date", layout, "", true)
	}
}

// collectConsts notes the constants that are texts, by package and name.
func (x *extraction) collectConsts(f *ast.File) {
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, s := range g.Specs {
			v := s.(*ast.ValueSpec)
			for i, name := range v.Names {
				if i < len(v.Values) {
					if s, ok := x.literal(f, v.Values[i]); ok {
						x.consts[f.Name.Name+"."+name.Name] = s
						if strings.HasPrefix(name.Name, "advice") {
							x.words(f.Name.Name, strings.TrimSuffix(s, ".")) // which another sentence ends in
						}
					}
				}
			}
		}
	}
}

// literal returns the value of a constant text.
func (x *extraction) literal(f *ast.File, e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil && e.Kind == token.STRING
	case *ast.BinaryExpr:
		a, ok := x.literal(f, e.X)
		b, also := x.literal(f, e.Y)
		return a + b, ok && also && e.Op == token.ADD
	case *ast.ParenExpr:
		return x.literal(f, e.X)
	case *ast.Ident:
		s, ok := x.consts[f.Name.Name+"."+e.Name]
		return s, ok
	case *ast.SelectorExpr:
		if pkg, ok := e.X.(*ast.Ident); ok {
			s, ok := x.consts[pkg.Name+"."+e.Sel.Name]
			return s, ok
		}
	}
	return "", false
}

// read enters what one file says.
func (x *extraction) read(f *ast.File) {
	file := x.files.Position(f.Pos()).Filename
	where := filepath.ToSlash(strings.TrimPrefix(filepath.Dir(file), filepath.Join("..", "..")+string(filepath.Separator)))
	fault := func(n ast.Node, what string, args ...any) {
		x.faults = append(x.faults, fmt.Sprintf("%s: ", x.files.Position(n.Pos()))+fmt.Sprintf(what, args...))
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			x.call(f, where, n, fault)
		case *ast.CompositeLit:
			x.composite(f, where, n)
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && slices.Contains(reasons(), key.Name) {
				x.reason(f, where, n.Value)
			}
		case *ast.AssignStmt:
			for i, to := range n.Lhs {
				if sel, ok := to.(*ast.SelectorExpr); ok && slices.Contains(reasons(), sel.Sel.Name) && i < len(n.Rhs) {
					x.reason(f, where, n.Rhs[i])
				}
			}
		}
		return true
	})
}

// composite enters the readings of filters, and the rights that are returned as lists.
func (x *extraction) composite(f *ast.File, where string, n *ast.CompositeLit) {
	const meansAt = 3 // the field of a filter.Reading
	if f.Name.Name == "filter" && len(n.Elts) == meansAt+1 {
		x.reason(f, where, n.Elts[meansAt])
	}
	if strings.HasSuffix(x.files.Position(n.Pos()).Filename, "rights.go") {
		for _, e := range n.Elts {
			if s, ok := x.literal(f, e); ok {
				x.words(where, s)
			}
		}
	}
}

// reasons are the fields with words that are kept and said later.
func reasons() []string { return []string{"Reason", "reason", "Means"} }

// reason enters words that are said later.
func (x *extraction) reason(f *ast.File, where string, e ast.Expr) {
	x.words(where, x.pattern(f, e))
}

// words enters words that are said later, which have a space between them.
func (x *extraction) words(where, s string) {
	if s == "the document %s" || s == "the server %s" { // these go on in English
		return
	}
	if !strings.Contains(s, " ") || !strings.ContainsFunc(strings.NewReplacer("%s", "", "%d", "", "%v", "").Replace(s), unicode.IsLetter) {
		return
	}
	x.add(where, s, "", true)
	x.texts[s].kept = len(bot.Verbs(s)) > 0
}

// pattern returns a text as a format, with verbs for what isn't constant in it.
func (x *extraction) pattern(f *ast.File, e ast.Expr) string {
	if s, ok := x.literal(f, e); ok {
		return s
	}
	switch e := e.(type) {
	case *ast.BinaryExpr:
		return x.pattern(f, e.X) + x.pattern(f, e.Y)
	case *ast.CallExpr:
		if sel, ok := e.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Sprintf" {
			return x.pattern(f, e.Args[0])
		}
	}
	return "%s"
}

// called returns the name of a function of package bot, or of the package's own.
func called(f *ast.File, n *ast.CallExpr) string {
	switch fun := n.Fun.(type) {
	case *ast.SelectorExpr:
		if pkg, ok := fun.X.(*ast.Ident); ok && pkg.Name == "bot" {
			return fun.Sel.Name
		}
	case *ast.Ident:
		if f.Name.Name == "bot" || slices.Contains(refusals(), fun.Name) {
			return fun.Name
		}
	}
	return ""
}

// refusals are functions of adapters that take the reason of a refusal.
func refusals() []string { return []string{"gone", "closed", "barred", "later", "never", "pending"} }

// call enters what a call says.
func (x *extraction) call(f *ast.File, where string, n *ast.CallExpr, fault func(ast.Node, string, ...any)) {
	name := called(f, n)
	switch {
	case name == "Say" || name == "UserErrorf":
		x.sentence(f, where, n, n.Args[0], nil, n.Args[1:], fault)
	case name == "Count" && len(n.Args) >= 3:
		x.sentence(f, where, n, n.Args[1], n.Args[2], append([]ast.Expr{n.Args[0]}, n.Args[3:]...), fault)
	case name == "joined":
		x.sentence(f, where, n, n.Args[0], nil, []ast.Expr{nil, nil}, fault)
	case name == "Known" || slices.Contains(refusals(), name) && len(n.Args) > 0:
		x.reason(f, where, n.Args[len(n.Args)-1])
	case f.Name.Name == "filter" && isMethod(n, "fail") && len(n.Args) == 3:
		if x.pattern(f, n.Args[1]) == "%s" {
			fault(n, "a reason that can't be translated: write it where it is given")
		}
		x.reason(f, where, n.Args[1])
		if x.pattern(f, n.Args[2]) == "%s" {
			fault(n, "a hint that can't be translated: write it where it is given")
		}
		if hint := x.pattern(f, n.Args[2]); hint != "" && hint != "%s" {
			x.words(where, strings.ToUpper(hint[:1])+hint[1:])
		}
	case name == "append" || isBuiltin(n, "append"):
		if id, ok := n.Args[0].(*ast.Ident); ok && id.Name == "names" && len(n.Args) == 2 && path.Base(where) != "answer" {
			x.reason(f, where, n.Args[1]) // rights, as a platform calls them
		}
	case name == "Plain":
		if s := letters(n.Args[0]); s != "" {
			fault(n, "a fragment of a sentence, %q: say it whole, by bot.Say", s)
		}
	case name == "Styled" && len(n.Args) == 2:
		if s := letters(n.Args[0]); s != "" && !isCode(n.Args[1]) {
			fault(n, "a fragment of a sentence, %q: say it whole, by bot.Say(…).Styled", s)
		}
	}
}

func isMethod(n *ast.CallExpr, name string) bool {
	sel, ok := n.Fun.(*ast.SelectorExpr)
	return ok && sel.Sel.Name == name
}

func isBuiltin(n *ast.CallExpr, name string) bool {
	id, ok := n.Fun.(*ast.Ident)
	return ok && id.Name == name
}

// letters returns the first literal within an expression, beside calls and indices, with a word in it.
func letters(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if s, err := strconv.Unquote(e.Value); err == nil && regexp.MustCompile(`\pL{2}`).MatchString(s) {
			return s
		}
	case *ast.BinaryExpr:
		if s := letters(e.X); s != "" {
			return s
		}
		return letters(e.Y)
	case *ast.CallExpr:
		if sel, ok := e.Fun.(*ast.SelectorExpr); ok && strings.HasPrefix(sel.Sel.Name, "Sprint") {
			return letters(e.Args[0])
		}
	}
	return ""
}

func isCode(e ast.Expr) bool {
	sel, ok := e.(*ast.SelectorExpr)
	return ok && (sel.Sel.Name == "Code" || sel.Sel.Name == "Pre")
}

// sentence enters a format with its arguments.
func (x *extraction) sentence(
	f *ast.File, where string, n ast.Node, one, other ast.Expr, args []ast.Expr, fault func(ast.Node, string, ...any),
) {
	if f.Name.Name == "bot" && where == "bot" {
		if id, ok := one.(*ast.Ident); ok && id.Name != "whole" { // the parameter of a function that hands it on
			return
		}
	}
	forms := map[string]ast.Expr{}
	format, ok := x.literal(f, one)
	plural := ""
	if ok && other != nil {
		plural, ok = x.literal(f, other)
		forms[plural] = other
	}
	if !ok {
		fault(n, "the format isn't a literal")
		return
	}
	if format == "%s" {
		return
	}
	forms[format] = one
	for s, at := range forms {
		if strings.TrimSpace(s) != s {
			fault(at, "%q begins or ends with a space; join it by bot.Plain(\" \")", s)
		}
		for number := range bot.Verbs(s) {
			if number > len(args) {
				fault(at, "%q has no argument %d", s, number)
			}
		}
	}
	if used := len(bot.Verbs(format)); other == nil && used != len(args) {
		fault(n, "%q has %d arguments", format, len(args))
	}
	x.add(where, format, plural, false)
}

// TestExtract_FindsOnlyWholeSentences holds that what the bot says can be translated: formats are literals with their
// arguments, and no sentence is put together from fragments.
func TestExtract_FindsOnlyWholeSentences(t *testing.T) {
	t.Parallel()
	x := extract(t)
	for _, fault := range x.faults {
		t.Error(fault)
	}
	if len(x.texts) < 300 {
		t.Errorf("found %d texts, which can't be all", len(x.texts))
	}
	if os.Getenv("TEXTS") != "" {
		for _, s := range slices.Sorted(maps.Keys(x.texts)) {
			t.Logf("%q %q %v", s, x.texts[s].other, slices.Sorted(maps.Keys(x.texts[s].where)))
		}
	}
}
