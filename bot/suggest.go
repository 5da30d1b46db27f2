package bot

import "strings"

// unknown says that there is no such command, and names the one that was probably meant.
func (h *handler) unknown(name string) error {
	name = clip(strings.ToLower(name))
	if meant := h.closest(name); meant != "" {
		return UserErrorf("There is no /%s. Did you mean /%s? /help lists all commands.", name, meant)
	}
	return UserErrorf("There is no /%s. /help lists all commands.", name)
}

// maxSlips is how many letters of a command may be wrong for it to be guessed.
const maxSlips = 2

// closest returns the command that looks most like name, or "".
func (h *handler) closest(name string) string {
	best, fewest := "", maxSlips+1
	for i := range h.commands {
		c := &h.commands[i]
		for _, n := range append([]string{c.Name}, c.Aliases...) {
			d := slips(name, n)
			if len(name) > 1 && (strings.HasPrefix(n, name) || strings.HasPrefix(name, n)) {
				d = 1
			}
			// Half of a short word is not a slip.
			if d < fewest && 2*d < len(n) {
				best, fewest = c.Name, d
			}
		}
	}
	return best
}

// slips counts the letters to add, leave out, change or swap with the next one to turn a into b.
func slips(a, b string) int {
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	before, last, row := rows[0], rows[1], rows[2]
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := last[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(change, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
