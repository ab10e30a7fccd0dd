#include "estimation/records/comparison_words.h"

namespace cifra {

const ComparisonWords french_comparison_words = {
    .title = "Enquête et délinquance enregistrée",
    .lead = "Ce que la population a subi, ce qu’elle a signalé et ce qui a été enregistré, {}",
    .reading = "Comment lire ces tableaux",
    .reading_text =
        "Les chiffres de l’enquête proviennent d’un échantillon et ont une marge d’erreur : l’intervalle contient la "
        "vraie valeur avec une confiance de {} %. Les infractions enregistrées sont dénombrées, et ne sont comparées à "
        "l’enquête que là où les deux sources parlent des mêmes infractions contre la même population ; ce qui n’a pu "
        "être mis en regard est énuméré avec son motif.",
    .crime = "Infraction",
    .area = "Lieu des faits",
    .whole_area = "Ensemble",
    .all_crimes = "Toutes les infractions comparées",
    .volumes = "Incidents, signalements et enregistrements",
    .volumes_note =
        "L’enquête estime les incidents et les signalements ; les enregistrements sont dénombrés, puis "
        "ajustés à sa population.",
    .incidents = "Incidents",
    .reported = "Signalés",
    .with_file = "Avec procédure ouverte",
    .records = "Enregistrements dénombrés",
    .records_adjusted = "Enregistrements ajustés",
    .dark_figure = "Incidents non enregistrés",
    .ratios = "Signalement, enregistrement et captation",
    .ratios_note =
        "La captation est le signalement multiplié par l’enregistrement : enregistrements pour 100 incidents "
        "subis.",
    .reporting_rate = "Taux de signalement",
    .official_dark_share = "Chiffre noir (sans procédure)",
    .recording_ratio = "Ratio d’enregistrement",
    .capture_ratio = "Ratio de captation",
    .expansion_factor = "Incidents par enregistrement",
    .by_area = "Captation par lieu",
    .by_area_note = "Selon le lieu des faits. Aucun ratio n’est montré là où l’enquête n’est pas fiable.",
    .trend = "Évolution de {} à {}",
    .trend_note =
        "Indices : {} = 100. L’évolution de ce qui est enregistré est celle des incidents, du signalement et de "
        "l’enregistrement pris ensemble : contributions en points logarithmiques (× 100), qui s’additionnent.",
    .index_incidents = "Incidents, indice",
    .index_reported = "Signalés, indice",
    .index_records = "Enregistrements, indice",
    .change_records = "Évolution des enregistrements",
    .change_incidents = "Part des incidents",
    .change_reporting = "Part du signalement",
    .change_recording = "Part de l’enregistrement",
    .gap = "Incidents moins enregistrements",
    .p_value = "p",
    .subset = "Ce qui est comparé",
    .subset_note =
        "Codes de la Classification internationale des infractions (ICCS). L’entrée la plus proche au-dessus "
        "d’un code décide.",
    .code = "Code",
    .offence = "Infraction",
    .compared_as = "Comparé comme",
    .records_of = "Enregistrements {}",
    .reason = "Motif",
    .not_compared = "non comparé",
    .no_reason = "aucun motif déclaré",
    .both_sides = "Comment les deux sources ont été mises en regard",
    .survey_side = "Enquête",
    .records_side = "Enregistrements",
    .adjustments = "Ajustement des enregistrements",
    .factor = "Facteur",
    .value = "Valeur",
    .source = "Source",
    .duplicates = "Part des doublons",
    .covered = "Part dont la victime appartient à la population enquêtée",
    .victims = "Victimes par incident",
    .units = "Incidents par unité de compte",
    .counting_rules = "Règles de comptage des enregistrements",
    .methods = "Méthodes",
    .methods_text =
        "S, R et D sont des totaux pondérés d’un même fichier d’incidents : tous, ceux qui furent signalés, ceux dont "
        "une procédure fut ouverte. P est le nombre d’enregistrements × (1 − doublons) × part couverte × victimes par "
        "incident × incidents par unité. Taux de signalement R/S ; ratio d’enregistrement P/R ; ratio de captation "
        "P/S ; incidents par enregistrement S/P ; incidents non enregistrés S − P ; chiffre noir tel que le publient "
        "les instituts nationaux 1 − D/S. Les erreurs types de l’enquête sont linéarisées sur les strates et les "
        "unités primaires d’échantillonnage ; les enregistrements sont un recensement.",
    .method_of_interval =
        "Intervalles : logit pour les parts, logarithmique pour les ratios, t de Student avec les degrés de liberté du "
        "plan ; là où un facteur est déclaré comme intervalle, {} tirages des facteurs (uniformes) et de l’erreur de "
        "l’enquête.",
    .flag_above = "ratio d’enregistrement supérieur à 1,2 : enregistrements de tiers, ou d’une population plus large",
    .flag_below =
        "ratio d’enregistrement inférieur à 0,5 : la moitié de ce qui est signalé n’est pas enregistrée comme "
        "telle",
    .flag_one = "l’intervalle du ratio d’enregistrement contient 1 : tout ce qui est signalé est peut-être enregistré",
    .flag_few = "moins de 50 incidents dans l’échantillon",
    .refused = "n.f.",
    .refused_note = "non montré : l’enquête n’est pas fiable ici selon sa règle de précision",
    .per_cent = "%",
    .per_100 = "enregistrements pour 100 incidents",
    .no_value = "–",
    .precision = "Règle de précision",
    .chart_description = "{} estimations avec leurs intervalles de confiance.",
};

const ComparisonWords portuguese_comparison_words = {
    .title = "Pesquisa e crimes registrados",
    .lead = "O que a população sofreu, o que comunicou e o que foi registrado, {}",
    .reading = "Como ler estas tabelas",
    .reading_text =
        "Os números da pesquisa provêm de uma amostra e têm uma margem de erro: o intervalo contém o valor verdadeiro "
        "com {} % de confiança. Os crimes registrados são contados, e só se comparam com a pesquisa onde as duas "
        "fontes falam dos mesmos crimes contra a mesma população; o que não pôde ser alinhado é listado com o motivo.",
    .crime = "Crime",
    .area = "Área de ocorrência",
    .whole_area = "Conjunto",
    .all_crimes = "Todos os crimes comparados",
    .volumes = "Incidentes, comunicações e registros",
    .volumes_note =
        "A pesquisa estima incidentes e comunicações; os registros são contados e ajustados à sua população.",
    .incidents = "Incidentes",
    .reported = "Comunicados",
    .with_file = "Com inquérito aberto",
    .records = "Registros contados",
    .records_adjusted = "Registros ajustados",
    .dark_figure = "Incidentes não registrados",
    .ratios = "Comunicação, registro e captação",
    .ratios_note = "A captação é a comunicação vezes o registro: registros para cada 100 incidentes sofridos.",
    .reporting_rate = "Taxa de comunicação",
    .official_dark_share = "Cifra oculta (sem inquérito)",
    .recording_ratio = "Razão de registro",
    .capture_ratio = "Razão de captação",
    .expansion_factor = "Incidentes por registro",
    .by_area = "Captação por área",
    .by_area_note = "Segundo a área onde o crime ocorreu. Não se mostra nenhuma razão onde a pesquisa não é confiável.",
    .trend = "Mudança de {} a {}",
    .trend_note =
        "Índices: {} = 100. A mudança do que foi registrado é a dos incidentes, a da comunicação e a do registro em "
        "conjunto: contribuições em pontos logarítmicos (× 100), que se somam.",
    .index_incidents = "Incidentes, índice",
    .index_reported = "Comunicados, índice",
    .index_records = "Registros, índice",
    .change_records = "Mudança dos registros",
    .change_incidents = "Parte dos incidentes",
    .change_reporting = "Parte da comunicação",
    .change_recording = "Parte do registro",
    .gap = "Incidentes menos registros",
    .p_value = "p",
    .subset = "O que se compara",
    .subset_note =
        "Códigos da Classificação Internacional de Crimes (ICCS). Decide a entrada mais próxima acima de um código.",
    .code = "Código",
    .offence = "Crime",
    .compared_as = "Comparado como",
    .records_of = "Registros {}",
    .reason = "Motivo",
    .not_compared = "não se compara",
    .no_reason = "sem motivo declarado",
    .both_sides = "Como as duas fontes foram alinhadas",
    .survey_side = "Pesquisa",
    .records_side = "Registros",
    .adjustments = "Ajuste dos registros",
    .factor = "Fator",
    .value = "Valor",
    .source = "Fonte",
    .duplicates = "Proporção de duplicados",
    .covered = "Proporção com vítimas da população pesquisada",
    .victims = "Vítimas por incidente",
    .units = "Incidentes por unidade de contagem",
    .counting_rules = "Regras de contagem dos registros",
    .methods = "Métodos",
    .methods_text =
        "S, R e D são totais ponderados de um mesmo arquivo de incidentes: todos, os comunicados e os que têm "
        "inquérito aberto. P é o número de registros vezes (1 − duplicados) × proporção coberta × vítimas por "
        "incidente × incidentes por unidade. Taxa de comunicação R/S; razão de registro P/R; razão de captação P/S; "
        "incidentes por registro S/P; incidentes não registrados S − P; cifra oculta como a publicam os institutos "
        "nacionais 1 − D/S. Os erros padrão da pesquisa são linearizados sobre estratos e unidades primárias de "
        "amostragem; os registros são um censo.",
    .method_of_interval =
        "Intervalos: logit para proporções, logarítmico para razões, t de Student com os graus de liberdade do plano; "
        "onde um fator é declarado como intervalo, {} sorteios dos fatores (uniformes) e do erro da pesquisa.",
    .flag_above = "razão de registro acima de 1,2: registros de terceiros, ou de uma população mais ampla",
    .flag_below = "razão de registro abaixo de 0,5: metade do que é comunicado não consta como tal",
    .flag_one = "o intervalo da razão de registro contém o 1: tudo o que é comunicado pode estar registrado",
    .flag_few = "menos de 50 incidentes na amostra",
    .refused = "n.c.",
    .refused_note = "não se mostra: a pesquisa não é confiável aqui segundo a sua regra de precisão",
    .per_cent = "%",
    .per_100 = "registros para cada 100 incidentes",
    .no_value = "–",
    .precision = "Regra de precisão",
    .chart_description = "{} estimativas com seus intervalos de confiança.",
};

}  // namespace cifra
