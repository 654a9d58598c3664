"""docker-compose.yml and .env.example name only settings that exist, and all of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import VARIABLES, read

ROOT = Path(__file__).resolve().parents[2]
NAME = re.compile(r"\bZHIBAN_[A-Z_]+")
#: The part of the compose specification that this file uses; anything else is a typing error.
COMPOSE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["services"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$"},
        "volumes": {"type": "object", "additionalProperties": {"type": ["object", "null"]}},
        "services": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "required": ["image", "healthcheck"],
                "properties": {
                    "build": {"type": "string"},
                    "image": {"type": "string"},
                    "restart": {"enum": ["no", "always", "on-failure", "unless-stopped"]},
                    "depends_on": {
                        "type": "object",
                        "additionalProperties": {
                            "type": "object",
                            "required": ["condition"],
                            "properties": {"condition": {"enum": ["service_healthy"]}},
                        },
                    },
                    "ports": {
                        "type": "array",
                        "items": {"type": "string", "pattern": r"^127\.0\.0\.1:\d+:\d+$"},
                    },
                    "environment": {"type": "object", "additionalProperties": {"type": "string"}},
                    "volumes": {
                        "type": "array",
                        "items": {"type": "string", "pattern": "^[^:]+:/[^:]+(:ro)?$"},
                    },
                    "healthcheck": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["test", "interval", "timeout"],
                        "properties": {
                            "test": {"type": "array", "minItems": 2},
                            "interval": {"type": "string"},
                            "timeout": {"type": "string"},
                            "retries": {"type": "integer"},
                            "start_period": {"type": "string"},
                        },
                    },
                },
            },
        },
    },
}


def compose() -> dict[str, Any]:
    value: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return value


def test_the_compose_file_fits_its_schema() -> None:
    import jsonschema

    jsonschema.validate(compose(), COMPOSE_SCHEMA)


def test_every_volume_of_the_compose_file_is_declared() -> None:
    used = {
        mount.split(":")[0]
        for service in compose()["services"].values()
        for mount in service.get("volumes", [])
        if not mount.startswith((".", "/"))
    }
    assert used == set(compose()["volumes"])


def test_every_variable_of_the_compose_file_is_a_setting() -> None:
    environment = compose()["services"]["zhiban"]["environment"]
    assert set(environment) <= set(VARIABLES)
    assert set(NAME.findall((ROOT / "docker-compose.yml").read_text("utf-8"))) <= set(VARIABLES)


def test_the_sample_environment_names_every_setting_and_no_other() -> None:
    named = set(NAME.findall((ROOT / ".env.example").read_text("utf-8")))
    assert named == set(VARIABLES)


def test_the_sample_environment_is_a_working_one(tmp_path: Path) -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if re.match(r"ZHIBAN_", line))
    given["ZHIBAN_DATA_DIR"] = str(tmp_path)
    assert read(given).data_dir == tmp_path


@pytest.mark.parametrize("part", ["bot", "casedb", "indexer", "reports", "knowledge"])
def test_the_image_holds_every_room(part: str) -> None:
    assert f"COPY {part} {part}" in (ROOT / "Dockerfile").read_text("utf-8")
