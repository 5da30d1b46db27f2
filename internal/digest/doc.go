// Package digest reads and writes the plain-text digest of a newsroom: an edition date, a heading,
// and for each article its title, its dek, and a byline of authors and date.
//
//	January 20, 2021
//
//	Latest news from our correspondents
//
//	Title on one line
//	Dek on one line
//	Jane Doe | John Smith January 19, 2021
//	https://example.com/story
//
// [Read] takes what people and programs make of that shape: fields with empty lines between them or
// without, section labels, titles printed twice, wrapped and quoted lines, dates in the common
// forms. A byline is what it holds on to: a line that ends in a date and otherwise holds names
// only. A label such as "Analysis" above a title becomes a tag. [Write] writes the shape above, and
// Read gives back what it wrote.
//
// A digest may also come as a page or as a mail in MIME form, whose links are kept; a page that names
// its articles in the words of schema.org needs no guessing, and [WriteHTML] writes such. Nothing is
// ever fetched.
package digest
