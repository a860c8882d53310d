"""Every setting as one checked record; ``api.config`` gives it on and reads the environment."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from api.config import PACKAGED_MODEL, PREFIX
from api.durations import Hours
from api.night.time_of_day import Daily
from dedupe.errors import BadInput
from dedupe.formats.document import MAX_BODY_BYTES
from dedupe.settings import Settings

_SHIPPED = Settings()

Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Count = Annotated[int, Field(ge=1)]
Words = Annotated[tuple[str, ...], NoDecode]


class Config(BaseSettings):
    """Every setting of service and commands, valid or refused; see docs/configuration.md.

    A value given in code (a command's option) goes before the environment, that before the
    default. Build it with :meth:`load`, which turns what is wrong into one readable error.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid"
    )

    data: Path = Field(Path("var"), description="Folder that holds the store and its caches.")
    host: str = Field(
        "127.0.0.1",
        min_length=1,
        description="Address to listen on. Anything but loopback needs an API key.",
    )
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    allowed_hosts: Words = Field(
        (),
        description="Names the Host header may carry besides loopback ones, separated by commas; "
        "`*` lets any name through.",
    )
    api_keys: Words = Field(
        (),
        description="API keys as `scope:sha256` (scope is read, write or admin, or `write@SOURCE` to "
        "post for one source alone; the SHA-256 of the key in hex), separated by commas.",
    )
    api_keys_file: Path | None = Field(
        None, description="File with one `scope:sha256` a line; `#` starts a comment."
    )
    max_body_bytes: Count = Field(MAX_BODY_BYTES, description="Largest body of one article.")
    max_request_bytes: Count = Field(
        32 * 1024 * 1024, description="Largest request, before and after inflation."
    )
    max_batch: Count = Field(1000, description="Most articles in one batch request.")
    model: str = Field(
        PACKAGED_MODEL,
        min_length=1,
        description="Sentence encoder: `packaged` (all-MiniLM-L6-v2, shipped with the "
        "dependencies), the folder of a sentence-transformers model, or `hashed` (no language "
        "model: for trying out and tests).",
    )
    threads: int = Field(0, ge=0, description="Threads for the encoder; 0 takes every core.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severe log line that is written."
    )

    nightly: Daily | None = Field(
        None,
        description="When a running service starts the night, a time of 24 hours such as `02:30` (in the "
        "machine's own zone) or `02:30 Europe/Berlin`. Not set, it starts none.",
    )
    night_since: Hours | None = Field(
        None,
        gt=0,
        description="How far such a night looks back, such as `7d`. Not set, it looks at everything.",
    )
    night_limit: Hours | None = Field(
        None,
        gt=0,
        description="How long such a night may take, such as `4h`. Not set, as long as it needs.",
    )

    story_window_days: float = Field(
        _SHIPPED.story_window_days,
        gt=0,
        description="Days around an article in which pieces about the same event are looked for.",
    )
    copy_candidates: Count = Field(
        _SHIPPED.copy_candidates, description="Most articles compared word by word with a new one."
    )
    story_candidates: Count = Field(
        _SHIPPED.story_candidates, description="Nearest neighbours looked at for the same event."
    )
    exact_vectors: Count = Field(
        _SHIPPED.exact_vectors,
        description="Articles inside the time window up to which every one is looked at for that.",
    )
    link_threshold: Probability = Field(
        _SHIPPED.link_threshold,
        description="Least p_same_text of two texts for their link to be kept.",
    )
    copy_threshold: Probability = Field(
        _SHIPPED.copy_threshold,
        description="Mean p_same_text an article needs with a cluster's members to join it.",
    )
    story_threshold: Probability = Field(
        _SHIPPED.story_threshold, description="Mean p_same_story two groups need to be one story."
    )
    story_contrast: float = Field(
        _SHIPPED.story_contrast,
        ge=0,
        description="How much what two stories agree less than the looser one inside counts.",
    )
    related_threshold: Probability = Field(
        _SHIPPED.related_threshold,
        description="Mean p_same_story from which two stories that stay apart are linked.",
    )
    related_limit: int = Field(
        _SHIPPED.related_limit, ge=0, description="Stories that a story is linked to at most."
    )
    repair_limit: Count = Field(
        _SHIPPED.repair_limit,
        description="Most articles whose grouping is worked out anew when one arrives.",
    )
    group_sample: Count = Field(
        _SHIPPED.group_sample, description="Members of a large group that stand for it."
    )
    guard_cluster_size: int = Field(
        _SHIPPED.guard_cluster_size,
        ge=0,
        description="Most articles of a cluster that merging may make; `0` is no limit.",
    )
    guard_story_size: int = Field(
        _SHIPPED.guard_story_size,
        ge=0,
        description="Most articles of a story that merging may make; `0` is no limit.",
    )
    guard_story_span_days: float = Field(
        _SHIPPED.guard_story_span_days,
        ge=0,
        allow_inf_nan=False,
        description="Most days between the first and the last text of a story that merging may make; "
        "`0` is no limit.",
    )
    guard_diameter: int = Field(
        _SHIPPED.guard_diameter,
        ge=0,
        description="Most hops between two texts of a cluster or story that merging may make, over pairs "
        "at or above the threshold; `0` is no limit.",
    )
    matches_shown: int = Field(
        _SHIPPED.matches_shown, ge=0, description="Most matches returned with an answer."
    )
    purge_killed_after: Hours = Field(
        _SHIPPED.purge_killed_after,
        description="Time from a kill to the removal of the text, such as `30m` or `7d`; `0` removes it "
        "at once. Kept in hours.",
    )
    keep_text: Hours | None = Field(
        _SHIPPED.keep_text,
        description="How long texts are kept, such as `90d`: what was received before that is removed, "
        "its copies are still recognised. Not set, texts are kept for ever.",
    )
    common_hash: Count = Field(
        _SHIPPED.common_hash,
        description="A shingle found in more articles than this is furniture.",
    )

    @field_validator("allowed_hosts", "api_keys", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """A comma-separated value becomes its parts."""
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @classmethod
    def load(cls, **given: Any) -> Config:
        """The settings in force; what is None in ``given`` was not given.

        Raises:
            BadInput: a value cannot be used; names the variable, the value and the fix.
        """
        try:
            return cls(**{name: value for name, value in given.items() if value is not None})
        except ValidationError as error:
            raise _bad(error) from error

    def settings(self) -> Settings:
        """The part of it that judging runs on."""
        return Settings(**{field.name: getattr(self, field.name) for field in fields(Settings)})

    def key_lines(self) -> tuple[str, ...]:
        """Every ``scope:sha256`` given, from the setting and from the file.

        Raises:
            BadInput: the file cannot be read.
        """
        if self.api_keys_file is None:
            return self.api_keys
        try:
            text = self.api_keys_file.read_text(encoding="utf-8")
        except OSError as error:
            fix = "name a readable file, or unset it"
            raise BadInput(f"{PREFIX}API_KEYS_FILE", str(error), fix) from error
        lines = (line.split("#", 1)[0].strip() for line in text.splitlines())
        return (*self.api_keys, *filter(None, lines))


def _bad(error: ValidationError) -> BadInput:
    """The first problem as the caller can mend it: by variable, with what the setting is for."""
    first = error.errors()[0]
    name = str(first["loc"][0])
    if name not in Config.model_fields:
        return BadInput(name, "there is no such setting", "see docs/configuration.md for the names")
    about = Config.model_fields[name].description
    return BadInput(
        PREFIX + name.upper(),
        f"{first['msg'][0].lower()}{first['msg'][1:]}, but it is {str(first['input'])[:80]!r}",
        f"give what is meant: {about}",
        value=first["input"],
    )
