package typo

import "testing"

func TestDistance_CountsTypos(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"latest", "latest", 0},
		{"lastest", "latest", 1},
		{"latst", "latest", 1},
		{"latesr", "latest", 1},
		{"latset", "latest", 1},
		{"", "help", 4},
		{"help", "", 4},
		{"ünsub", "unsub", 2},
	}
	for _, tt := range tests {
		if got := Distance(tt.a, tt.b); got != tt.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
