package feed

import (
	"strings"
	"time"
)

// monthNames lists the names of the months, in full and short, in the languages that feeds are written in: English,
// German, French, Spanish, Italian, Portuguese, Dutch, Russian, Polish, Swedish, Danish, Norwegian, Finnish, Czech,
// Turkish, Greek, Ukrainian, Hungarian, Romanian, Indonesian, Catalan.
const monthNames = `
january jan januar jänner jän janvier janv enero ene gennaio gen janeiro januari января январь янв stycznia styczeń sty tammikuuta tammikuu ledna leden ocak oca ιανουαρίου ιαν січня січ január ianuarie ian gener
february feb februar febr feber février févr fév fevrier fevr febrero febbraio fevereiro fev februari февраля февраль фев февр lutego luty lut helmikuuta helmikuu února únor şubat şub φεβρουαρίου φεβ лютого лют február februarie febrer
march mar märz mär mrz mars marzo março marco maart mrt марта март мар marca marzec maaliskuuta maaliskuu března březen mart μαρτίου μαρ березня бер március márc martie maret març
april apr avril avr abril abr aprile апреля апрель апр kwietnia kwiecień kwi huhtikuuta huhtikuu dubna duben nisan nis απριλίου απρ квітня квіт április ápr aprilie
may mai mayo maggio mag maio mei мая май maja maj toukokuuta toukokuu května květen mayıs μαΐου μαΐ травня трав május maig
june jun juni juin junio giugno giu junho июня июнь июн czerwca czerwiec cze kesäkuuta kesäkuu června červen haziran haz ιουνίου ιουν червня черв június jún iunie iun juny
july jul juli juillet juil julio luglio lug julho июля июль июл lipca lipiec lip heinäkuuta heinäkuu července červenec temmuz tem ιουλίου ιουλ липня лип július júl iulie iul juliol
august aug août aout agosto ago augustus августа август авг sierpnia sierpień sie elokuuta elokuu srpna srpen ağustos ağu αυγούστου αυγ серпня серп augusztus agustus agust agost augusti
september sep sept septembre septiembre setiembre settembre set setembro сентября сентябрь сен сент września wrzesień wrz syyskuuta syyskuu září eylül eyl σεπτεμβρίου σεπ вересня вер szeptember szept septembrie setembre
october oct oktober okt octobre octubre ottobre ott outubro out октября октябрь окт października październik paź lokakuuta lokakuu října říjen ekim eki οκτωβρίου οκτ жовтня жовт október octombrie
november nov novembre noviembre novembro ноября ноябрь ноя нояб listopada listopad lis marraskuuta marraskuu kasım kas νοεμβρίου νοε листопада лист noiembrie noi nopember
december dec dezember dez décembre déc diciembre dic dicembre dezembro декабря декабрь дек grudnia grudzień gru joulukuuta joulukuu prosince prosinec aralık ara δεκεμβρίου δεκ грудня груд decembrie desember des desembre`

// months has the month of each name, in lower case.
var months = numbered12(monthNames)

func numbered12(lines string) map[string]time.Month {
	named := make(map[string]time.Month)
	for i, line := range strings.Split(strings.TrimSpace(lines), "\n") {
		for name := range strings.FieldsSeq(line) {
			named[name] = time.Month(i + 1)
		}
	}
	return named
}

// weekdayNames lists the days of the week in the same languages. They are passed over.
const weekdayNames = `
monday tuesday wednesday thursday friday saturday sunday mon tue tues wed weds thu thur thurs fri sat sun
montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so
lundi mardi mercredi jeudi vendredi samedi dimanche lun mar mer jeu ven sam dim
lunes martes miércoles miercoles jueves viernes sábado sabado domingo mié mie jue vie sáb sab dom
lunedì martedì mercoledì giovedì venerdì sabato domenica gio
segunda terça terca quarta quinta sexta feira seg ter qua qui sex
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ma wo vr za zo
понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс
poniedziałek wtorek środa czwartek piątek sobota niedziela pon wt śr czw pt sob nie
måndag tisdag onsdag torsdag fredag lördag söndag mån tis ons tor tors fre lör sön
mandag tirsdag lørdag søndag man tir lør søn
maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai ti ke to pe la su
pondělí úterý čtvrtek pátek neděle po út st čt pá ne
pazartesi salı çarşamba perşembe cuma cumartesi pazar pzt sal çar per cum cmt paz
понеділок вівторок середа четвер пятниця субота неділя нд
luni marți miercuri joi vineri sâmbătă duminică senin selasa rabu kamis jumat sabtu minggu`

var weekdays = wordSet(weekdayNames)

func wordSet(words string) map[string]bool {
	set := make(map[string]bool)
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

// isFiller reports whether a word stands in dates and says nothing.
func isFiller(word string) bool {
	switch word {
	case "t", "st", "nd", "rd", "th", "er", "e", "at", "on", "of", "the", "de", "del", "um", "am", "den", "der", "vom", "à", "a", "às", "as", "le", "il", "alle",
		"ore", "las", "los", "el", "om", "kl", "klo", "o", "г", "года", "год", "в", "р", "року", "о", "uhr", "h", "posted", "published", "updated", "date":
		return true
	}
	return false
}
