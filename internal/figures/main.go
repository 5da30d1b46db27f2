// Command figures runs the benchmarks that print what README.md, CONTRIBUTING.md and .github/REPLICAS.md say of speed and
// size, and prints all of that in one table: "make figures". An argument, a regular expression, chooses what to run.
//
// Its test holds those pages, and the comments of the code, to this: a figure stands beside the command that prints it, and
// the command stands in the list here. What the platforms allow and what a setting is by default are no figures.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"strings"
	"text/tabwriter"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run prints the figures whose words or command the first argument matches.
func run(ctx context.Context, args []string, out io.Writer) error {
	wanted, err := regexp.Compile(strings.Join(args, " "))
	if err != nil {
		return err
	}
	var rows []row
	var failed []error
	for _, c := range commands() {
		if c = c.only(wanted); len(c.figures) == 0 {
			continue
		}
		begun := time.Now()
		fmt.Fprintln(os.Stderr, c.line)
		output, err := c.run(ctx)
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w\n%s", c.line, err, last(output, 20)))
		}
		fmt.Fprintf(os.Stderr, "  %s\n", time.Since(begun).Round(time.Second))
		list := c.rows(parse(output))
		for _, r := range list {
			if r.figure == missing && err == nil {
				failed = append(failed, fmt.Errorf("%s: doesn't print %q", c.line, r.what))
			}
		}
		rows = append(rows, list...)
	}
	write(out, rows)
	return errors.Join(failed...)
}

// run runs the command as a shell would, and returns what it prints.
func (c command) run(ctx context.Context) (string, error) {
	var output bytes.Buffer
	cmd := exec.CommandContext(ctx, "sh", "-c", c.line)
	cmd.Stdout, cmd.Stderr = &output, &output
	err := cmd.Run()
	return output.String(), err
}

// only returns the command with those of its figures that are wanted.
func (c command) only(wanted *regexp.Regexp) command {
	if wanted.MatchString(c.line) {
		return c
	}
	var list []figure
	for _, f := range c.figures {
		if wanted.MatchString(f.what) {
			list = append(list, f)
		}
	}
	c.figures = list
	return c
}

// missing stands where a command didn't print a figure.
const missing = "–"

// row is a line of the table.
type row struct{ what, figure, command string }

// rows reads a command's figures from what it printed.
func (c command) rows(r results) []row {
	var list []row
	for _, f := range c.figures {
		said := missing
		if v, ok := r[result{f.benchmark, f.unit}]; ok {
			said = f.say(v)
		}
		list = append(list, row{f.what, said, c.line})
	}
	return list
}

func write(out io.Writer, rows []row) {
	w := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "what\tfigure\tcommand")
	above := ""
	for _, r := range rows {
		line := r.command
		if line == above {
			line = "\"" // as above
		}
		above = r.command
		fmt.Fprintf(w, "%s\t%s\t%s\n", r.what, r.figure, line)
	}
	_ = w.Flush()
	fmt.Fprintln(out, "\nNot run here, because each takes minutes or prints a table of its own:")
	for _, c := range elsewhere() {
		fmt.Fprintln(out, "  "+c)
	}
}

// last returns the last lines of a text.
func last(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
