// Package archtest tests the rules of the source tree that no compiler checks: which package may import
// which, where a library may be used, that every package says what it is for, and that .env.example lists
// what the program reads. It has tests only.
//
// A rule is a function from the tree to the places that break it. The same functions run over the
// repository and over small broken trees, one for each rule at least, so that no rule can pass by looking
// at nothing.
package archtest
