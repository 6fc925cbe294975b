"""msgspec: typed structs on both sides, and a function between the two for all but renames.

It holds values to their types, which the baseline does not. Bytes are decoded into the structs and encoded from them.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType, field

from tests.bench.tables import (
    CALLER_IDS,
    DIALING_ORDER,
    DISPOSITIONS,
    OLD_DISPOSITIONS,
    OLD_TYPES,
    PAGE,
    TYPES,
    UNITS,
    USER_IDS,
    VOICE_MESSAGE_IDS,
    WEEKDAYS,
)

from .hand import hms_to_seconds, seconds_to_hms
from .peer import Function, Peer

# --- start call ------------------------------------------------------------------------------------------------------


class OldCall(Struct, gc=False):
    agent: str
    number: str
    caller_id: str | UnsetType = UNSET
    account_id: str | UnsetType = UNSET
    crm: str | UnsetType = UNSET


class Source(Struct, gc=False):
    account_id: str | UnsetType = UNSET
    system: str | UnsetType = UNSET


class NewCall(Struct, gc=False):
    user_id: int
    phone_number: str
    caller_id: str | UnsetType = UNSET
    source: Source | UnsetType = UNSET


def start_call(o):
    return NewCall(
        USER_IDS[o.agent],
        o.number,
        UNSET if o.caller_id is UNSET else CALLER_IDS[o.caller_id],
        UNSET if o.account_id is UNSET and o.crm is UNSET else Source(o.account_id, o.crm),
    )


# --- create campaign -------------------------------------------------------------------------------------------------


class OldRule(Struct, gc=False):
    wait: int
    units: str
    change_callerid: bool


class NewRule(Struct, gc=False):
    wait_time: int
    wait_time_unit: str
    switch_caller_id_set: bool


class OldSet(Struct):
    name: str
    numbers: list[str]


class NewSet(Struct):
    name: str
    phone_numbers: list[str]


class OldOverride(Struct, gc=False):
    enabled: bool
    override_value: int


class NewOverride(Struct, gc=False):
    enabled: bool
    value: int


class OldLocal(Struct):
    call_from: str
    call_to: str
    week_days: list[str]


class NewLocal(Struct):
    start_time: str
    end_time: str
    days_of_week: list[int]


class Live(Struct, gc=False):
    enabled: bool
    dialing_order: str | UnsetType = UNSET


class Rating(Struct, gc=False):
    enabled: bool


class OldCampaign(Struct):
    name: str
    strategy: str
    dialing_order: str
    live: bool
    answering_machine_detection: bool
    local_caller_id: bool
    caller_id_sets: list[OldSet]
    dial_level_override: OldOverride | UnsetType = UNSET
    voice_message: str | UnsetType = UNSET
    survey_enabled: bool | UnsetType = UNSET
    local_time_settings: OldLocal | UnsetType = UNSET
    redial_rules: dict[str, list[OldRule]] | UnsetType = UNSET


class NewCampaign(Struct):
    name: str
    strategy: str
    live: Live
    amd_enabled: bool
    use_local_caller_id: bool
    caller_id_sets: list[NewSet]
    asr_optimization_enabled: bool
    dial_level_override: NewOverride | UnsetType = UNSET
    voice_message_id: int | UnsetType = UNSET
    post_call_rating: Rating | UnsetType = UNSET
    contact_local_time: NewLocal | UnsetType = UNSET
    follow_up_rules: dict[str, list[NewRule]] | UnsetType = UNSET


def create_campaign(o):
    dlo, lts, rr = o.dial_level_override, o.local_time_settings, o.redial_rules
    return NewCampaign(
        o.name,
        o.strategy,
        Live(o.live, DIALING_ORDER.get(o.dialing_order, UNSET)),
        o.answering_machine_detection,
        o.local_caller_id,
        [NewSet(s.name, s.numbers) for s in o.caller_id_sets],
        True,
        UNSET if dlo is UNSET else NewOverride(dlo.enabled, dlo.override_value),
        UNSET if o.voice_message is UNSET else VOICE_MESSAGE_IDS[o.voice_message],
        UNSET if o.survey_enabled is UNSET else Rating(o.survey_enabled),
        UNSET if lts is UNSET else NewLocal(lts.call_from, lts.call_to, [WEEKDAYS[d] for d in lts.week_days]),
        UNSET
        if rr is UNSET
        else {k: [NewRule(r.wait, UNITS[r.units], r.change_callerid) for r in v] for k, v in rr.items()},
    )


# --- records ---------------------------------------------------------------------------------------------------------


class Ref(Struct, gc=False):
    id: int
    name: str


class Named(Struct, gc=False):
    name: str


class Phone(Struct, gc=False):
    phone_number: str


class Durations(Struct, gc=False):
    overall: float


class Wrap(Struct, gc=False):
    code_snapshot: str


class Data(Struct):
    durations: Durations
    queue: Named | None
    wrapup_code: Wrap | None
    destination_country: str | None


class NewCdr(Struct):
    id: str
    type: str
    subtype: str
    started_at: str
    user: Ref | None
    from_: Phone = field(name="from")
    to: Phone
    disposition: str
    cost: str
    data: Data


class Meta(Struct, gc=False):
    total: int


class NewList(Struct):
    cdrs: list[NewCdr]
    metadata: Meta


class OldCdr(Struct, gc=False):
    uuid: str
    type: str
    timestamp: str
    agent: str | None
    agent_id: int | None
    from_: str = field(name="from")
    to: str
    disposition: str
    duration: str
    queue_name: str | None
    wrapup_code: str | None
    cpc: float
    destination_country: str | None


class OldList(Struct):
    records: list[OldCdr]
    page: int
    total: int


def old_record(d):
    a, u = d.data, d.user
    q, w = a.queue, a.wrapup_code
    return OldCdr(
        d.id,
        OLD_TYPES[d.type, d.subtype],
        d.started_at,
        u.name if u else None,
        u.id if u else None,
        d.from_.phone_number,
        d.to.phone_number,
        OLD_DISPOSITIONS[d.disposition],
        seconds_to_hms(a.durations.overall),
        q.name if q else None,
        w.code_snapshot if w else None,
        float(d.cost),
        a.destination_country,
    )


def new_record(d):
    t, s = TYPES[d.type]
    return NewCdr(
        d.uuid,
        t,
        s,
        d.timestamp,
        None if d.agent_id is None else Ref(d.agent_id, d.agent),
        Phone(d.from_),
        Phone(d.to),
        DISPOSITIONS[d.disposition],
        str(d.cpc),
        Data(
            Durations(hms_to_seconds(d.duration)),
            None if d.queue_name is None else Named(d.queue_name),
            None if d.wrapup_code is None else Wrap(d.wrapup_code),
            d.destination_country,
        ),
    )


# --- users -----------------------------------------------------------------------------------------------------------


class SkillIn(Struct):
    skill: Ref
    value: int


class User(Struct):
    id: int
    name: str
    email: str
    extension: str
    sip_account: str
    timezone: str
    security_access_group: Ref
    teams: list[Ref]
    supervised_teams: list[Ref]
    queues: list[Ref]
    skills: list[SkillIn]
    channels: list[str]
    channel_profiles: list[Named]


class Users(Struct):
    users: list[User]


class SkillOut(Struct, gc=False):
    name: str
    value: int


class OldUser(Struct):
    id: int
    name: str
    email: str
    extension: str
    sip_account: str
    timezone: str
    sag: str
    assigned_teams: str
    supervisor_in_teams: str
    assigned_queues: str
    assigned_skills: list[SkillOut]
    assigned_channels: str


join = ",".join


def old_users(o):
    return [
        OldUser(
            u.id,
            u.name,
            u.email,
            u.extension,
            u.sip_account,
            u.timezone,
            u.security_access_group.name,
            join([str(t.id) for t in u.teams]),
            join([str(t.id) for t in u.supervised_teams]),
            join([q.name for q in u.queues]),
            [SkillOut(s.skill.name, s.value) for s in u.skills],
            join(u.channels + [p.name for p in u.channel_profiles]),
        )
        for u in o.users
    ]


# --- the peer --------------------------------------------------------------------------------------------------------


def old_page(page):
    return OldList([old_record(record) for record in page.cdrs], PAGE, page.metadata.total)


def new_page(page):
    return NewList([new_record(record) for record in page.records], Meta(page.total))


# What comes in, and the function that makes of it what goes out.
WAYS = {
    "start_call": (OldCall, start_call),
    "create_campaign": (OldCampaign, create_campaign),
    "records_to_old": (NewList, old_page),
    "records_to_new": (OldList, new_page),
    "users_to_old": (Users, old_users),
}


def on_objects(taken: Any, function: Function) -> Function:
    convert, to_builtins = msgspec.convert, msgspec.to_builtins
    return lambda body: to_builtins(function(convert(body, taken)))


def on_texts(taken: Any, function: Function) -> Function:
    decode, encode = msgspec.json.Decoder(taken).decode, msgspec.json.Encoder().encode
    return lambda text: encode(function(decode(text)))


def peer() -> Peer:
    return Peer(
        "msgspec and a function",
        {name: on_objects(*way) for name, way in WAYS.items()},
        {name: on_texts(*way) for name, way in WAYS.items()},
    )
