#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "engine/numbers.h"
#include "estimation/publishing/in_language.h"
#include "estimation/publishing/words.h"

namespace cifra {

namespace {

// What `estimates.csv` calls a part of a method, an interval or a notice; `*` stands for one word of it, which the
// printed name takes over.
struct MethodName {
    std::string_view id, en, es, fr, pt;
};

constexpr std::array methods = std::to_array<MethodName>({
    {"linearized", "Taylor linearization", "linealización de Taylor", "linéarisation de Taylor",
     "linearização de Taylor"},
    {"ultimate clusters with replacement", "ultimate clusters with replacement", "conglomerados últimos con reemplazo",
     "grappes ultimes avec remise", "conglomerados últimos com reposição"},
    {"without replacement", "without replacement", "sin reemplazo", "sans remise", "sem reposição"},
    {"1 stage", "1 stage", "1 etapa", "1 degré", "1 estágio"},
    {"* stages", "* stages", "* etapas", "* degrés", "* estágios"},
    {"residuals of the weighting chain", "the weighting steps taken into account",
     "con los pasos de la ponderación tomados en cuenta", "étapes de la pondération prises en compte",
     "com os passos da ponderação levados em conta"},
    {"response estimated", "response propensities as estimates", "propensiones de respuesta como estimaciones",
     "propensions de réponse estimées", "propensões de resposta como estimativas"},
    {"residuals of the calibration", "residuals of the calibration", "residuos de la calibración", "résidus du calage",
     "resíduos da calibração"},
    {"successive differences", "successive differences", "diferencias sucesivas", "différences successives",
     "diferenças sucessivas"},
    {"circular successive differences", "circular successive differences", "diferencias sucesivas circulares",
     "différences successives circulaires", "diferenças sucessivas circulares"},
    {"two phases (full)", "two phases", "dos fases", "deux phases", "duas fases"},
    {"two phases (approx)", "two phases, approximation", "dos fases, aproximación", "deux phases, approximation",
     "duas fases, aproximação"},
    {"lonely_psu=certainty", "strata of one PSU taken as certain",
     "estratos de una UPM tomados como autorrepresentados", "strates d’une seule UPE prises comme certaines",
     "estratos de uma UPA tomados como autorrepresentativos"},
    {"lonely_psu=adjust", "strata of one PSU about the overall mean", "estratos de una UPM respecto a la media general",
     "strates d’une seule UPE autour de la moyenne générale", "estratos de uma UPA em torno da média geral"},
    {"lonely_psu=adjust_from_zero", "strata of one PSU about zero", "estratos de una UPM respecto a cero",
     "strates d’une seule UPE autour de zéro", "estratos de uma UPA em torno de zero"},
    {"lonely_psu=average", "strata of one PSU with the mean variance of the others",
     "estratos de una UPM con la varianza media de los demás",
     "strates d’une seule UPE avec la variance moyenne des autres",
     "estratos de uma UPA com a variância média dos demais"},
    {"lonely_psu=collapse", "strata of one PSU collapsed with another", "estratos de una UPM unidos a otro",
     "strates d’une seule UPE regroupées avec une autre", "estratos de uma UPA agrupados com outro"},
    {"lonely_psu=remove", "strata of one PSU without variance", "estratos de una UPM sin varianza",
     "strates d’une seule UPE sans variance", "estratos de uma UPA sem variância"},
    {"hajek_deville", "Hájek–Deville", "Hájek–Deville", "Hájek–Deville", "Hájek–Deville"},
    {"deville", "Deville", "Deville", "Deville", "Deville"},
    {"brewer", "Brewer", "Brewer", "Brewer", "Brewer"},
    {"hartley_rao", "Hartley–Rao", "Hartley–Rao", "Hartley–Rao", "Hartley–Rao"},
    {"overton", "Overton", "Overton", "Overton", "Overton"},
    {"sen_yates_grundy", "Sen–Yates–Grundy", "Sen–Yates–Grundy", "Sen–Yates–Grundy", "Sen–Yates–Grundy"},
    {"horvitz_thompson", "Horvitz–Thompson", "Horvitz–Thompson", "Horvitz–Thompson", "Horvitz–Thompson"},
    {"poisson", "Poisson", "Poisson", "Poisson", "Poisson"},
    {"rao_hartley_cochran", "Rao–Hartley–Cochran", "Rao–Hartley–Cochran", "Rao–Hartley–Cochran", "Rao–Hartley–Cochran"},
    {"domain_lonely=adjust", "PSUs alone in a domain about the overall mean",
     "UPM solas en un dominio respecto a la media general", "UPE seules dans un domaine autour de la moyenne générale",
     "UPAs sós num domínio em torno da média geral"},
    {"domain_lonely=adjust_from_zero", "PSUs alone in a domain about zero", "UPM solas en un dominio respecto a cero",
     "UPE seules dans un domaine autour de zéro", "UPAs sós num domínio em torno de zero"},
    {"domain_lonely=average", "PSUs alone in a domain with the mean variance of the others",
     "UPM solas en un dominio con la varianza media de las demás",
     "UPE seules dans un domaine avec la variance moyenne des autres",
     "UPAs sós num domínio com a variância média das demais"},
    {"* * replicates about the estimate", "* * replicates about the estimate", "* réplicas * respecto a la estimación",
     "* répliques * autour de l’estimation", "* réplicas * em torno da estimativa"},
    {"* * replicates about the mean of the replicates", "* * replicates about their mean",
     "* réplicas * respecto a su media", "* répliques * autour de leur moyenne", "* réplicas * em torno da sua média"},
});

constexpr std::array intervals = std::to_array<MethodName>({
    {"logit", "logit", "logit", "logit", "logit"},
    {"korn_graubard", "Korn–Graubard", "Korn–Graubard", "Korn–Graubard", "Korn–Graubard"},
    {"log", "logarithmic scale", "escala logarítmica", "échelle logarithmique", "escala logarítmica"},
    {"t", "Student's t", "t de Student", "t de Student", "t de Student"},
    {"one_sided", "one-sided limit where no case or every case was found",
     "límite unilateral donde no hubo caso o todos lo fueron",
     "borne unilatérale lorsqu’aucun cas ou tous ont été observés",
     "limite unilateral onde nenhum caso ou todos foram observados"},
    {"none", "none where there are no degrees of freedom", "ninguno donde no hay grados de libertad",
     "aucun sans degrés de liberté", "nenhum onde não há graus de liberdade"},
    {"gamma", "gamma, few cases", "gamma, pocos casos", "gamma, peu de cas", "gama, poucos casos"},
    {"gamma_t", "gamma with Student's t, few cases", "gamma con t de Student, pocos casos",
     "gamma avec t de Student, peu de cas", "gama com t de Student, poucos casos"},
    {"xlogit", "logit", "logit", "logit", "logit"},
    {"log_log", "log–log scale", "escala log–log", "échelle log–log", "escala log–log"},
    {"beta", "beta", "beta", "bêta", "beta"},
    {"likelihood_r", "likelihood", "verosimilitud", "vraisemblance", "verossimilhança"},
    {"normal", "normal", "normal", "normal", "normal"},
    {"wilson", "Wilson", "Wilson", "Wilson", "Wilson"},
    {"clopper_pearson", "Clopper–Pearson", "Clopper–Pearson", "Clopper–Pearson", "Clopper–Pearson"},
    {"arcsine", "arcsine", "arcoseno", "arc sinus", "arco seno"},
    {"likelihood", "likelihood", "verosimilitud", "vraisemblance", "verossimilhança"},
});

constexpr std::array notices = std::to_array<MethodName>({
    {"empty domain", "empty domain", "dominio vacío", "domaine vide", "domínio vazio"},
    {"no variance: the records do not differ", "no variance: the records do not differ",
     "sin varianza: los registros no difieren", "sans variance : les enregistrements ne diffèrent pas",
     "sem variância: os registros não diferem"},
    {"no variance: the weights meet this exactly, or the records do not differ",
     "no variance: the weights meet this exactly, or the records do not differ",
     "sin varianza: los ponderadores lo cumplen exactamente, o los registros no difieren",
     "sans variance : les poids l’atteignent exactement, ou les enregistrements ne diffèrent pas",
     "sem variância: os pesos o cumprem exatamente, ou os registros não diferem"},
    {"no variance: it cannot be estimated", "no variance: it cannot be estimated",
     "sin varianza: no es posible estimarla", "sans variance : elle ne peut être estimée",
     "sem variância: não é possível estimá-la"},
    {"negative variance estimate: no standard error", "negative variance estimate: no standard error",
     "estimación negativa de la varianza: sin error estándar", "estimation négative de la variance : pas d’erreur type",
     "estimativa negativa da variância: sem erro padrão"},
    {"no degrees of freedom: the standard error cannot be estimated",
     "no degrees of freedom: the standard error cannot be estimated",
     "sin grados de libertad: no es posible estimar el error estándar",
     "sans degrés de liberté : l’erreur type ne peut être estimée",
     "sem graus de liberdade: não é possível estimar o erro padrão"},
    {"item missing for * % of the weight", "item missing for *% of the weight", "dato faltante en * % del peso",
     "donnée manquante pour * % du poids", "dado faltante em *% do peso"},
    {"1 notice of the design", "1 notice of the design", "1 aviso del diseño", "1 avis du plan de sondage",
     "1 aviso do plano amostral"},
    {"* notices of the design", "* notices of the design", "* avisos del diseño", "* avis du plan de sondage",
     "* avisos do plano amostral"},
});

// The words that stand where `pattern` has `*`; nothing where the rest of the text is another one.
std::optional<std::vector<std::string>> words_where(std::string_view pattern, std::string_view text) {
    std::vector<std::string> words;
    for (const char sign : pattern) {
        if (sign == '*') {
            const std::size_t end = std::min(text.find(' '), text.size());
            if (end == 0) return std::nullopt;
            words.emplace_back(text.substr(0, end));
            text.remove_prefix(end);
        } else if (text.starts_with(sign)) {
            text.remove_prefix(1);
        } else {
            return std::nullopt;
        }
    }
    return text.empty() ? std::optional(words) : std::nullopt;
}

std::string with_words(std::string_view name, const std::vector<std::string>& words, const NumberStyle& style) {
    std::string text;
    std::size_t next = 0;
    for (const char sign : name) {
        if (sign != '*') {
            text += sign;
            continue;
        }
        for (const char of_word : words[next]) text += of_word == '.' ? style.decimal : std::string(1, of_word);
        ++next;
    }
    return text;
}

std::optional<std::string> translated(std::string_view id, const std::string& language) {
    for (const auto& list : {std::span<const MethodName>(methods), std::span<const MethodName>(intervals),
                             std::span<const MethodName>(notices)})
        for (const MethodName& method : list)
            if (const auto words = words_where(method.id, id))
                return with_words(in_language(language, method.en, method.es, method.fr, method.pt), *words,
                                  number_style(language));
    return std::nullopt;
}

}  // namespace

std::string method_name(const std::string& id, const std::string& language) {
    if (const auto whole = translated(id, language)) return *whole;
    std::string name;
    for (std::size_t begin = 0; begin <= id.size();) {
        const std::size_t end = std::min(id.find(", ", begin), id.size());
        const std::string part = id.substr(begin, end - begin);
        if (begin > 0) name += ", ";
        name += translated(part, language).value_or(part);
        begin = end + 2;
    }
    return name;
}

}  // namespace cifra
