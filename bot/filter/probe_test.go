package filter

import (
	"slices"
	"testing"
)

// What is listed under a key of a program can be read again as that program, whatever the probe says of it.
func TestProbe_KeepsPrograms(t *testing.T) {
	const key, other, third = 1, 2, 1<<endingShift - 1
	for name, tt := range map[string]struct {
		program []uint32
		under   uint32
		rest    int // numbers beside the probe
	}{
		"everything":              {nil, 0, 0},
		"nothing but a lack":      {[]uint32{other | flagNot | 1<<endingShift}, 0, 0},
		"two lacks":               {[]uint32{other | flagNot, third | flagNot}, 0, 2},
		"one word":                {[]uint32{key}, key, 0},
		"one word with an ending": {[]uint32{key | 3<<endingShift}, key, 0},
		"two words":               {[]uint32{third | 3<<endingShift, key | 2<<endingShift}, key, 0},
		"a word and a lack":       {[]uint32{third | flagNot | 1<<endingShift, key | 3<<endingShift}, key, 0},
		"one word in two forms":   {[]uint32{key | 1<<endingShift, key}, key, 2},
		"one form of a word only": {[]uint32{key | flagNot | 1<<endingShift, key}, key, 0},
		"three words":             {[]uint32{other, third, key}, key, 1},
		"either of two":           {[]uint32{other | flagOr, third, key}, key, 3},
		"a word, a phrase":        {[]uint32{other | 1<<endingShift, third | flagShape, 1 << shapeWords, other, key}, key, 3},
		"a phrase, a word":        {[]uint32{third | flagShape, 1 << shapeWords, other, key}, key, 4},
		"a phrase":                {[]uint32{key | flagShape, 2 << shapeWords, other, third}, third, 4},
		"a word of a field":       {[]uint32{key | flagShape, uint32(Title)}, key, 2},
	} {
		probe, rest := probeOf(tt.program, tt.under, func(id uint32) int { return int(id) })
		if len(rest) != tt.rest {
			t.Errorf("%s: probe %x says all but %x, want %d numbers", name, probe, rest, tt.rest)
		}
		o := posting{probe: probe, program: rest}
		var e extent
		e.add(&o)
		p := newPostings(e)
		if got := p.appendProgram(nil, p.append(o), tt.under); !slices.Equal(got, tt.program) {
			t.Errorf("%s: program %x is kept as %x", name, tt.program, got)
		}
	}
}

// A probe is a key that articles must have: that of the first clause, or of several the one that costs least.
func TestProbe_IsNeeded(t *testing.T) {
	const key, cheap, dear = 1, 2, 3
	for name, tt := range map[string]struct {
		program []uint32
		want    uint32
	}{
		"the first word":    {[]uint32{dear, cheap, key}, dear},
		"the cheapest":      {[]uint32{dear | flagShape, uint32(Title), cheap, key}, cheap},
		"in a phrase":       {[]uint32{key | flagShape, 2 << shapeWords, dear, cheap}, cheap},
		"not what is an or": {[]uint32{cheap | flagOr, dear, key}, key},
		"not what must not": {[]uint32{dear, cheap | flagNot, key}, dear},
	} {
		if probe, _ := probeOf(tt.program, key, func(id uint32) int { return int(id) }); probe&maskID != tt.want {
			t.Errorf("%s: probe of %x is %x, want %x", name, tt.program, probe, tt.want)
		}
	}
}
