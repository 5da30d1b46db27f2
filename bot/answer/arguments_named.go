package answer

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tidings/bot"
	"tidings/internal/typo"
)

// takeNamed takes "name:value" out of a line, and returns the values by the arguments' names with what is left of it. A value
// of several words stands in quotation marks, or is as long as the argument takes.
func takeNamed(list []bot.Arg, line string) (args map[string]string, rest string) {
	args = map[string]string{}
	if !slices.ContainsFunc(list, func(a bot.Arg) bool { return a.Named }) {
		return args, line
	}
	hasText := slices.ContainsFunc(list, func(a bot.Arg) bool { return !a.Named && a.Kind == bot.TextArg })
	words := splitQuoted(line)
	var left []string
	for i := 0; i < len(words); i++ {
		a, value, ok := nameIn(list, words[i])
		if !ok {
			left = append(left, words[i])
			continue
		}
		following := words[i+1:]
		if n := slices.IndexFunc(following, func(w string) bool { _, _, named := nameIn(list, w); return named }); n >= 0 {
			following = following[:n]
		}
		_, quoted := unquote(value)
		first := value
		value, n := wholeValue(a, value, following)
		switch {
		case !hasText && !quoted && a.Takes == nil && a.Kind == bot.TextArg: // any words
			value, n = strings.TrimSpace(first+" "+strings.Join(following, " ")), len(following)
		case !hasText && n == 0 && a.Takes != nil && !a.Takes(value): // a mistake, and all of it is meant for this one
			value, n = strings.TrimSpace(value+" "+strings.Join(following, " ")), len(following)
		}
		args[a.Name], i = value, i+n
	}
	if len(args) == 0 {
		return args, line // as it was typed, with its spaces
	}
	return args, strings.Join(left, " ")
}

// nameIn splits "name:value" if the name is that of an argument that is typed with its name.
func nameIn(list []bot.Arg, word string) (a *bot.Arg, value string, ok bool) {
	name, value, ok := cutName(word)
	if !ok {
		return nil, "", false
	}
	i := slices.IndexFunc(list, func(a bot.Arg) bool { return a.Named && a.Called(name) })
	if i < 0 {
		return nil, "", false
	}
	return &list[i], value, true
}

// inOneWord writes the name of an argument in one word that is shown in two, as in “Time zone: UTC”, where it begins a line.
func inOneWord(list []bot.Arg, line string) string {
	for _, shown := range [][2]string{{"time zone", "timezone"}, {"quiet hours", "quiet"}, {"first line", "line"}} {
		if len(line) < len(shown[0]) || !strings.EqualFold(line[:len(shown[0])], shown[0]) {
			continue
		}
		if rest := line[len(shown[0]):]; rest == "" || strings.ContainsAny(rest[:1], " :=") {
			if slices.ContainsFunc(list, func(a bot.Arg) bool { return a.Named && a.Name == shown[1] }) {
				return shown[1] + rest
			}
		}
	}
	return line
}

// cutName splits "name:value" as people type it: also with the colon of another keyboard, as name=value, or as --name.
func cutName(word string) (name, value string, ok bool) {
	flag := strings.TrimPrefix(strings.TrimPrefix(word, "--"), "—") // phones make one dash of two
	if i := strings.IndexAny(flag, ":=："); i >= 0 {
		_, size := utf8.DecodeRuneInString(flag[i:])
		return flag[:i], flag[i+size:], true
	}
	return flag, "", flag != word
}

// takeByName takes the arguments that have a place out of a line, where they stand in it by their names: count:3 or filter:missile.
func takeByName(list []bot.Arg, line string, args map[string]string) (rest string) {
	texts := 0
	for i := range list {
		if list[i].Kind == bot.TextArg {
			texts++
		}
	}
	words := splitQuoted(line)
	var left []string
	for _, word := range words {
		name, value, ok := cutName(word)
		i := slices.IndexFunc(list, func(a bot.Arg) bool { return ok && a.Called(name) })
		switch {
		case i < 0, list[i].Kind == bot.TextArg && texts > 1, list[i].Kind == bot.NumberArg && !list[i].Accepts(value):
			left = append(left, word)
		case list[i].Kind == bot.NumberArg:
			args[list[i].Name] = value
		case value != "":
			left = append(left, value)
		}
	}
	if slices.Equal(left, words) {
		return line // as it was typed, with its spaces
	}
	return strings.Join(left, " ")
}

// wholeValue returns the value that begins with a word, and how many of the words that follow belong to it: the most with which
// the argument takes it. A value can also begin after the colon.
func wholeValue(a *bot.Arg, first string, following []string) (value string, taken int) {
	if unquoted, ok := unquote(first); ok {
		return unquoted, 0
	}
	if first == "" && len(following) > 0 {
		value, taken = wholeValue(a, following[0], following[1:])
		return value, taken + 1
	}
	for n := len(following); n > 0 && a.Takes != nil; n-- {
		if longer := strings.Join(append([]string{first}, following[:n]...), " "); a.Takes(longer) {
			return longer, n
		}
	}
	return first, 0
}

// behindName reads "name value" of a command without a text of its own, or a value alone that only one argument can take.
func behindName(list []bot.Arg, line string, args map[string]string) (rest string, ok bool) {
	word, value := cutWord(line)
	for i := range list {
		if a := &list[i]; a.Named && a.Called(strings.TrimSuffix(word, ":")) && args[a.Name] == "" {
			if unquoted, quoted := unquote(value); quoted {
				value = unquoted
			}
			if args[a.Name] = value; value == "" {
				args[a.Name] = askFor
			}
			return "", true
		}
	}
	var fits *bot.Arg
	for i := range list {
		if a := &list[i]; a.Named && a.Takes != nil && args[a.Name] == "" && a.Takes(line) {
			if fits != nil {
				return line, false
			}
			fits = a
		}
	}
	if fits == nil {
		return line, false
	}
	args[fits.Name] = line
	return "", true
}

// askFor is the value of an argument that was named and given no value.
const askFor = "?"

// leftOver says that a rest of a line belongs to nothing, and what was probably meant. Table has all commands, and args what was read of the line.
func leftOver(c *bot.Command, table []bot.Command, args map[string]string, rest string) error {
	word, value := cutWord(rest)
	if meant := otherwiseTyped(c, table, args["number"], word, value); meant != "" {
		return bot.UserErrorf("I don't know “%s”. Did you mean %s?", clip(word), code(clip(meant)))
	}
	var names []string
	for i := range c.Args {
		a := &c.Args[i]
		if !a.Named {
			continue
		}
		names = append(names, a.Name)
		if typo.Distance(strings.ToLower(clip(word)), a.Name) <= maxSlips && 2*maxSlips <= len(a.Name) {
			typed := strings.TrimSpace("/" + c.Path() + " " + a.Name + " " + clip(value))
			return bot.UserErrorf("I don't know “%s”. Did you mean %s?", clip(word), bot.Styled(typed, bot.Code))
		}
	}
	if len(names) > 0 {
		return bot.UserErrorf("I don't know what to do with “%s”. What can be set: %s.", clip(rest), bot.List(bot.Plains(names)...))
	}
	return usage(c, bot.Say("I don't know what to do with “%s”.", clip(rest)))
}

// otherwiseTyped returns what to type for a word that isn't an option of /settings or /subscription, whichever c is: an option of the
// other one, or a command of its own. Number is that of the subscription in question, if any. It is empty if nothing fits.
func otherwiseTyped(c *bot.Command, table []bot.Command, number, word, value string) string {
	if c.Name != "settings" && c.Name != "subscription" {
		return ""
	}
	command := word
	if here := likeOther(strings.ToLower(word)); len(here) > 0 {
		command = here[0]
	}
	if own, _ := find(table, command, ""); own != nil && slices.ContainsFunc(own.Args, func(a bot.Arg) bool { return a.Name == "number" || a.Name == "which" }) {
		return strings.Join(strings.Fields("/"+own.Path()+" "+number+" "+value), " ")
	}
	name, typed := "settings", "/settings "
	if c.Name == name {
		name, typed = "subscription", "/subscription 1 "
	}
	other, _ := find(table, name, "")
	if other == nil {
		return ""
	}
	i := slices.IndexFunc(other.Args, func(a bot.Arg) bool { return a.Named && a.Called(strings.TrimSuffix(word, ":")) })
	if i < 0 {
		return ""
	}
	return strings.TrimSpace(typed + other.Args[i].Name + " " + value)
}

// splitQuoted splits a line into words, of which one may have spaces between quotation marks.
func splitQuoted(line string) []string {
	var words []string
	var b strings.Builder
	quoted := false
	for _, r := range line {
		switch {
		case isQuote(r):
			quoted = !quoted
			b.WriteRune(r)
		case unicode.IsSpace(r) && !quoted:
			if b.Len() > 0 {
				words = append(words, b.String())
				b.Reset()
			}
		default:
			b.WriteRune(r)
		}
	}
	if b.Len() > 0 {
		words = append(words, b.String())
	}
	return words
}

func isQuote(r rune) bool { return strings.ContainsRune(`"“”„`, r) }

// unquote removes the quotation marks around a value.
func unquote(s string) (string, bool) {
	inner := strings.TrimFunc(s, isQuote)
	return inner, len(inner) < len(s) && isQuote([]rune(s)[0])
}
