"""pydantic: models that check every field, which the baseline does not.

`AliasPath` takes objects apart; a serializer or a validator before builds them, and does tables, joins and durations.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AliasPath, BaseModel, BeforeValidator, Field, TypeAdapter, model_serializer

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

_TYPE_OF_SUBTYPE = {s: o for (t, s), o in OLD_TYPES.items()}
UserId = Annotated[int, BeforeValidator(USER_IDS.__getitem__)]


class StartCall(BaseModel):
    agent: UserId
    number: str
    caller_id: Annotated[str | None, BeforeValidator(CALLER_IDS.__getitem__)] = None
    account_id: str | None = None
    crm: str | None = None

    @model_serializer
    def ser(self):
        new = {"user_id": self.agent, "phone_number": self.number}
        if self.caller_id is not None:
            new["caller_id"] = self.caller_id
        source = {}
        if self.account_id is not None:
            source["account_id"] = self.account_id
        if self.crm is not None:
            source["system"] = self.crm
        if source:
            new["source"] = source
        return new


class Rule(BaseModel):
    wait_time: int = Field(validation_alias="wait")
    wait_time_unit: Annotated[str, BeforeValidator(UNITS.__getitem__)] = Field(validation_alias="units")
    switch_caller_id_set: bool = Field(validation_alias="change_callerid")


class CallerSet(BaseModel):
    name: str
    phone_numbers: list[str] = Field(validation_alias="numbers")


class Override(BaseModel):
    enabled: bool
    value: int = Field(validation_alias="override_value")


class LocalTime(BaseModel):
    start_time: str = Field(validation_alias="call_from")
    end_time: str = Field(validation_alias="call_to")
    days_of_week: list[Annotated[int, BeforeValidator(WEEKDAYS.__getitem__)]] = Field(validation_alias="week_days")


class Live(BaseModel):
    enabled: bool
    dialing_order: str | None = None


class Rating(BaseModel):
    enabled: bool


class Campaign(BaseModel):
    name: str
    strategy: str
    live: Annotated[Live, BeforeValidator(lambda v: {"enabled": v})]
    dialing_order: Annotated[str | None, BeforeValidator(DIALING_ORDER.get)] = Field(exclude=True)
    amd_enabled: bool = Field(validation_alias="answering_machine_detection")
    use_local_caller_id: bool = Field(validation_alias="local_caller_id")
    caller_id_sets: list[CallerSet]
    asr_optimization_enabled: bool = True
    dial_level_override: Override | None = None
    voice_message_id: Annotated[int | None, BeforeValidator(VOICE_MESSAGE_IDS.__getitem__)] = Field(
        None, validation_alias="voice_message"
    )
    post_call_rating: Annotated[Rating | None, BeforeValidator(lambda v: {"enabled": v})] = Field(
        None, validation_alias="survey_enabled"
    )
    contact_local_time: LocalTime | None = Field(None, validation_alias="local_time_settings")
    follow_up_rules: dict[str, list[Rule]] | None = Field(None, validation_alias="redial_rules")

    def model_post_init(self, _ctx):
        self.live.dialing_order = self.dialing_order


class OldCdr(BaseModel):
    uuid: str = Field(validation_alias="id")
    type: Annotated[str, BeforeValidator(_TYPE_OF_SUBTYPE.__getitem__)] = Field(validation_alias="subtype")
    timestamp: str = Field(validation_alias="started_at")
    agent: str | None = Field(None, validation_alias=AliasPath("user", "name"))
    agent_id: int | None = Field(None, validation_alias=AliasPath("user", "id"))
    from_: str = Field(validation_alias=AliasPath("from", "phone_number"), serialization_alias="from")
    to: str = Field(validation_alias=AliasPath("to", "phone_number"))
    disposition: Annotated[str, BeforeValidator(OLD_DISPOSITIONS.__getitem__)]
    duration: Annotated[str, BeforeValidator(seconds_to_hms)] = Field(
        validation_alias=AliasPath("data", "durations", "overall")
    )
    queue_name: str | None = Field(None, validation_alias=AliasPath("data", "queue", "name"))
    wrapup_code: str | None = Field(None, validation_alias=AliasPath("data", "wrapup_code", "code_snapshot"))
    cpc: float = Field(validation_alias="cost")
    destination_country: str | None = Field(None, validation_alias=AliasPath("data", "destination_country"))


class OldList(BaseModel):
    records: list[OldCdr] = Field(validation_alias="cdrs")
    page: int = PAGE
    total: int = Field(validation_alias=AliasPath("metadata", "total"))


class InCdr(BaseModel):
    uuid: str
    type: str
    timestamp: str
    agent: str | None
    agent_id: int | None
    from_: str = Field(validation_alias="from")
    to: str
    disposition: Annotated[str, BeforeValidator(DISPOSITIONS.__getitem__)]
    duration: Annotated[float, BeforeValidator(hms_to_seconds)]
    queue_name: str | None
    wrapup_code: str | None
    cpc: float
    destination_country: str | None

    @model_serializer
    def ser(self):
        t, s = TYPES[self.type]
        return {
            "id": self.uuid,
            "type": t,
            "subtype": s,
            "started_at": self.timestamp,
            "user": None if self.agent_id is None else {"id": self.agent_id, "name": self.agent},
            "from": {"phone_number": self.from_},
            "to": {"phone_number": self.to},
            "disposition": self.disposition,
            "cost": str(self.cpc),
            "data": {
                "durations": {"overall": self.duration},
                "queue": None if self.queue_name is None else {"name": self.queue_name},
                "wrapup_code": None if self.wrapup_code is None else {"code_snapshot": self.wrapup_code},
                "destination_country": self.destination_country,
            },
        }


class InList(BaseModel):
    cdrs: list[InCdr] = Field(validation_alias="records")
    total: int

    @model_serializer
    def ser(self):
        return {"cdrs": self.cdrs, "metadata": {"total": self.total}}


Ids = Annotated[str, BeforeValidator(lambda v: ",".join(str(x["id"]) for x in v))]
Names = Annotated[str, BeforeValidator(lambda v: ",".join(x["name"] for x in v))]


class Skill(BaseModel):
    name: str = Field(validation_alias=AliasPath("skill", "name"))
    value: int


class OldUser(BaseModel):
    id: int
    name: str
    email: str
    extension: str
    sip_account: str
    timezone: str
    sag: str = Field(validation_alias=AliasPath("security_access_group", "name"))
    assigned_teams: Ids = Field(validation_alias="teams")
    supervisor_in_teams: Ids = Field(validation_alias="supervised_teams")
    assigned_queues: Names = Field(validation_alias="queues")
    assigned_skills: list[Skill] = Field(validation_alias="skills")
    channels: list[str] = Field(exclude=True)
    profiles: Names = Field(validation_alias="channel_profiles", exclude=True)
    assigned_channels: str = ""

    def model_post_init(self, _ctx):
        c = ",".join(self.channels)
        self.assigned_channels = f"{c},{self.profiles}" if self.profiles else c


users = TypeAdapter(list[OldUser])


class UserEnvelope(BaseModel):
    users: list[OldUser]


MODELS: dict[str, type[BaseModel]] = {
    "start_call": StartCall,
    "create_campaign": Campaign,
    "records_to_old": OldList,
    "records_to_new": InList,
}


def on_objects(model: type[BaseModel], without_none: bool) -> Function:
    return lambda body: model.model_validate(body).model_dump(by_alias=True, exclude_none=without_none)


def on_texts(model: type[BaseModel], without_none: bool) -> Function:
    return lambda text: (
        model.model_validate_json(text).model_dump_json(by_alias=True, exclude_none=without_none).encode()
    )


def peer() -> Peer:
    objects = {name: on_objects(model, model is Campaign) for name, model in MODELS.items()}
    texts = {name: on_texts(model, model is Campaign) for name, model in MODELS.items()}
    objects["users_to_old"] = lambda body: users.dump_python(UserEnvelope.model_validate(body).users)
    texts["users_to_old"] = lambda text: users.dump_json(UserEnvelope.model_validate_json(text).users)
    return Peer("pydantic", objects, texts)
