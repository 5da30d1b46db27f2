package digest_test

import (
	"fmt"
	"strings"

	"tidings/internal/digest"
)

func ExampleRead() {
	const text = `January 20, 2021

Latest news

Quay wall cracks
The harbor is closed until Monday
Jane Doe | John Smith January 19, 2021
`
	d, err := digest.Read(strings.NewReader(text), digest.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, a := range d.Articles {
		fmt.Println(a.Title, a.Authors, a.Published.Format("2006-01-02"))
	}
	// Output: Quay wall cracks [Jane Doe John Smith] 2021-01-19
}
