package filter_test

import (
	"errors"
	"fmt"

	"tidings/bot/filter"
)

func ExampleParse() {
	f, err := filter.Parse(`missile -drill`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f.Match(filter.NewDocument(filter.Fields{Title: "Two missiles launched"})))
	fmt.Println(f.Match(filter.NewDocument(filter.Fields{Title: "Missile drill ends"})))
	// Output:
	// true
	// false
}

func ExampleSyntaxError() {
	_, err := filter.Parse(`(moon OR yoon`)
	if e, ok := errors.AsType[*filter.SyntaxError](err); ok {
		fmt.Println(e.Caret())
		fmt.Println(e)
	}
	// Output:
	// (moon OR yoon
	// ^
	// "(" is not closed at column 1; add the missing ")"
}

func ExampleFilter_Explain() {
	f, _ := filter.Parse(`missile`)
	fields := filter.Fields{Title: "Two missiles launched"}
	hits, _ := f.Explain(filter.NewDocument(fields))
	for _, h := range hits {
		fmt.Println(fields.Title[h.Start:h.End])
	}
	// Output: missiles
}

func ExampleSet() {
	set := filter.NewSet()
	for id, text := range []string{`missile`, `rice OR wheat`, `missile -drill`} {
		f, err := filter.Parse(text)
		if err != nil {
			fmt.Println(err)
			return
		}
		set.Put(int64(id), f)
	}
	d := filter.NewDocument(filter.Fields{Title: "Missile drill ends"})
	set.Match(d, func(id int64) { fmt.Println("filter", id) })
	// Output: filter 0
}
