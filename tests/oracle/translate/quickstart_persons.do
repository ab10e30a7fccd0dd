* Table 'persons', for audit: estimates and standard errors as cifra 0.1.0 makes them
version 16
clear frames

frame create dwellings
frame change dwellings
import delimited using "survey/out/weights.csv", varnames(1) case(preserve) stringcols(_all) clear
keep stratum psu dwelling certainty region area person_weight
destring certainty person_weight, replace

frame create persons
frame change persons
import delimited using "survey/out/person.csv", varnames(1) case(preserve) stringcols(_all) clear
keep household line sex age
replace sex = "" if sex == "-1"
replace sex = "" if sex == "9"
replace age = "" if age == "-1"
destring age, replace
frame change dwellings
generate double own_row = _n
frame change persons
frlink m:1 household, frame(dwellings dwelling) generate(to_dwellings)
frget row_dwellings = own_row, from(to_dwellings)
generate strL sex_group = sex
generate strL age_group = ""
replace age_group = "18-29" if age_group == "" & (!(missing(age)) & (age < 30))
replace age_group = "30-44" if age_group == "" & (!(missing(age)) & (age < 45))
replace age_group = "45-59" if age_group == "" & (!(missing(age)) & (age < 60))
replace age_group = "60+" if age_group == "" & (!(missing(age)) & (age >= 60))
frame change dwellings
generate strL region_name = region
frame change persons
frget region_name = region_name, from(to_dwellings)
frame change dwellings
generate strL area_type = area
frame change persons
frget area_type = area_type, from(to_dwellings)

frame create personal_crimes
frame change personal_crimes
import delimited using "survey/out/incident.csv", varnames(1) case(preserve) stringcols(_all) clear
keep household line victim_unit times series
destring times, replace
frame change persons
generate double own_row = _n
frame change personal_crimes
frlink m:1 household line, frame(persons household line) generate(to_persons)
frget row_persons = own_row, from(to_persons)
keep if (!(missing(victim_unit)) & (victim_unit == "person"))
frame put *, into(below)
frame change below
generate double any_victims = 1
collapse (sum) any_victims, by(row_persons)
frame change persons
frlink 1:1 own_row, frame(below row_persons) generate(to_below)
frget any_victims, from(to_below)
replace any_victims = 0 if missing(any_victims)
drop to_below
frame drop below
replace any_victims = any_victims > 0
frget person_weight = person_weight, from(to_dwellings)
generate double record_weight = person_weight
generate byte in_victims = 1
generate double num_victims = cond(in_victims, 100 * any_victims, 0)
frame change personal_crimes
frget record_weight = record_weight, from(to_persons)
generate double times_series = times
generate byte count_unknown = missing(times_series)
replace times_series = min(times_series, 10)
replace times_series = 6 if count_unknown
drop count_unknown
replace times_series = 1 if !((series == "1"))
generate double weight_series = record_weight * times_series
frame put *, into(below)
frame change below
generate double records_crimes_per_1000 = weight_series
collapse (sum) records_crimes_per_1000, by(row_persons)
frame change persons
frlink 1:1 own_row, frame(below row_persons) generate(to_below)
frget records_crimes_per_1000, from(to_below)
replace records_crimes_per_1000 = 0 if missing(records_crimes_per_1000)
drop to_below
frame drop below
replace records_crimes_per_1000 = cond(record_weight > 0, records_crimes_per_1000 / record_weight, 0)
generate byte in_crimes_per_1000 = 1
generate double num_crimes_per_1000 = cond(in_crimes_per_1000, 1000 * records_crimes_per_1000, 0)
frame change personal_crimes
frame put *, into(below)
frame change below
generate double any_crimes_per_victim = 1
collapse (sum) any_crimes_per_victim, by(row_persons)
frame change persons
frlink 1:1 own_row, frame(below row_persons) generate(to_below)
frget any_crimes_per_victim, from(to_below)
replace any_crimes_per_victim = 0 if missing(any_crimes_per_victim)
drop to_below
frame drop below
replace any_crimes_per_victim = any_crimes_per_victim > 0
frame change personal_crimes
frame put *, into(below)
frame change below
generate double records_crimes_per_victim = weight_series
collapse (sum) records_crimes_per_victim, by(row_persons)
frame change persons
frlink 1:1 own_row, frame(below row_persons) generate(to_below)
frget records_crimes_per_victim, from(to_below)
replace records_crimes_per_victim = 0 if missing(records_crimes_per_victim)
drop to_below
frame drop below
replace records_crimes_per_victim = cond(record_weight > 0, records_crimes_per_victim / record_weight, 0)
generate byte in_crimes_per_victim = 1
generate double num_crimes_per_victim = cond(in_crimes_per_victim, records_crimes_per_victim, 0)
generate double den_crimes_per_victim = cond(in_crimes_per_victim, any_crimes_per_victim, 0)
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
frame change persons
append using `units'
foreach variable in in_victims num_victims in_crimes_per_1000 num_crimes_per_1000 in_crimes_per_victim num_crimes_per_victim den_crimes_per_victim {
    replace `variable' = 0 if missing(record_weight) | record_weight <= 0
}
replace record_weight = 1 if missing(record_weight) | record_weight <= 0
egen stratum_code = group(stratum)
egen psu_code = group(stratum psu)
egen unit_code = group(stratum psu dwelling)
generate double design_stratum = cond(certainty == 1, -psu_code, stratum_code)
generate double design_psu = cond(certainty == 1, unit_code, psu_code)
svyset design_psu [pweight=record_weight], strata(design_stratum) vce(linearized) singleunit(missing)
* victims: the whole
svy, subpop(in_victims): mean num_victims
* victims: sex_group
capture drop domain
egen domain = group(sex_group), label
svy, subpop(in_victims): mean num_victims, over(domain)
* victims: age_group
capture drop domain
egen domain = group(age_group), label
svy, subpop(in_victims): mean num_victims, over(domain)
* victims: region_name
capture drop domain
egen domain = group(region_name), label
svy, subpop(in_victims): mean num_victims, over(domain)
* victims: area_type
capture drop domain
egen domain = group(area_type), label
svy, subpop(in_victims): mean num_victims, over(domain)
* crimes_per_1000: the whole
svy, subpop(in_crimes_per_1000): mean num_crimes_per_1000
* crimes_per_1000: sex_group
capture drop domain
egen domain = group(sex_group), label
svy, subpop(in_crimes_per_1000): mean num_crimes_per_1000, over(domain)
* crimes_per_1000: age_group
capture drop domain
egen domain = group(age_group), label
svy, subpop(in_crimes_per_1000): mean num_crimes_per_1000, over(domain)
* crimes_per_1000: region_name
capture drop domain
egen domain = group(region_name), label
svy, subpop(in_crimes_per_1000): mean num_crimes_per_1000, over(domain)
* crimes_per_1000: area_type
capture drop domain
egen domain = group(area_type), label
svy, subpop(in_crimes_per_1000): mean num_crimes_per_1000, over(domain)
* crimes_per_victim: the whole
svy, subpop(in_crimes_per_victim): ratio num_crimes_per_victim/den_crimes_per_victim
* crimes_per_victim: sex_group
capture drop domain
egen domain = group(sex_group), label
svy, subpop(in_crimes_per_victim): ratio num_crimes_per_victim/den_crimes_per_victim, over(domain)
* crimes_per_victim: age_group
capture drop domain
egen domain = group(age_group), label
svy, subpop(in_crimes_per_victim): ratio num_crimes_per_victim/den_crimes_per_victim, over(domain)
* crimes_per_victim: region_name
capture drop domain
egen domain = group(region_name), label
svy, subpop(in_crimes_per_victim): ratio num_crimes_per_victim/den_crimes_per_victim, over(domain)
* crimes_per_victim: area_type
capture drop domain
egen domain = group(area_type), label
svy, subpop(in_crimes_per_victim): ratio num_crimes_per_victim/den_crimes_per_victim, over(domain)

