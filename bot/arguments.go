package bot

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// parseLine reads the arguments of c from a line: numbers in front and at the end go to the
// arguments in front and at the end that want numbers, and what lies between is the text.
//
// What follows a command without arguments is passed over: platforms put payloads there.
func parseLine(c *Command, line string) (map[string]string, error) {
	args := map[string]string{}
	if len(c.Args) == 0 {
		return args, nil
	}
	rest := strings.TrimSpace(line)
	front, back := 0, len(c.Args)
	for ; front < back && c.Args[front].Kind == NumberArg; front++ {
		word, after := cutWord(rest)
		if word == "" || !c.Args[front].takes(word) && !c.Args[front].Required {
			continue
		}
		args[c.Args[front].Name], rest = word, after
	}
	for ; back > front && c.Args[back-1].Kind == NumberArg; back-- {
		before, word := cutLastWord(rest)
		if a := &c.Args[back-1]; word != "" && a.takes(word) {
			args[a.Name], rest = word, before
		}
	}
	for ; front < back && rest != ""; front++ {
		value, after := rest, ""
		if front < back-1 {
			value, after = cutWord(rest)
		}
		args[c.Args[front].Name], rest = value, after
	}
	if rest != "" {
		return nil, usage(c, fmt.Sprintf("I do not know what to do with “%s”.", clip(rest)))
	}
	return checkOptions(c, args)
}

// checkOptions checks arguments by name, as the platform or parseLine took them apart.
func checkOptions(c *Command, given map[string]string) (map[string]string, error) {
	args := make(map[string]string, len(given))
	for i := range c.Args {
		a := &c.Args[i]
		value := strings.TrimSpace(given[a.Name])
		switch {
		case value == "" && a.Required:
			return nil, usage(c, "The "+a.Name+" is missing.")
		case value == "":
			continue
		case a.Kind == NumberArg && !a.takes(value):
			return nil, usage(c, fmt.Sprintf("The %s must be a whole number from %d to %d, not “%s”.",
				a.Name, a.Min, a.Max, clip(value)))
		}
		args[a.Name] = value
	}
	return args, nil
}

// takes reports whether a number argument can be s.
func (a *Arg) takes(s string) bool {
	n, err := strconv.Atoi(strings.TrimPrefix(s, "#"))
	return err == nil && n >= a.Min && n <= a.Max
}

// number returns a number argument of a checked request, or fallback if it was not given.
func (r *Request) number(name string, fallback int) int {
	n, err := strconv.Atoi(strings.TrimPrefix(r.Args[name], "#"))
	if err != nil {
		return fallback
	}
	return n
}

// usage returns an error that begins with what is wrong and shows how to do it right.
func usage(c *Command, wrong string) *UserError {
	t := Join(Plain(wrong+"\nUsage: "), Styled(c.Usage(), Code))
	if c.Example != "" {
		t = Join(t, Plain("\nFor example: "), Styled("/"+c.Example, Code))
	}
	return &UserError{Text: t}
}

// subUsage returns an error that lists the subcommands of c.
func subUsage(c *Command) *UserError {
	t := Plain("/" + c.Path() + " needs one of these:")
	for i := range c.Sub {
		t = Join(t, Plain("\n"), Styled(c.Sub[i].Usage(), Code), Plain(" – "+c.Sub[i].Help))
	}
	return &UserError{Text: t}
}

// Usage returns how the command is typed: /name REQUIRED [optional].
func (c *Command) Usage() string {
	var b strings.Builder
	b.WriteString("/" + c.Path())
	for _, a := range c.Args {
		if a.Required {
			b.WriteString(" " + strings.ToUpper(a.Name))
		} else {
			b.WriteString(" [" + a.Name + "]")
		}
	}
	return b.String()
}

func cutWord(s string) (word, rest string) {
	s = strings.TrimSpace(s)
	if i := strings.IndexFunc(s, unicode.IsSpace); i >= 0 {
		return s[:i], strings.TrimSpace(s[i:])
	}
	return s, ""
}

func cutLastWord(s string) (rest, word string) {
	s = strings.TrimSpace(s)
	if i := strings.LastIndexFunc(s, unicode.IsSpace); i >= 0 {
		return strings.TrimSpace(s[:i]), s[i+1:]
	}
	return "", s
}

// maxEcho bounds in bytes what an answer repeats of what somebody typed.
const maxEcho = 60

// clip returns s fit for being repeated in an answer.
func clip(s string) string {
	if c := CleanText(s, maxEcho); c != CleanText(s, len(s)) {
		return c + ellipsis
	}
	return CleanText(s, maxEcho)
}
