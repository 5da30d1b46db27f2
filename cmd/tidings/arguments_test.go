package main

import (
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
)

func TestArrange_DistinguishesFlagsFromTheWordsOfAFilter(t *testing.T) {
	tests := []struct{ typed, want string }{
		{"latest", "latest --"},
		{"latest missile -drill", "latest -- missile -drill"},
		{"latest -nuclear -n 3", "latest -n 3 -- -nuclear"},
		{"latest missile --json", "latest --json -- missile"},
		{"latest missile --jsn", "latest --jsn -- missile"},
		{"latest --count=3 missile", "latest --count=3 -- missile"},
		{"latest missile -- --json", "latest -- missile --json"},
		{"latest missile -h", "latest -h -- missile"},
		{"digest kim --format html --since 7d", "digest --format html --since 7d -- kim"},
		{"import -x file", "import -x file"},
		{"nothing such", "nothing such"},
		{"help", "--help"},
		{"help sources add", "sources add --help"},
	}
	parser := kong.Must(&commands{})
	for _, tt := range tests {
		got, err := arrange(parser.Model.Node, strings.Fields(tt.typed))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.typed, diff)
		}
	}
}
