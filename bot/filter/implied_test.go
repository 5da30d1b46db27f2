package filter

import (
	"strings"
	"testing"
)

func TestPattern_ImpliesOnlyWordsThatMustBeThere(t *testing.T) {
	tests := []struct{ pattern, want string }{
		{"uranium", ""},
		{"north korea", "korea*"},
		{"north korea launch", "korea launch*"},
		{"North KOREA's ", "korea s"},
		{`north\s+korea\s`, "korea"},
		{`north\s*korea `, ""},
		{"^north korea", "north korea*"},
		{"a north.korea ", "north*"},
		{`a north\.korea b`, "north*"}, // full stops join initials
		{"a 13,259 b", "13*"},          // commas join thousands
		{"a 1,259 b", ""},
		{" [ab]north ", ""},          // begins with a letter
		{" north[ab]", "north*"},     // goes on
		{" north(east)? ", "north*"}, // may go on
		{" (north )+korea", "north"}, // korea follows the group, not a separator that is known
		{" (north |south )", "(north|south)"},
		{" (north |south)", "(north|south*)"},
		{"x(north |south )", "(|)"},
		{" n(orth |south)", "(|)"},
		{" (north ){2}", "north"},
		{" no(rth )+", "north"},
		{" north$", "north*"}, // only the head of a long text is looked at
		{"(?m:^north) ", "north"},
		{" s k ", "s k"},
		{" été kim ", "kim"},
		{" a", ""}, // too short a beginning
	}
	for _, tt := range tests {
		e := mustParse(t, "/"+tt.pattern+"/").root.(pattern).implied()
		if got := spelled(e); got != tt.want {
			t.Errorf("/%s/ implies %q, want %q", tt.pattern, got, tt.want)
		}
	}
}

func spelled(e expr) string {
	var list []string
	switch e := e.(type) {
	case words:
		if e.list[0].sense == opening {
			return e.list[0].text + "*"
		}
		return e.list[0].text
	case and:
		for _, kid := range e {
			list = append(list, spelled(kid))
		}
		return strings.Join(list, " ")
	case or:
		for _, kid := range e {
			list = append(list, spelled(kid))
		}
		return "(" + strings.Join(list, "|") + ")"
	default:
		return "?"
	}
}
