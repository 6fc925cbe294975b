"""cattrs: attrs classes, `override(rename=)` for renames; nesting, tables, joins and durations are functions.

It coerces values to their types, and does not refuse others.
"""

from __future__ import annotations

import attrs
import cattrs
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

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
from .peer import Peer

converter = cattrs.Converter(prefer_attrib_converters=False)


def rename(cls, structure=None, unstructure=None, omit_default=False):
    if structure is not None:
        converter.register_structure_hook(
            cls,
            make_dict_structure_fn(
                cls, converter, **{k: override(rename=v) if isinstance(v, str) else v for k, v in structure.items()}
            ),
        )
    if unstructure is not None or omit_default:
        converter.register_unstructure_hook(
            cls,
            make_dict_unstructure_fn(
                cls,
                converter,
                _cattrs_omit_if_default=omit_default,
                **{k: override(rename=v) if isinstance(v, str) else v for k, v in (unstructure or {}).items()},
            ),
        )


@attrs.define
class Source:
    account_id: str | None = None
    system: str | None = None


@attrs.define
class OldCall:
    agent: str
    number: str
    caller_id: str | None = None
    account_id: str | None = None
    crm: str | None = None


@attrs.define
class NewCall:
    user_id: int
    phone_number: str
    caller_id: str | None = None
    source: Source | None = None


rename(Source, omit_default=True)
rename(NewCall, omit_default=True)


def start_call(o):
    d = converter.structure(o, OldCall)
    return converter.unstructure(
        NewCall(
            USER_IDS[d.agent],
            d.number,
            None if d.caller_id is None else CALLER_IDS[d.caller_id],
            Source(d.account_id, d.crm) if d.account_id is not None or d.crm is not None else None,
        )
    )


@attrs.define
class Rule:
    wait_time: int
    wait_time_unit: str
    switch_caller_id_set: bool


rename(
    Rule,
    {
        "wait_time": "wait",
        "switch_caller_id_set": "change_callerid",
        "wait_time_unit": override(rename="units", struct_hook=lambda v, _: UNITS[v]),
    },
)


@attrs.define
class CallerSet:
    name: str
    phone_numbers: list[str]


rename(CallerSet, {"phone_numbers": "numbers"})


@attrs.define
class Override:
    enabled: bool
    value: int


rename(Override, {"value": "override_value"})


@attrs.define
class LocalTime:
    start_time: str
    end_time: str
    days_of_week: list[int]


rename(
    LocalTime,
    {
        "start_time": "call_from",
        "end_time": "call_to",
        "days_of_week": override(rename="week_days", struct_hook=lambda v, _: [WEEKDAYS[d] for d in v]),
    },
)


@attrs.define
class Live:
    enabled: bool
    dialing_order: str | None = None


rename(Live, omit_default=True)


@attrs.define
class Rating:
    enabled: bool


@attrs.define
class Campaign:
    name: str
    strategy: str
    live: Live
    dialing_order: str | None
    amd_enabled: bool
    use_local_caller_id: bool
    caller_id_sets: list[CallerSet]
    dial_level_override: Override | None = None
    voice_message_id: int | None = None
    post_call_rating: Rating | None = None
    contact_local_time: LocalTime | None = None
    follow_up_rules: dict[str, list[Rule]] | None = None


rename(
    Campaign,
    {
        "live": override(struct_hook=lambda v, _: Live(v)),
        "dialing_order": override(struct_hook=lambda v, _: DIALING_ORDER.get(v)),
        "amd_enabled": "answering_machine_detection",
        "use_local_caller_id": "local_caller_id",
        "voice_message_id": override(rename="voice_message", struct_hook=lambda v, _: VOICE_MESSAGE_IDS[v]),
        "post_call_rating": override(rename="survey_enabled", struct_hook=lambda v, _: Rating(v)),
        "contact_local_time": "local_time_settings",
        "follow_up_rules": "redial_rules",
    },
    {"dialing_order": override(omit=True)},
    omit_default=True,
)


def create_campaign(o):
    d = converter.structure(o, Campaign)
    d.live.dialing_order = d.dialing_order
    n = converter.unstructure(d)
    n["asr_optimization_enabled"] = True
    return n


@attrs.define
class Ref:
    id: int
    name: str


@attrs.define
class Phone:
    phone_number: str


@attrs.define
class Durations:
    overall: float


@attrs.define
class Named:
    name: str


@attrs.define
class Wrap:
    code_snapshot: str


@attrs.define
class Data:
    durations: Durations
    queue: Named | None
    wrapup_code: Wrap | None
    destination_country: str | None


@attrs.define
class NewCdr:
    id: str
    type: str
    subtype: str
    started_at: str
    user: Ref | None
    from_: Phone
    to: Phone
    disposition: str
    cost: str
    data: Data


@attrs.define
class OldCdr:
    uuid: str
    type: str
    timestamp: str
    agent: str | None
    agent_id: int | None
    from_: str
    to: str
    disposition: str
    duration: str
    queue_name: str | None
    wrapup_code: str | None
    cpc: float
    destination_country: str | None


@attrs.define
class Meta:
    total: int


@attrs.define
class NewList:
    cdrs: list[NewCdr]
    metadata: Meta


@attrs.define
class OldList:
    records: list[OldCdr]
    page: int
    total: int


for cls in (NewCdr, OldCdr):
    rename(cls, {"from_": "from"}, {"from_": "from"})


def old_record(d):
    a, u = d.data, d.user
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
        a.queue.name if a.queue else None,
        a.wrapup_code.code_snapshot if a.wrapup_code else None,
        float(d.cost),
        a.destination_country,
    )


def old_page(o):
    d = converter.structure(o, NewList)
    return converter.unstructure(OldList([old_record(x) for x in d.cdrs], PAGE, d.metadata.total))


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


def new_page(o):
    d = converter.structure(o, OldList)
    return converter.unstructure(NewList([new_record(x) for x in d.records], Meta(d.total)))


@attrs.define
class SkillIn:
    skill: Ref
    value: int


@attrs.define
class User:
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


@attrs.define
class Users:
    users: list[User]


@attrs.define
class SkillOut:
    name: str
    value: int


@attrs.define
class OldUser:
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
    return converter.unstructure(
        [
            OldUser(
                u.id,
                u.name,
                u.email,
                u.extension,
                u.sip_account,
                u.timezone,
                u.security_access_group.name,
                join(str(t.id) for t in u.teams),
                join(str(t.id) for t in u.supervised_teams),
                join(q.name for q in u.queues),
                [SkillOut(s.skill.name, s.value) for s in u.skills],
                join(u.channels + [p.name for p in u.channel_profiles]),
            )
            for u in converter.structure(o, Users).users
        ],
        unstructure_as=list[OldUser],
    )


def peer() -> Peer:
    return Peer(
        "cattrs",
        {
            "start_call": start_call,
            "create_campaign": create_campaign,
            "records_to_old": old_page,
            "records_to_new": new_page,
            "users_to_old": old_users,
        },
    )
