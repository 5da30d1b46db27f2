// Package plan decides when an alert comes, how loudly, and whom it mentions, from what its target and its subscriptions
// ask for. It also reads what people type of that: times, schedules, quiet hours, limits, pauses and zones.
//
// Everything here is pure: nothing is read, sent or stored, and the clock is an argument.
//
// # The plan
//
// [Planner.Decide] looks at one article for one target, once it could be sent:
//
//	          schedule   limit                     quiet hours              pause    mute                     sound
//	flash     passes     passes                    passes                   passes   story and words hold it  loud
//	urgent    passes     passes, counts            waits, or passes if set  waits    muted                    loud
//	normal    waits      counts, waits if over     waits                    waits    muted                    as set
//	low       waits      counts, waits if over     waits                    waits    muted                    silent
//
// The level is the article's own, or what the subscription raises it to. One article too many in a flood is normal by itself,
// and a chat that has switched flash off has urgent articles in its place.
//
// Where several subscriptions of the target match, the earliest plan counts, and of equally early ones the loudest.
//
// # Where rules meet
//
//   - An article waits for the first scheduled moment after it came, or after the schedule or zone last changed. Nothing is
//     computed from the last digest: an empty day moves nothing, and after an outage a digest comes late, once.
//   - A digest that is due within quiet hours, or a pause, comes at their end.
//   - What quiet hours held joins a digest that is due within two hours.
//   - What is over the limit comes as one list: with the next digest, or at the first full hour at which the limit has room.
//     What comes until then joins it. Digests come on time even if the limit is used up, and count.
//   - The plan of an alert, decided again at its moment, is to send it.
//
// # Time
//
// All times are the target's, in an IANA zone. A local time that a day doesn't have means the first moment after the gap; one
// that it has twice means the first. Hours run by elapsed time. Weekdays are local, and quiet hours over midnight belong to
// the day on which they begin.
package plan
