#!/usr/bin/env python3
# Writes data/countries.json: what is known of each country's rules, each rule with its source and that source's
# date. Run by hand when a rule changes (`data/make_countries.py > data/countries.json`); builds only read the result.
# Reads the state codes of Debian's package iso-codes. SPDX-License-Identifier: MIT
import json
import sys

SOURCES = [
    {
        "id": "cultures",
        "title": "Partner Center documentation, supported languages and locales (MicrosoftDocs/partner-center-sdk)",
        "date": "2021",
    },
    {
        "id": "recorded-US",
        "title": "answer of the real service (microsoft/Partner-Center-PowerShell, GetPartnerCountryValidation.json)",
        "date": "2019-01-11",
    },
    {
        "id": "recorded",
        "title": "answers of the real service (microsoft/Partner-Center-PowerShell, GetCountryValidationRules-*.json)",
        "date": "before 2019-01-11",
    },
    {
        "id": "documented",
        "title": "Partner Center documentation, create a customer and address validation"
        " (MicrosoftDocs/partner-center-sdk)",
        "date": "2021",
    },
    {
        "id": "iso-3166-2",
        "title": "ISO 3166-2 as in Debian's iso-codes 4.15.0: codes of at most two characters; nothing is refused by them",
        "date": "2023-04-27",
    },
    {
        "id": "inferred",
        "title": "follows from the documented rules of the field; no recording shows it",
        "date": "2026-11-23",
    },
    {
        "id": "chosen",
        "title": "nothing public says; chosen so that nothing is demanded or refused",
        "date": "2026-11-23",
    },
]

# The first culture of a country is its default.
CULTURES = """
    en-US: AG AI AN AQ AS BT CC CK CX DM FK FM GD GG GI GM GS GU GY HM IM IO JE KI LC LR LS MH MM MP MS MW NF NR NU PG PN PW SB SC SH SL SS SX SZ TC TK TO TV UM VC VG VI VU WS XK
    fr-FR en-US: BF BI BJ BL CD CF CG CI CM DJ FR GA GF GN GP HT KM MF MG ML MQ NC NE PF PM RE TD TF TG WF YT
    en-GB en-US: BB BM BS BW FJ GB GH KN KY MU NA TZ UG ZM
    nl-NL en-US: AW BQ CW NL XE XS
    ar-SA en-US: ER MR PS SA SO
    pt-PT en-US: AO GW PT ST TL
    nb-NO en-US: BV NO SJ XJ
    it-IT en-US: IT SM VA
    da-DK en-US: DK GL
    el-GR en-US: CY GR
    ro-RO en-US: MD RO
    sv-SE en-US: AX SE
    am-ET en-US: ET
    ar-AE en-US: AE
    ar-BH en-US: BH
    ar-DZ en-US: DZ
    ar-EG en-US: EG
    ar-IQ en-US: IQ
    ar-JO en-US: JO
    ar-KW en-US: KW
    ar-LB en-US: LB
    ar-LY en-US: LY
    ar-MA en-US: MA
    ar-OM en-US: OM
    ar-QA en-US: QA
    ar-TN en-US: TN
    ar-YE en-US: YE
    az-Latn-AZ en-US: AZ
    be-BY en-US: BY
    bg-BG en-US: BG
    bn-BD en-US: BD
    bs-Latn-BA en-US: BA
    ca-ES en-US: AD
    cs-CZ en-US: CZ
    de-AT en-US: AT
    de-CH fr-CH it-CH en-US: CH
    de-DE en-US: DE
    de-LI en-US: LI
    de-LU fr-LU en-US: LU
    dv-MV en-US: MV
    en-AU en-US: AU
    en-BZ en-US: BZ
    en-IE en-US: IE
    en-IN hi-IN en-US: IN
    en-JM en-US: JM
    en-MY en-US: MY
    en-NZ en-US: NZ
    en-PH en-US: PH
    en-SG zh-SG en-US: SG
    en-TT en-US: TT
    en-US es-US: US
    en-ZA en-US: ZA
    en-ZW en-US: ZW
    es-AR en-US: AR
    es-BO en-US: BO
    es-CL en-US: CL
    es-CO en-US: CO
    es-CR en-US: CR
    es-DO en-US: DO
    es-EC en-US: EC
    es-ES ca-ES eu-ES gl-ES en-US: ES
    es-ES en-US: GQ
    es-GT en-US: GT
    es-HN en-US: HN
    es-MX en-US: MX
    es-NI en-US: NI
    es-PA en-US: PA
    es-PE en-US: PE
    es-PR en-US: PR
    es-PY en-US: PY
    es-SV en-US: SV
    es-UY en-US: UY
    es-VE en-US: VE
    et-EE en-US: EE
    fi-FI sv-FI en-US: FI
    fo-FO en-US: FO
    fr-BE nl-BE en-US: BE
    fr-CA en-US: CA
    fr-MC en-US: MC
    ha-Latn-NG en-US: NG
    he-IL en-US: IL
    hr-HR en-US: HR
    hu-HU en-US: HU
    hy-AM en-US: AM
    id-ID en-US: ID
    is-IS en-US: IS
    ja-JP en-US: JP
    ka-GE en-US: GE
    kk-KZ en-US: KZ
    km-KH en-US: KH
    ko-KR en-US: KR
    ky-KG en-US: KG
    lo-LA en-US: LA
    lt-LT en-US: LT
    lv-LV en-US: LV
    mk-MK en-US: MK
    mn-MN en-US: MN
    ms-BN en-US: BN
    mt-MT en-US: MT
    ne-NP en-US: NP
    nl-NL: SR
    pl-PL en-US: PL
    ps-AF en-US: AF
    pt-BR en-US: BR
    pt-CV en-US: CV
    pt-PT: MZ
    ru-RU en-US: RU
    rw-RW en-US: RW
    si-LK en-US: LK
    sk-SK en-US: SK
    sl-SI en-US: SI
    sq-AL en-US: AL
    sr-Latn-ME en-US: ME
    sr-Latn-RS sr-Cyrl-RS en-US: RS
    sw-KE en-US: KE
    tg-Cyrl-TJ en-US: TJ
    th-TH en-US: TH
    tk-TM en-US: TM
    tr-TR en-US: TR
    uk-UA en-US: UA
    ur-PK en-US: PK
    uz-Latn-UZ en-US: UZ
    vi-VN en-US: VN
    wo-SN en-US: SN
    zh-CN en-US: CN
    zh-HK en-US: HK
    zh-MO en-US: MO
    zh-TW en-US: TW
"""

US_STATES = (
    "AK AL AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH OK OR"
    " PA RI SC SD TN TX UT VA VT WA WI WV WY"
)
CN_STATES = "AH BJ CQ FJ GD GS GX GZ HA HB HE HI HL HN JL JS JX LN NM NX QH SC SD SH SN SX TJ XJ XZ YN ZJ"
CA_STATES = "AB BC MB NB NL NS NT NU ON PE QC SK YT"
# The suffixes of ISO 3166-2:MX, longer than the two characters that are documented for a state.
MX_STATES = (
    "AGU BCN BCS CAM CHH CHP CMX COA COL DUR GRO GUA HID JAL MEX MIC MOR NAY NLE OAX PUE QUE ROO SIN SLP SON TAB TAM"
    " TLA VER YUC ZAC"
)

# What has been seen of a country, in place of what is inferred or chosen for it.
RECORDED = {
    "US": {
        "isStateRequired": True,
        "supportedStatesList": US_STATES.split(),
        "supportedLanguagesList": ["en", "es"],
        "postalCodeRegex": r"^\d{5}(-\d{4})?$",
        "isVatIdSupported": False,
        "phoneNumberRegex": r"^(1[ \-\/\.]?)?(\((\d{3})\)|(\d{3}))[ \-\/\.]?(\d{3})[ \-\/\.]?(\d{4})$",
        "isTaxIdSupported": True,
        "isTaxIdOptional": True,
        "countryCallingCodesList": ["1"],
    },
    "CN": {
        "isStateRequired": True,
        "supportedStatesList": CN_STATES.split(),
        "supportedLanguagesList": ["zh-CHS", "en"],
        "postalCodeRegex": "^[0-9]{6,6}$",
        "isVatIdSupported": False,
        "isTaxIdSupported": False,
        "isTaxIdOptional": False,
        "countryCallingCodesList": ["86"],
    },
    "DE": {
        "isStateRequired": False,
        "supportedStatesList": [],
        "supportedLanguagesList": ["en", "de"],
        "postalCodeRegex": "^[0-9]{5,5}$",
        "isVatIdSupported": True,
        "taxIdFormat": "DE#########",
        "vatIdRegex": r"^DE[\d]{9,9}$",
        "isTaxIdSupported": False,
        "isTaxIdOptional": True,
        "countryCallingCodesList": ["49"],
    },
    "GB": {
        "isStateRequired": False,
        "supportedStatesList": [],
        "supportedLanguagesList": ["en"],
        "postalCodeRegex": "^([gG][iI][rR][ ]?0[aA]{2,2}|[a-zA-Z]([0-9][0-9a-zA-Z]?|[a-zA-Z][0-9][0-9a-zA-Z]?)"
        "[ ]?[0-9][a-zA-Z]{2,2})$",
        "isVatIdSupported": True,
        "taxIdFormat": "GB#########",
        "vatIdRegex": r"^GB(([\d]{3,3}[\d]{4,4}[\d]{2,2}([\d]{3,3})?)|((GD|HA)[\d]{3,3}))$",
        "isTaxIdSupported": False,
        "isTaxIdOptional": True,
        "countryCallingCodesList": ["44"],
    },
}

# A state that is not in the list is refused here. The documentation names the countries, not the codes.
STATES_BIND = {"US": US_STATES, "CA": CA_STATES, "CN": CN_STATES, "MX": MX_STATES}

# Where customers need a registration number and a phone number; the patterns are unpublished.
REGISTRATION_COUNTRIES = "AM AZ BY HU KZ KG MD RU TJ UZ UA".split()
REGISTRATION_PATTERN = "^.{1,50}$"

# The order of the wire form.
RULES = """iso2Code defaultCulture isStateRequired supportedStatesList supportedLanguagesList supportedCulturesList
isPostalCodeRequired postalCodeRegex isCityRequired isVatIdSupported taxIdFormat taxIdSample vatIdRegex phoneNumberRegex
isTaxIdSupported isTaxIdOptional countryCallingCodesList customerOrganizationRegistrationNumberRegex
customerOrganizationRegistrationNumberSample customerOrganizationRegistrationNumberRequired
customerOrganizationPhoneNumberRequired""".split()


def short_state_codes():
    """The codes of the countries all of whose codes have at most two characters."""
    with open("/usr/share/iso-codes/json/iso_3166-2.json", encoding="utf-8") as file:
        entries = json.load(file)["3166-2"]
    codes = {}
    for entry in entries:
        country, code = entry["code"].split("-", 1)
        codes.setdefault(country, []).append(code)
    return {
        country: sorted(all_of_it)
        for country, all_of_it in codes.items()
        if all(len(code) <= 2 for code in all_of_it)
    }


def languages_of(cultures):
    return list(dict.fromkeys(culture.split("-")[0] for culture in cultures))


def entry_of(code, cultures, short_states):
    rules = {}
    sources = {}

    def put(source, **more):
        rules.update(more)
        sources.update(dict.fromkeys(more, source))

    put("cultures", iso2Code=code, supportedCulturesList=cultures)
    put("inferred", defaultCulture=cultures[0], supportedLanguagesList=languages_of(cultures), isCityRequired=True)
    put("chosen", isStateRequired=False, isPostalCodeRequired=False, isVatIdSupported=False, isTaxIdSupported=False)
    put("chosen", isTaxIdOptional=True, countryCallingCodesList=[], supportedStatesList=[])
    if code in short_states:
        put("iso-3166-2", supportedStatesList=short_states[code])
    if code in STATES_BIND:
        put("inferred", isStateRequired=True, supportedStatesList=STATES_BIND[code].split())
    if code in REGISTRATION_COUNTRIES:
        put(
            "documented",
            customerOrganizationRegistrationNumberRequired=True,
            customerOrganizationPhoneNumberRequired=True,
        )
        put("chosen", customerOrganizationRegistrationNumberRegex=REGISTRATION_PATTERN)
    if code in RECORDED:
        source = "recorded-US" if code == "US" else "recorded"
        put(source, defaultCulture=cultures[0], isCityRequired=True, isPostalCodeRequired=True, **RECORDED[code])
    entry = {"rules": {name: rules[name] for name in RULES if name in rules}}
    entry["rules"]["attributes"] = {"objectType": "CountryValidationRules"}
    if code in STATES_BIND:
        entry["statesBind"] = True
        sources["statesBind"] = "documented"
    by_source = {}
    for name in [*RULES, "statesBind"]:
        if name in sources:
            by_source.setdefault(sources[name], []).append(name)
    entry["sources"] = [{"source": source, "of": names} for source, names in by_source.items()]
    return code, entry


def main():
    short_states = short_state_codes()
    entries = []
    for line in CULTURES.split("\n"):
        if ":" in line:
            cultures, countries = line.split(":")
            entries += [entry_of(code, cultures.split(), short_states) for code in countries.split()]
    compact = {"ensure_ascii": False, "separators": (",", ":")}
    out = sys.stdout
    out.write('{"sources":[\n' + ",\n".join(json.dumps(each, **compact) for each in SOURCES))
    out.write('\n],"countries":[\n')
    out.write(",\n".join(json.dumps(entry, **compact) for _, entry in sorted(entries)))
    out.write("\n]}\n")


main()
