package feed

import (
	"testing"
	"time"
)

func TestParseDate(t *testing.T) {
	t.Parallel()
	seoul := time.FixedZone("KST", 9*3600)
	tests := []struct{ in, want string }{
		{"2024-03-05T01:02:03Z", "2024-03-05T01:02:03Z"},
		{"2024-03-05T01:02:03.123+09:00", "2024-03-04T16:02:03.123Z"},
		{"2024-03-05T01:02:03+0900", "2024-03-04T16:02:03Z"},
		{"2024-03-05 01:02:03", "2024-03-04T16:02:03Z"},
		{"2024-03-05 01:02 UTC", "2024-03-05T01:02:00Z"},
		{"Tue, 05 Mar 2024 01:02:03 GMT", "2024-03-05T01:02:03Z"},
		{"Tue, 5 Mar 2024 01:02:03 +0000 (UTC)", "2024-03-05T01:02:03Z"},
		{"Tue, 5 Mar 2024 01:02:03 KST", "2024-03-04T16:02:03Z"},
		{"Tue, 5 Mar 2024 01:02:03 JST", "2024-03-04T16:02:03Z"},
		{"Tue, 5 Mar 2024 01:02:03 AEST", "2024-03-04T15:02:03Z"},
		{"Tue, 5 Mar 2024 01:02:03 EST", "2024-03-05T06:02:03Z"},
		{"Tue, 5 Mar 24 01:02:03 -0500", "2024-03-05T06:02:03Z"},
		{"Tue, 5 Mar 2024 01:02:03 GMT+9", "2024-03-04T16:02:03Z"},
		{"Tuesday, March 5, 2024 1:02 PM EST", "2024-03-05T18:02:00Z"},
		{"Sept. 5, 2024 at 1:02 p.m. UTC", "2024-09-05T13:02:00Z"},
		{"Mar 5, 2024", "2024-03-04T15:00:00Z day"},
		{"2024-03-05", "2024-03-04T15:00:00Z day"},
		{"2024. 3. 5", "2024-03-04T15:00:00Z day"},
		{"2024.03.05 10:00", "2024-03-05T01:00:00Z"},
		{"Tue, 5 Mar 2024 01:02:03 XYZ", ""},
		{"0001-01-01T00:00:00Z", ""},
		{"1970-01-01T00:00:00Z", ""},
		{"yesterday", ""},
		{"", ""},
	}
	for _, tt := range tests {
		when, dateOnly, ok := parseDate(tt.in, seoul)
		got := ""
		if ok {
			got = when.UTC().Format(time.RFC3339Nano)
		}
		if dateOnly && ok {
			got += " day"
		}
		if got != tt.want {
			t.Errorf("parseDate(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}
