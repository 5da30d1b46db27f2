package answer

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"tidings/bot"
)

// parseLine reads the arguments of c from a line: numbers in front and at the end go to the
// arguments in front and at the end that want numbers, and what lies between is the text.
//
// What follows a command without arguments is passed over: platforms put payloads there. Table has all commands, of which one
// may be meant instead.
func parseLine(c *bot.Command, table []bot.Command, line string) (map[string]string, error) {
	if len(c.Args) == 0 {
		return map[string]string{}, nil
	}
	args, rest := takeNamed(c.Args, inOneWord(c.Args, strings.TrimSpace(line)))
	positional := slices.DeleteFunc(slices.Clone(c.Args), func(a bot.Arg) bool { return a.Named })
	rest = takeByName(positional, rest, args)
	rest = takePositional(slices.DeleteFunc(positional, func(a bot.Arg) bool { return args[a.Name] != "" }), rest, args)
	if value, ok := behindName(c.Args, rest, args); ok && rest != "" {
		rest = value
	}
	if rest != "" {
		return nil, leftOver(c, table, args, rest)
	}
	return checkOptions(c, args)
}

// takePositional deals a line out to arguments by their place, and returns what is left of it.
func takePositional(list []bot.Arg, rest string, args map[string]string) string {
	front, back := 0, len(list)
	if oneOf(rest, "all", "everything") != "" && !slices.ContainsFunc(list, func(a bot.Arg) bool { return a.Kind == bot.TextArg || a.Required }) {
		return "" // of no number in particular
	}
	for ; front < back && list[front].Kind == bot.NumberArg; front++ {
		word, after := cutWord(rest)
		word = bareNumber(word)
		taken := list[front].Accepts(word) || list[front].Required || isNumber(word) && after == ""
		if word == "" || !taken {
			continue
		}
		args[list[front].Name], rest = word, after
	}
	for ; back > front && list[back-1].Kind == bot.NumberArg; back-- {
		before, word := cutLastWord(rest)
		a := &list[back-1]
		// A number by itself is a number, even one that is too high, unless a text is needed.
		alone := before == "" && isNumber(word)
		if alone && !textNeeded(list[front:back-1]) || before != "" && a.Accepts(word) {
			args[a.Name], rest = word, before
		}
	}
	for ; front < back && rest != ""; front++ {
		value, after := rest, ""
		if front < back-1 {
			value, after = cutWord(rest)
		}
		args[list[front].Name], rest = value, after
	}
	return rest
}

// isNumber reports whether a word is a whole number, however high.
func isNumber(word string) bool {
	digits := strings.TrimPrefix(word, "#")
	return digits != "" && strings.Trim(digits, "0123456789") == ""
}

// bareNumber returns a number that is written as in a list, such as "1." or "1:", without its sign, and other words as they are.
func bareNumber(word string) string {
	if number := strings.TrimRight(word, ".:)"); isNumber(number) {
		return number
	}
	return word
}

// textNeeded reports whether one of the arguments is a text that can't be left out.
func textNeeded(args []bot.Arg) bool {
	return slices.ContainsFunc(args, func(a bot.Arg) bool { return a.Required && a.Kind == bot.TextArg })
}

// checkOptions checks arguments by name, as the platform or parseLine split them.
func checkOptions(c *bot.Command, given map[string]string) (map[string]string, error) {
	args := make(map[string]string, len(given))
	for i := range c.Args {
		a := &c.Args[i]
		value := strings.TrimSpace(given[a.Name])
		switch {
		case value == "" && a.Required:
			return nil, usage(c, missing(a))
		case value == "":
			continue
		case a.Kind == bot.NumberArg && !a.Accepts(value):
			return nil, usage(c, outOfRange(c, a, value))
		}
		args[a.Name] = value
	}
	return args, nil
}

// outOfRange says what a number can be. A filter of digits has to be in quotes.
func outOfRange(c *bot.Command, a *bot.Arg, value string) bot.Text {
	wrong := bot.Say("The %s must be a whole number from %s to %s, not “%s”.", a.Name, strconv.Itoa(a.Min), strconv.Itoa(a.Max), clip(value))
	if isNumber(value) && usesFilter(c) && !a.Required {
		wrong = bot.Join(wrong, bot.Plain(" "), bot.Say("To look for the number, put it in quotes: \"%s\".", clip(value)))
	}
	return wrong
}

// usage returns an error that begins with what is wrong and shows how to do it right.
func usage(c *bot.Command, wrong bot.Text) *bot.UserError {
	t := bot.Join(wrong, bot.Plain("\n"), bot.Say("Usage: %s", bot.Styled(c.Usage(), bot.Code)))
	if c.Example != "" {
		t = bot.Join(t, bot.Plain("\n"), forExample(c))
	}
	return &bot.UserError{Text: t}
}

// subUsage returns an error that lists the subcommands of c.
func subUsage(c *bot.Command) *bot.UserError {
	t := bot.Say("/%s needs one of these:", c.Path())
	for i := range c.Sub {
		t = bot.Join(t, bot.Plain("\n"), bot.Styled(c.Sub[i].Usage(), bot.Code), bot.Plain(" – "), bot.Known(c.Sub[i].Help))
	}
	return &bot.UserError{Text: t}
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
	if c := bot.CleanText(s, maxEcho); c != bot.CleanText(s, len(s)) {
		return c + bot.Ellipsis
	}
	return bot.CleanText(s, maxEcho)
}

// missing asks for an argument.
func missing(a *bot.Arg) bot.Text {
	if a.Name == "url" {
		return bot.Say("Which feed? Send its address.")
	}
	return bot.Say("The %s is missing.", a.Name)
}
