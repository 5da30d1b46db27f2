package filter

// A probe is what to ask first of an article that has the key of a posting: whether it has one more key. It is the id of
// that one, as it stands in a program, with the ending that the key itself must have. Mostly it says all there is to ask.
const (
	flagAlone = 1 << 30 // there is no program: the article must have the probe, and the key
	// flagNot stands for: the article must not have it, and must have the key. There is no program either.

	keyEndingShift = 28 // how far left the ending of the key stands
)

// probeOf returns a posting's probe and program, the filter's program being that of a posting under a key. Cost says which
// of several keys should be asked for: that with the least.
func probeOf(program []uint32, under uint32, cost func(id uint32) int) (probe uint32, rest []uint32) {
	if probe, ok := loneProbe(program, under); ok {
		return probe, nil
	}
	probe = under
	eachNeed(program, func(id uint32) {
		if id != under && (probe == under || cost(id) < cost(probe)) {
			probe = id
		}
	})
	return probe, program
}

// loneProbe returns a probe that says what a program does, if there is one.
func loneProbe(program []uint32, under uint32) (probe uint32, ok bool) {
	for _, literal := range program {
		if literal&(flagOr|flagShape) != 0 {
			return 0, false
		}
	}
	asked, own := program, uint32(0)
	if n := len(program) - 1; n >= 0 && under != 0 {
		asked, own = program[:n], program[n]>>endingShift&endingBits<<keyEndingShift
	}
	switch {
	case len(asked) == 0 && under != 0:
		return under | own | flagAlone, true
	case len(asked) != 1:
		return 0, false
	case asked[0]&flagNot != 0:
		return asked[0] | own, true
	default:
		return asked[0] | own | flagAlone, asked[0]&maskID != under
	}
}

// appendProgram appends the program of the posting at a place under a key.
func (p *postings) appendProgram(program []uint32, at, under uint32) []uint32 {
	probe := *p.cell(at, columnProbe)
	if probe&(flagAlone|flagNot) == 0 {
		return append(program, p.program(at)...)
	}
	if probe&flagNot != 0 || probe&maskID != under {
		program = append(program, probe&(flagNot|endingBits<<endingShift|maskID))
	}
	if under != 0 {
		program = append(program, under|probe>>keyEndingShift&endingBits<<endingShift)
	}
	return program
}

// eachNeed calls f with the ids of keys that an article must have to match a program, as far as that is plain.
func eachNeed(program []uint32, f func(id uint32)) {
	for from := 0; from < len(program); {
		to := clauseEnd(program, from)
		if program[from]&(flagNot|flagOr) == 0 {
			eachKey(program[from:to], f)
		}
		from = to
	}
}
