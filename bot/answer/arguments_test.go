package answer

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

func TestParseLine_SplitsArguments(t *testing.T) {
	table := (&Handler{}).table()
	tests := []struct {
		command, line string
		want          map[string]string
		wantErr       string
	}{
		{"latest", "", map[string]string{}, ""},
		{"latest", "missile 5", map[string]string{"filter": "missile", "count": "5"}, ""},
		{"latest", "7", map[string]string{"count": "7"}, ""},
		{"latest", "covid 19", map[string]string{"filter": "covid 19"}, ""},
		{"latest", "  moon\n OR yoon ", map[string]string{"filter": "moon\n OR yoon"}, ""},
		{"search", "", nil, "filter is missing"},
		{"filter", "set 2 missile -drill", map[string]string{"number": "2", "filter": "missile -drill"}, ""},
		{"filter", "set #2 7", map[string]string{"number": "#2", "filter": "7"}, ""},
		{"filter", "set missile", nil, "must be a whole number"},
		{"filter", "set 2", nil, "filter is missing"},
		{"filter", "clear 1 2", nil, "don't know what to do with"},
		{"unsubscribe", "", map[string]string{}, ""},
		{"latest", "50", nil, "from 1 to 10, not “50”. To look for the number, put it in quotes"},
		{"latest", "missile 50", map[string]string{"filter": "missile 50"}, ""},
		{"latest", `"50"`, map[string]string{"filter": `"50"`}, ""},
		{"search", "911", map[string]string{"filter": "911"}, ""},
		{"search", "5", map[string]string{"filter": "5"}, ""},
		{"stories", "off 10000", nil, "whole number from 1 to 9999, not “10000”"},
		{"stories", "off two", nil, "don't know what to do with"},
		{"filter", "2 missile -drill", map[string]string{"number": "2", "filter": "missile -drill"}, ""},
		{"filter", "2", map[string]string{"number": "2"}, ""},
		{"filter", "missile -drill 30", map[string]string{"filter": "missile -drill", "days": "30"}, ""},
		{"filter", "99999 missile", nil, "from 1 to 9999, not “99999”"},
		{"unsub", "3", map[string]string{"which": "3"}, ""},
		{"unsubscribe", "all of it", map[string]string{"which": "all of it"}, ""},
		{"start", "payload-of-a-link", map[string]string{}, ""},
		{"help", "filter set", map[string]string{"command": "filter set"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.command+" "+tt.line, func(t *testing.T) {
			c, rest := find(table, tt.command, tt.line)
			got, err := parseLine(c, rest)
			if tt.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), tt.wantErr) || !strings.Contains(err.Error(), "Usage: /") {
					t.Errorf("error %v, want one with %q and the usage", err, tt.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("arguments (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTable_FitsBothPlatforms(t *testing.T) {
	var check func(c *bot.Command)
	check = func(c *bot.Command) {
		if c.Name == "" || len(c.Name) > 32 || strings.ToLower(c.Name) != c.Name || c.Help == "" || len(c.Help) > 100 {
			t.Errorf("command %q with help %q does not fit", c.Name, c.Help)
		}
		optional := false
		for _, a := range c.Args {
			if a.Help == "" || len(a.Help) > 100 || a.Kind == bot.NumberArg && a.Max <= a.Min {
				t.Errorf("argument %s of %s does not fit", a.Name, c.Path())
			}
			if a.Required && optional {
				t.Errorf("%s: required argument %s follows an optional one", c.Path(), a.Name)
			}
			optional = optional || !a.Required
		}
		for i := range c.Sub {
			check(&c.Sub[i])
		}
		if c.Run == nil && len(c.Sub) == 0 {
			t.Errorf("%s does nothing", c.Path())
		}
	}
	table := (&Handler{}).table()
	for i := range table {
		check(&table[i])
	}
}
