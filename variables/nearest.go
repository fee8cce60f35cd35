package variables

import "strings"

// Nearest proposes the known name that is [Near] name, as a phrase for the end
// of an error, or nothing.
func Nearest(name string, known []string) string {
	best := Near(name, known)
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// Near is the known name that is at most two slips away from name, or nothing.
// Case is no slip.
func Near(name string, known []string) string {
	best, least := "", 3
	for _, candidate := range known {
		if d := distance(strings.ToLower(name), strings.ToLower(candidate)); d < least {
			best, least = candidate, d
		}
	}
	return best
}

// distance is Levenshtein's: how many characters to add, drop or replace. Texts
// of lengths that differ by more than two are three apart.
func distance(a, b string) int {
	if len(a) > len(b)+2 || len(b) > len(a)+2 {
		return 3
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
