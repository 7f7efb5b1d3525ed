"""The fake against its own published OpenAPI document: no answer that the document does not have."""

import json
from typing import Any

import schemathesis
from hypothesis import given
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from fakie.adapters.flask_app import door_app
from fakie.core.http.messages import Request
from fakie.core.service import Service
from support.clients.doors import KEY
from support.fuzzing import tried

LOCAL = {"Host": "127.0.0.1"}
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]


def test_answers_keep_to_the_published_document(service: Service) -> None:
    """For what the document allows and for what it does not, at every endpoint and lever."""
    published = service.handle(Request.of("GET", "/_fakie/openapi.json", b"", LOCAL))
    document = schemathesis.openapi.from_dict(json.loads(published.body))
    document.app = door_app(service)
    operations = [found.ok() for found in document.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) > 30
    for operation in operations:
        wrong = operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)

        @tried(3)
        @given(st.one_of(operation.as_strategy(), wrong))
        def judge(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(headers={**KEY, **LOCAL}, checks=CHECKS)

        judge()
    assert list(service.bugs) == []
