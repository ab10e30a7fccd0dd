#include "estimation/records/flow_words.h"

namespace cifra {

const FlowWords french_flow_words{
    .title = "Des faits à la peine",
    .lead =
        "Ce que sont devenues les infractions dans chaque institution, de ce que les personnes ont subi à la peine de "
        "prison.",
    .about_title = "Comment lire cette page",
    .about =
        "Une coupe transversale compare ce que chaque étape a compté en une année : ce ne sont pas les mêmes "
        "infractions. Une cohorte suit les mêmes événements jusqu’à un jour après lequel on ne sait plus rien. Chaque "
        "tableau dit de quoi il s’agit. Les parts sont celles de l’étape précédente et de la première ; un intervalle "
        "est donné là où entre une estimation de l’enquête ou un facteur incertain.",
    .cross_section = "Coupe transversale de {}",
    .cross_lead = "Nombres d’une année à chaque étape ; les barres claires sont des estimations de l’enquête.",
    .cohort = "Cohorte du {} au {}",
    .cohort_lead = "Événements entrés comme « {} » pendant ces jours, suivis jusqu’au {}.",
    .whereabouts = "Où en sont les événements",
    .times = "Jours jusqu’à chaque étape",
    .times_note =
        "Kaplan–Meier, bornes de {} % à l’échelle log-log. Événements terminés : « suivis jusqu’à leur fin » donne le "
        "rythme du travail sur les événements ouverts ; « conservés » donne la part de tous les événements qui ont "
        "atteint l’étape.",
    .impunity = "Impunité",
    .impunity_note = "La part qui n’a pas abouti à une condamnation, selon ce dont elle est la part.",
    .caseload = "Charge de travail",
    .caseload_note =
        "Résolution : résolus sur entrés. Durée : jours pour résoudre ce qui est en attente, au rythme de "
        "l’année.",
    .sdg = "Indicateurs des ODD",
    .uncts = "Infractions et personnes selon l’ICCS",
    .uncts_note = "Le total de chaque code comprend tous les codes placés sous lui, comptés une fois.",
    .methods = "Méthodes",
    .factors = "Unités d’une étape pour chaque unité d’une autre",
    .stage = "Étape",
    .institution = "Institution",
    .source = "Source",
    .unit = "Compte",
    .count = "Nombre",
    .interval = "Intervalle",
    .transition = "De l’étape précédente",
    .cumulative = "De la première étape",
    .of_before = "de l’étape précédente",
    .funnel_description = "Barres de {} étapes, selon leur part de la première ; le tableau donne tous les chiffres.",
    .cohort_description = "Part de la cohorte qui a atteint chaque étape, par jours depuis l’entrée.",
    .days_axis = "jours depuis l’entrée",
    .went_on = "A continué",
    .ended = "Terminé ici",
    .pending = "En attente",
    .entered = "Entré",
    .quarter = "Un quart",
    .median = "La moitié",
    .three_quarters = "Trois quarts",
    .endings = "Événements terminés",
    .censored = "suivis jusqu’à leur fin",
    .kept = "conservés",
    .reached = "L’ont atteinte",
    .measure = "Mesure",
    .value = "Valeur",
    .year = "Année",
    .pending_start = "En attente au début",
    .incoming = "Entrés",
    .resolved = "Résolus",
    .pending_end = "En attente à la fin",
    .clearance = "Taux de résolution",
    .pending_ratio = "Ratio d’attente",
    .congestion = "Taux d’engorgement",
    .duration = "Durée, jours",
    .goal = "Indicateur",
    .series = "Série",
    .sex = "Sexe",
    .offence = "Infraction",
    .block = "Comptés",
    .offences = "infractions",
    .suspected = "personnes suspectées",
    .prosecuted = "personnes poursuivies",
    .convicted = "personnes condamnées",
    .prisoners = "personnes détenues",
    .numerator = "Numérateur",
    .denominator = "Dénominateur",
    .all = "total",
    .female = "femmes",
    .male = "hommes",
    .minor = "mineurs",
    .adult = "adultes",
    .survey = "estimation de l’enquête",
    .counts = "tableau de nombres",
    .events = "enregistrements d’événements",
    .from = "De",
    .to = "À",
    .factor = "Facteur",
    .method_text =
        "Avec N le nombre d’une étape dans sa propre unité et u les unités de cette étape qui en font une de l’étape "
        "précédente, le taux est (N / u) divisé par le nombre précédent. Un nombre d’enregistrements est pris tel "
        "quel ; l’intervalle d’une estimation est reporté, celui de deux estimations d’une même enquête emploie leur "
        "covariance ou, si elle n’est pas connue, la plus grande variance que donne une corrélation. Un facteur connu "
        "comme intervalle élargit les bornes sur toute son étendue.",
};

const FlowWords portuguese_flow_words{
    .title = "Do fato à sentença",
    .lead = "O que foi feito do crime em cada instituição, do que as pessoas sofreram à pena de prisão.",
    .about_title = "Como ler esta página",
    .about =
        "Um corte transversal compara o que cada etapa contou em um ano: não são os mesmos crimes. Uma coorte "
        "acompanha os mesmos eventos até um dia depois do qual nada se sabe. Cada tabela diz qual é. As proporções "
        "são da etapa anterior e da primeira; há intervalo onde entra uma estimativa da pesquisa ou um fator incerto.",
    .cross_section = "Corte transversal de {}",
    .cross_lead = "Contagens de um ano em cada etapa; as barras claras são estimativas da pesquisa.",
    .cohort = "Coorte de {} a {}",
    .cohort_lead = "Eventos que entraram como «{}» nesses dias, acompanhados até {}.",
    .whereabouts = "Onde estão os eventos",
    .times = "Dias até cada etapa",
    .times_note =
        "Kaplan–Meier, limites de {} % na escala log-log. Eventos encerrados: «acompanhados até o fim» dá o ritmo do "
        "trabalho sobre os eventos abertos; «mantidos» dá a proporção de todos os eventos que chegou à etapa.",
    .impunity = "Impunidade",
    .impunity_note = "A proporção que não terminou em condenação, segundo do que é proporção.",
    .caseload = "Carga de trabalho",
    .caseload_note =
        "Resolução: resolvidos sobre ingressados. Duração: dias para resolver o pendente, ao ritmo do ano.",
    .sdg = "Indicadores dos ODS",
    .uncts = "Crimes e pessoas segundo a ICCS",
    .uncts_note = "O total de cada código inclui os que estão abaixo dele, contados uma vez.",
    .methods = "Métodos",
    .factors = "Unidades de uma etapa para cada unidade de outra",
    .stage = "Etapa",
    .institution = "Instituição",
    .source = "Fonte",
    .unit = "Conta",
    .count = "Contagem",
    .interval = "Intervalo",
    .transition = "Da etapa anterior",
    .cumulative = "Da primeira etapa",
    .of_before = "da etapa anterior",
    .funnel_description = "Barras de {} etapas, segundo a sua proporção da primeira; a tabela tem todos os números.",
    .cohort_description = "Proporção da coorte que chegou a cada etapa, por dias desde a entrada.",
    .days_axis = "dias desde a entrada",
    .went_on = "Seguiu",
    .ended = "Terminou aqui",
    .pending = "Pendente",
    .entered = "Entrou",
    .quarter = "Um quarto",
    .median = "A metade",
    .three_quarters = "Três quartos",
    .endings = "Eventos encerrados",
    .censored = "acompanhados até o fim",
    .kept = "mantidos",
    .reached = "Chegaram",
    .measure = "Medida",
    .value = "Valor",
    .year = "Ano",
    .pending_start = "Pendentes no início",
    .incoming = "Ingressados",
    .resolved = "Resolvidos",
    .pending_end = "Pendentes no fim",
    .clearance = "Taxa de resolução",
    .pending_ratio = "Taxa de pendência",
    .congestion = "Taxa de congestionamento",
    .duration = "Duração, dias",
    .goal = "Indicador",
    .series = "Série",
    .sex = "Sexo",
    .offence = "Crime",
    .block = "Contam-se",
    .offences = "crimes",
    .suspected = "pessoas suspeitas",
    .prosecuted = "pessoas processadas",
    .convicted = "pessoas condenadas",
    .prisoners = "pessoas presas",
    .numerator = "Numerador",
    .denominator = "Denominador",
    .all = "total",
    .female = "mulheres",
    .male = "homens",
    .minor = "menores de idade",
    .adult = "pessoas adultas",
    .survey = "estimativa da pesquisa",
    .counts = "tabela de contagens",
    .events = "registros de eventos",
    .from = "De",
    .to = "A",
    .factor = "Fator",
    .method_text =
        "Com N a contagem de uma etapa na sua própria unidade e u as unidades desta etapa que fazem uma da anterior, "
        "a proporção é (N / u) dividido pela contagem anterior. Uma contagem de registros é tomada como está; o "
        "intervalo de uma estimativa é transportado, e o de duas estimativas de uma mesma pesquisa usa a sua "
        "covariância ou, se não é conhecida, a maior variância que qualquer correlação dá. Um fator conhecido como "
        "intervalo alarga os limites sobre todo ele.",
};

}  // namespace cifra
