// Command tidings posts news alerts: it watches an article store, pushes what is new to Discord and
// Telegram, and answers commands there.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"tidings/internal/config"
)

// Exit statuses.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	p := &program{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		environ: os.Environ(), dir: ".",
	}
	os.Exit(p.run(ctx, os.Args[1:])) //nolint:gocritic // stop has nothing left to do.
}

// program is one run of tidings and all that it touches of the process, so that tests can start it.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	environ        []string // as os.Environ gives it
	dir            string   // where .env is looked for
}

// commands is the command line.
type commands struct {
	Run           runCmd           `cmd:"" help:"Run the bot: watch the store, post alerts, answer commands."`
	Demo          demoCmd          `cmd:"" help:"Try the bot in your browser, with stand-ins for both platforms. No token, no setup."`
	Import        importCmd        `cmd:"" help:"Import articles from feeds, JSON Lines and digests, or a list of feeds to follow."`
	Digest        digestCmd        `cmd:"" help:"Write stored articles as a digest."`
	Latest        latestCmd        `cmd:"" help:"Show the latest headlines."`
	Sources       sourcesCmd       `cmd:"" help:"Show sources and their state; add and remove feeds."`
	Chats         chatsCmd         `cmd:"" help:"Show the chats that the bot posts to, and how each is doing."`
	Subscriptions subscriptionsCmd `cmd:"" help:"Show who gets what."`
	Deliveries    deliveriesCmd    `cmd:"" help:"Show what was sent, what waits and what was refused."`
	Test          testCmd          `cmd:"" help:"Send a test alert to a chat."`
	Publish       publishCmd       `cmd:"" help:"Store articles given as JSON on standard input."`
	Retract       retractCmd       `cmd:"" help:"Mark an article as withdrawn."`
	Backup        backupCmd        `cmd:"" help:"Back up everything to a new SQLite file and check it, while the bot runs."`
	Copy          copyCmd          `cmd:"" help:"Copy everything to another database, for example from SQLite to PostgreSQL."`
	Check         checkCmd         `cmd:"" help:"Check the environment, database and tokens, and say how to fix what's wrong."`
	Version       versionCmd       `cmd:"" help:"Show version, commit and date."`
	Health        healthCmd        `cmd:"" hidden:"" help:"Check that the running bot is healthy."`
}

// run executes one command line and returns the exit status.
func (p *program) run(ctx context.Context, args []string) int {
	if len(args) == 0 { // a mistake that the list of commands answers
		p.stdout = p.stderr
		p.run(ctx, []string{"--help"})
		return exitUsage
	}
	var cli commands
	exited := -1
	parser, err := kong.New(&cli,
		kong.Name("tidings"),
		kong.Description("News alerts for Discord and Telegram. Settings come from the environment and a .env file; see .env.example."),
		kong.Writers(p.stdout, p.stderr),
		kong.Exit(func(code int) { exited = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(p),
	)
	if err != nil {
		panic(err) // The command line's definition is faulty.
	}
	args, err = arrange(parser.Model.Node, args)
	if err != nil {
		return p.report(err)
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		fmt.Fprintf(p.stderr, "tidings: %v\nRun \"%s --help\" for usage.\n", err, misused(err))
		return exitUsage
	}
	if err := parsed.Run(); err != nil {
		return p.report(err)
	}
	return exitOK
}

// misused returns the command that err is about, or the program if it names none.
func misused(err error) string {
	if parse, ok := errors.AsType[*kong.ParseError](err); ok {
		if command := parse.Context.Selected(); command != nil {
			return command.FullPath()
		}
	}
	return "tidings"
}

// report says what went wrong, on standard error, and returns the exit status for it.
func (p *program) report(err error) int {
	var usage *usageError
	var faults *config.Error
	switch {
	case errors.Is(err, errReported):
		return exitFailed
	case errors.As(err, &usage):
		fmt.Fprintf(p.stderr, "tidings: %v\n", usage)
		return exitUsage
	case errors.As(err, &faults):
		fmt.Fprintf(p.stderr, "%v\n", faults)
	default:
		fmt.Fprintf(p.stderr, "tidings: %v\n", err)
	}
	return exitFailed
}

// errReported says that the failure has been reported already.
var errReported = errors.New("reported")

// usageError is a mistake on the command line.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }
