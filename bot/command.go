package bot

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// Access says who may use a command.
type Access int

// The kinds of access.
const (
	Anyone    Access = iota
	Managers         // whoever the platform says may manage the place
	Operators        // whoever runs the bot
)

// String returns the word that help uses.
func (a Access) String() string {
	return [...]string{"anyone", "managers", "operators"}[a]
}

// ArgKind is the type of an argument.
type ArgKind int

// The kinds of arguments.
const (
	TextArg    ArgKind = iota // one word, or the whole rest of the line if it is the last but for numbers
	NumberArg                 // a whole number
	FileArg                   // a file that comes with the command
	ChatArg                   // another chat for the command to act on; typed, it comes first and begins with @
	MentionArg                // somebody to mention; [Invocation.Mentioned] says who that is
)

// Arg is an argument of a command.
type Arg struct {
	Name     string            // a–z, at most 32 characters
	Help     string            // at most 100 characters
	HelpIn   map[string]string // Help in other languages, by code: "de", "zh-CN"
	Kind     ArgKind
	Required bool
	// Min and Max bound a NumberArg.
	Min, Max int
	// Complete suggests values as people type, at most 25. Nil means it cannot.
	Complete func(ctx context.Context, inv Invocation, typed string) ([]Choice, error)
	// Named says that the argument is typed with its name: "name:value" anywhere, or, behind a command with no text of its
	// own, "name value". Names are other words for it.
	Named bool
	Names []string
	// Takes reports whether words can be a value of a Named argument, so that one of several words is told from what follows
	// it. Nil takes one word.
	Takes func(words string) bool
}

// Called reports whether people call the argument s.
func (a *Arg) Called(s string) bool {
	same := func(name string) bool { return strings.EqualFold(name, s) }
	return same(a.Name) || slices.ContainsFunc(a.Names, same)
}

// Command is one thing people can ask the bot for. One table of them serves all platforms: menus,
// help and parsing come from it.
type Command struct {
	Name string // a–z, at most 32 characters
	// Aliases are short forms, for platforms where commands are typed in full.
	Aliases []string
	Help    string            // one line of at most 100 characters
	HelpIn  map[string]string // Help in other languages, by code: "de", "zh-CN"
	Example string            // the command as one may type it, without a slash
	// OnMessage, unless empty, offers the command on every message under this name, of at most 32
	// characters, where messages have a menu of commands; [Invocation.ReplyTo] then says which message.
	OnMessage   string
	OnMessageIn map[string]string // OnMessage in other languages
	Access      Access
	// Changes says that managers change something with the command, though anyone may look: its answers have to arrive.
	Changes bool
	// Former says that the command is an old name of another, which still works: menus and help leave it out.
	Former bool
	// TypedOnly leaves the command out where commands are picked from a list with their arguments.
	TypedOnly bool
	Args      []Arg
	// Sub are subcommands, in place of Args. They have no Sub of their own.
	Sub []Command
	// Otherwise names the subcommand that a line is for which names none of them.
	Otherwise string
	// Route, unless nil, returns the subcommand that such a line is for, or "" if it is for none.
	Route func(line string) string
	// Run answers. A *[UserError] becomes its own text. With Sub it answers where a platform lets
	// people name none of them, and may be nil.
	Run func(ctx context.Context, r Request) (Message, error)

	// Parent is the name of the command that this one is a subcommand of, or empty.
	Parent string
}

// Path returns the words that call the command, without a slash: "filter set".
func (c *Command) Path() string {
	if c.Parent != "" {
		return c.Parent + " " + c.Name
	}
	return c.Name
}

// Request is an invocation whose access and arguments have been checked.
type Request struct {
	Invocation
	// Args has the arguments that were given, by name; numbers are within bounds.
	Args map[string]string
	// Pressed says that the request comes from a button.
	Pressed bool
}

// Accepts reports whether a number argument can be s.
func (a *Arg) Accepts(s string) bool {
	n, err := strconv.Atoi(strings.TrimPrefix(s, "#"))
	return err == nil && n >= a.Min && n <= a.Max
}

// Usage returns how the command is typed: /name REQUIRED [optional].
func (c *Command) Usage() string {
	var b strings.Builder
	var named []string
	b.WriteString("/" + c.Path())
	for _, a := range c.Args {
		if a.Kind == ChatArg {
			b.WriteString(" [" + a.Name + "]")
		}
	}
	for _, a := range c.Args {
		switch {
		case a.Kind == ChatArg:
		case a.Named:
			named = append(named, a.Name)
		case a.Required:
			b.WriteString(" " + strings.ToUpper(a.Name))
		default:
			b.WriteString(" [" + a.Name + "]")
		}
	}
	if len(named) > 0 {
		b.WriteString(" [" + strings.Join(named, "|") + " …]")
	}
	return b.String()
}

// Number returns a number argument of a checked request, or fallback if it was not given.
func (r *Request) Number(name string, fallback int) int {
	n, err := strconv.Atoi(strings.TrimPrefix(r.Args[name], "#"))
	if err != nil {
		return fallback
	}
	return n
}

// Named reports whether people may call the command s.
func (c *Command) Named(s string) bool {
	same := func(name string) bool { return strings.EqualFold(name, s) }
	return same(c.Name) || slices.ContainsFunc(c.Aliases, same)
}

// AsRequired returns the argument as one that cannot be left out.
func (a Arg) AsRequired() Arg {
	a.Required = true
	return a
}
