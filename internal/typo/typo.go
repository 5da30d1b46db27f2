// Package typo counts the typing errors between two words, to guess what somebody meant.
package typo

// Distance counts the bytes added, dropped, changed or swapped with their neighbor between two words. Its time
// grows with the product of their lengths, so bound them.
func Distance(a, b string) int {
	width := len(b) + 1
	rows := make([]int, 3*width) // the one at hand and the two before it
	before, last, row := rows[:width], rows[width:2*width], rows[2*width:]
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			changed := last[j-1]
			if a[i-1] != b[j-1] {
				changed++
			}
			row[j] = min(changed, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
