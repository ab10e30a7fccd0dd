#include "tests/estimation/publishing/made_up_publication.h"

#include "engine/csv.h"

namespace cifra {

std::string made_up_estimates() {
    const std::string header =
        "table,indicator,domain,period,estimate,se,cv,lower,upper,level,interval,df,deff,n,n_cases,n_eff,weight_set,"
        "variance_method,quality,notices\n";
    const auto row = [](const std::string& key, const std::string& figures, const std::string& interval,
                        const std::string& quality) {
        return key + ",2025," + figures + ",0.95," + interval + ",40,1.4,700,175,500,person_weight,linearized," +
               quality + ",\n";
    };
    return header + row("by_sex,prev,", "0.2,0.01,0.05,0.18,0.22", "logit", "inegi_cv:high") +
           row("by_sex,prev,sex=1", "0.25,0.05,0.2,0.16,0.36", "logit", "inegi_cv:moderate") +
           row("by_sex,prev,sex=2", "0.125,0.05,0.4,0.05,0.2", "korn_graubard", "inegi_cv:low") +
           row("by_sex,total,", "12345.5,617,0.05,11100,13700", "log", "inegi_cv:high") +
           row("by_sex,total,sex=1", "9000,1800,0.2,6000,13500", "log", "inegi_cv:moderate") +
           row("by_region,prev,", "0.2,0.01,0.05,0.18,0.22", "logit", "inegi_cv:high") +
           row("by_region,prev,region=R1", "0.1,0.01,0.1,0.08,0.12", "logit", "inegi_cv:high") +
           row("by_region,prev,region=R2", "0.3,0.06,0.2,0.2,0.4", "logit", "inegi_cv:moderate") +
           row("by_region,prev,region=R3", "0.25,0.1,0.4,0.1,0.5", "logit", "inegi_cv:low") +
           row("by_region,prev,region=R4", ",,,,", "none", "inegi_cv:low");
}

PageTexts made_up_texts() {
    Diagnostics faults;
    PageTexts texts;
    read_table_texts(parse_yaml("title: {en: Crime & fear, es: Delito y miedo}\n"
                                "source: An office\n"
                                "indicators:\n  prev: {label: {en: Victims, es: Víctimas}}\n"
                                "  total: {label: {}, unit: {en: crimes, es: delitos}}\n"
                                "tables:\n  - {id: by_sex, title: {en: Victims by sex, es: Víctimas por sexo}}\n"
                                "  - {id: by_region, population: {en: Adults, es: Personas adultas}}\n",
                                "tables.yaml", faults),
                     texts, faults);
    texts.indicators["total"].label = {{"", hostile}};
    texts.tables[1].title = {{"", hostile}};
    texts.codebook = read_codebook(
        parse_yaml("sex: {type: text, label: {en: Sex, es: Sexo}, categories: {'1': {en: Men, es: Hombres}, '2': {en: "
                   "Women, es: Mujeres}}}\n"
                   "region: {type: text, label: {en: Region, es: Región}, categories: {R1: {en: North, es: Norte}, R2: "
                   "{en: South, es: Sur}, R3: {en: East, es: Este}}}\n",
                   "codebook.yaml", faults),
        faults);
    for (auto& [code, labels] : texts.codebook.variables[1].categories)
        if (code == "R3") labels = {{"", hostile}};
    faults.throw_if_errors();
    return texts;
}

MadeUpPublication::MadeUpPublication(const RowChoice& choice, const std::string& estimates) : rules(texts.quality) {
    Diagnostics faults;
    CsvOptions options;
    for (const char* name : {"domain", "period", "notices"}) options.types[name] = ColumnType::text;
    rows = published_rows(parse_csv(estimates, "estimates.csv", options, faults), choice, rules, faults);
    faults.throw_if_errors();
}

Page MadeUpPublication::page(const std::string& language) const {
    PageOptions options;
    options.language = language;
    return build_page(rows, texts, options, rules);
}

}  // namespace cifra
