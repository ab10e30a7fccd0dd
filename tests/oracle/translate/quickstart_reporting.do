* Table 'reporting', for audit: estimates and standard errors as cifra 0.1.0 makes them
version 16
clear frames

frame create dwellings
frame change dwellings
import delimited using "survey/out/weights.csv", varnames(1) case(preserve) stringcols(_all) clear
keep stratum psu dwelling certainty household_weight person_weight
destring certainty household_weight person_weight, replace

frame create persons
frame change persons
import delimited using "survey/out/person.csv", varnames(1) case(preserve) stringcols(_all) clear
keep household line
frame change dwellings
generate double own_row = _n
frame change persons
frlink m:1 household, frame(dwellings dwelling) generate(to_dwellings)
frget row_dwellings = own_row, from(to_dwellings)

frame create personal_crimes
frame change personal_crimes
import delimited using "survey/out/incident.csv", varnames(1) case(preserve) stringcols(_all) clear
keep household line victim_unit times series reported reported_by_other file_opened
replace reported = "" if reported == "-1"
replace reported = "" if reported == "8"
replace reported = "" if reported == "9"
replace reported_by_other = "" if reported_by_other == "-1"
replace reported_by_other = "" if reported_by_other == "8"
replace reported_by_other = "" if reported_by_other == "9"
replace file_opened = "" if file_opened == "-1"
replace file_opened = "" if file_opened == "8"
replace file_opened = "" if file_opened == "9"
destring times, replace
frame change persons
generate double own_row = _n
frame change personal_crimes
frlink m:1 household line, frame(persons household line) generate(to_persons)
frget row_persons = own_row, from(to_persons)
keep if (!(missing(victim_unit)) & (victim_unit == "person"))
generate double told = cond(((reported == "1") | (reported_by_other == "1")), 1, cond((!(reported == "1") & !(reported_by_other == "1")), 0, .))
frame change persons
frget person_weight = person_weight, from(to_dwellings)
generate double record_weight = person_weight
frame change personal_crimes
frget record_weight = record_weight, from(to_persons)
generate double times_series = times
generate byte count_unknown = missing(times_series)
replace times_series = min(times_series, 10)
replace times_series = 6 if count_unknown
drop count_unknown
replace times_series = 1 if !((series == "1"))
generate double weight_series = record_weight * times_series
generate byte in_reported = 1 & !(!(told == 1) & !(told == 0))
generate double num_reported = cond(in_reported, 100 * cond((!(told == 1) & !(told == 0)), 0, told), 0)
generate double opened = cond(((told == 1) & (file_opened == "1")), 1, cond(((told == 0) | !(file_opened == "1")), 0, .))
generate byte in_dark_figure = 1 & !(!(opened == 0) & !(opened == 1))
generate double num_dark_figure = cond(in_dark_figure, 100 * cond((!(opened == 0) & !(opened == 1)), 0, cond((opened == 0), 1, cond((opened == 1), 0, .))), 0)

frame create household_crimes
frame change household_crimes
import delimited using "survey/out/incident.csv", varnames(1) case(preserve) stringcols(_all) clear
keep household victim_unit times series reported reported_by_other file_opened
replace reported = "" if reported == "-1"
replace reported = "" if reported == "8"
replace reported = "" if reported == "9"
replace reported_by_other = "" if reported_by_other == "-1"
replace reported_by_other = "" if reported_by_other == "8"
replace reported_by_other = "" if reported_by_other == "9"
replace file_opened = "" if file_opened == "-1"
replace file_opened = "" if file_opened == "8"
replace file_opened = "" if file_opened == "9"
destring times, replace
frlink m:1 household, frame(dwellings dwelling) generate(to_dwellings)
frget row_dwellings = own_row, from(to_dwellings)
keep if (!(missing(victim_unit)) & (victim_unit == "household"))
generate double told = cond(((reported == "1") | (reported_by_other == "1")), 1, cond((!(reported == "1") & !(reported_by_other == "1")), 0, .))
frame change dwellings
generate double record_weight = household_weight
frame change household_crimes
frget record_weight = record_weight, from(to_dwellings)
generate double times_series = times
generate byte count_unknown = missing(times_series)
replace times_series = min(times_series, 10)
replace times_series = 6 if count_unknown
drop count_unknown
replace times_series = 1 if !((series == "1"))
generate double weight_series = record_weight * times_series
generate byte in_household_reported = 1 & !(!(told == 1) & !(told == 0))
generate double num_household_reported = cond(in_household_reported, 100 * cond((!(told == 1) & !(told == 0)), 0, told), 0)
generate double opened = cond(((told == 1) & (file_opened == "1")), 1, cond(((told == 0) | !(file_opened == "1")), 0, .))
generate byte in_household_dark_figure = 1 & !(!(opened == 0) & !(opened == 1))
generate double num_household_dark_figure = cond(in_household_dark_figure, 100 * cond((!(opened == 0) & !(opened == 1)), 0, cond((opened == 0), 1, cond((opened == 1), 0, .))), 0)
frame change persons
frget psu = psu, from(to_dwellings)
frame change personal_crimes
frget psu = psu, from(to_persons)
frame change persons
frget dwelling = dwelling, from(to_dwellings)
frame change personal_crimes
frget dwelling = dwelling, from(to_persons)
frame change persons
frget stratum = stratum, from(to_dwellings)
frame change personal_crimes
frget stratum = stratum, from(to_persons)
frame change persons
frget certainty = certainty, from(to_dwellings)
frame change personal_crimes
frget certainty = certainty, from(to_persons)
* Every unit of the design, outside all domains: no PSU is lost.
frame change dwellings
frame put psu dwelling stratum certainty, into(units)
frame units: duplicates drop
tempfile units
frame units: save `units', replace
frame drop units
frame change personal_crimes
append using `units'
foreach variable in in_reported num_reported in_dark_figure num_dark_figure {
    replace `variable' = 0 if missing(weight_series) | weight_series <= 0
}
replace weight_series = 1 if missing(weight_series) | weight_series <= 0
egen stratum_code = group(stratum)
egen psu_code = group(stratum psu)
egen unit_code = group(stratum psu dwelling)
generate double design_stratum = cond(certainty == 1, -psu_code, stratum_code)
generate double design_psu = cond(certainty == 1, unit_code, psu_code)
svyset design_psu [pweight=weight_series], strata(design_stratum) vce(linearized) singleunit(missing)
* reported: the whole
svy, subpop(in_reported): mean num_reported
* dark_figure: the whole
svy, subpop(in_dark_figure): mean num_dark_figure
frame change household_crimes
frget psu = psu, from(to_dwellings)
frget dwelling = dwelling, from(to_dwellings)
frget stratum = stratum, from(to_dwellings)
frget certainty = certainty, from(to_dwellings)
* Every unit of the design, outside all domains: no PSU is lost.
frame change dwellings
frame put psu dwelling stratum certainty, into(units)
frame units: duplicates drop
tempfile units
frame units: save `units', replace
frame drop units
frame change household_crimes
append using `units'
foreach variable in in_household_reported num_household_reported in_household_dark_figure num_household_dark_figure {
    replace `variable' = 0 if missing(weight_series) | weight_series <= 0
}
replace weight_series = 1 if missing(weight_series) | weight_series <= 0
egen stratum_code = group(stratum)
egen psu_code = group(stratum psu)
egen unit_code = group(stratum psu dwelling)
generate double design_stratum = cond(certainty == 1, -psu_code, stratum_code)
generate double design_psu = cond(certainty == 1, unit_code, psu_code)
svyset design_psu [pweight=weight_series], strata(design_stratum) vce(linearized) singleunit(missing)
* household_reported: the whole
svy, subpop(in_household_reported): mean num_household_reported
* household_dark_figure: the whole
svy, subpop(in_household_dark_figure): mean num_household_dark_figure

