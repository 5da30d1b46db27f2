package web_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/scanner"
)

// Prometheus' own parser of expressions brings half of Prometheus with it, hundreds of packages for this one test. What can
// go wrong in ours is a metric or label that nobody exports, a function that there is not, and a bracket too many: an
// expression is read as far as that takes.

// exported has the labels of each metric that is shown, by its name.
type exported map[string][]string

// readExported reads metrics in the text format.
func readExported(text string) exported {
	shown := exported{}
	label := regexp.MustCompile(`([a-z_]+)="`)
	for line := range strings.Lines(text) {
		name, rest, _ := strings.Cut(line, " ")
		if strings.HasPrefix(name, "#") {
			continue
		}
		name, _, _ = strings.Cut(name, "{")
		if shown[name] == nil {
			shown[name] = []string{}
		}
		for _, m := range label.FindAllStringSubmatch(line[:len(line)-len(rest)], -1) {
			shown[name] = append(shown[name], m[1])
		}
	}
	return shown
}

// functions are those of the expressions, and words those that stand between them.
var (
	functions = []string{"absent", "histogram_quantile", "increase", "max", "min", "rate", "sum", "time"}
	words     = []string{"and", "by", "or", "unless"}
	// durations are what ranges are of; the last is Grafana's.
	durations = regexp.MustCompile(`^(\d+[smhd]|\$__rate_interval)$`)
	// targetLabels are added by Prometheus.
	targetLabels = []string{"instance", "job"}
)

// expression is one that is being read.
type expression struct {
	scanner.Scanner
	shown  exported
	labels []string // of the metrics that were named
	asked  []string // labels that results are grouped by
}

// check returns what is wrong with an expression over the metrics.
func (shown exported) check(text string) error {
	e := expression{shown: shown, labels: slices.Clone(targetLabels)}
	e.Init(strings.NewReader(strings.ReplaceAll(text, "$", "__dollar")))
	e.Mode = scanner.ScanIdents | scanner.ScanFloats | scanner.ScanStrings
	var open []rune
	for token := e.Scan(); token != scanner.EOF; token = e.Scan() {
		switch token {
		case '(':
			open = append(open, ')')
		case ')':
			if len(open) == 0 {
				return fmt.Errorf("a bracket too many in %q", text)
			}
			open = open[:len(open)-1]
		case scanner.Ident:
			if err := e.name(e.TokenText()); err != nil {
				return fmt.Errorf("%w in %q", err, text)
			}
		case scanner.Int, scanner.Float, '=', '>', '<', '!', ',', '/', '*', '+', '-':
		case '[':
			if err := e.duration(); err != nil {
				return fmt.Errorf("%w in %q", err, text)
			}
		default:
			return fmt.Errorf("unexpected %q in %q", e.TokenText(), text)
		}
	}
	if len(open) > 0 {
		return fmt.Errorf("a bracket is not closed in %q", text)
	}
	for _, l := range e.asked {
		if !slices.Contains(e.labels, l) {
			return fmt.Errorf("no metric of %q has the label %s", text, l)
		}
	}
	return nil
}

// name reads a function, a word or a metric with its selector.
func (e *expression) name(name string) error {
	switch {
	case name == "by":
		e.Scan()
		for token := e.Scan(); token != ')'; token = e.Scan() {
			if token == scanner.Ident {
				e.asked = append(e.asked, e.TokenText())
			}
			if token == scanner.EOF {
				return fmt.Errorf("by what")
			}
		}
		return nil
	case slices.Contains(words, name), slices.Contains(functions, name):
		return nil
	}
	labels, known := e.shown[name]
	if !known {
		return fmt.Errorf("nobody exports %s", name)
	}
	e.labels = append(e.labels, labels...)
	if e.Peek() != '{' {
		return nil
	}
	for token := e.Scan(); token != '}'; token = e.Scan() {
		if token == scanner.EOF {
			return fmt.Errorf("a selector of %s is not closed", name)
		}
		if l := e.TokenText(); token == scanner.Ident && !slices.Contains(labels, l) && !slices.Contains(targetLabels, l) {
			return fmt.Errorf("%s has no label %s", name, l)
		}
	}
	return nil
}

// duration reads the rest of a range.
func (e *expression) duration() error {
	var b strings.Builder
	for token := e.Scan(); token != ']'; token = e.Scan() {
		if token == scanner.EOF {
			return fmt.Errorf("a range is not closed")
		}
		b.WriteString(e.TokenText())
	}
	if d := strings.ReplaceAll(b.String(), "__dollar", "$"); !durations.MatchString(d) {
		return fmt.Errorf("%q is not a length of time", d)
	}
	return nil
}

func TestExpression_FindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	shown := readExported("# HELP up it is\nup 1\ntidings_a{platform=\"p\",reason=\"r\"} 2\n")
	for text, want := range map[string]string{
		`sum by (platform) (rate(tidings_a{reason=~"x|y",job!="z"}[5m])) / 2 > 0.5 and up == 1`: "",
		`increase(tidings_a[$__rate_interval])`:                                                 "",
		`tidings_b`:                                                                             "nobody exports tidings_b",
		`sum(tidings_a`:                                                                         "not closed",
		`sum(tidings_a))`:                                                                       "too many",
		`rates(tidings_a[5m])`:                                                                  "nobody exports rates",
		`rate(tidings_a[5x])`:                                                                   "is not a length of time",
		`tidings_a{color="red"}`:                                                                "has no label color",
		`sum by (color) (tidings_a)`:                                                            "has the label color",
		`tidings_a{reason="x"`:                                                                  "not closed",
		`tidings_a ; up`:                                                                        "unexpected",
	} {
		err := shown.check(text)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
